"""The console's words for follow-ups, complaints and what is late (督办)."""

from enum import StrEnum
from typing import Any

from models.follow_ups import FollowUpStatus, LateKind
from models.providers import CreditReason
from operator_console.words import Said

FOLLOW_UP: dict[FollowUpStatus, Said] = {
    FollowUpStatus.DUE: Said("等着打电话", "to be called", "wait"),
    FollowUpStatus.HELD: Said("已回访", "followed up", "done"),
    FollowUpStatus.BY_HAND: Said("要人打电话", "a person must call", "trouble"),
    FollowUpStatus.DROPPED: Said("不用回访", "not wanted", "past"),
}
LATE: dict[LateKind, Said] = {
    LateKind.NOT_ACCEPTED: Said("没人接单", "not accepted", "trouble"),
    LateKind.NOT_ARRIVED: Said("没有上门", "not there", "trouble"),
    LateKind.NOT_COMPLETED: Said("没有完成", "not completed", "trouble"),
    LateKind.NOT_FOLLOWED_UP: Said("没有回访", "not followed up", "trouble"),
    LateKind.NOT_LOOKED_AT: Said("投诉没人处理", "a complaint not looked at", "trouble"),
}
CREDIT: dict[CreditReason, Said] = {
    CreditReason.SCORE: Said("居民打分", "a resident's score"),
    CreditReason.COMPLAINT: Said("投诉成立", "a complaint upheld", "trouble"),
    CreditReason.LATE: Said("没有按时上门", "late", "trouble"),
    CreditReason.GIVEN_BACK: Said("接了又退", "given back", "trouble"),
    CreditReason.UNANSWERED: Said("没有答复", "unanswered"),
    CreditReason.DONE: Said("按时办好", "done in time", "done"),
    CreditReason.CORRECTED: Said("人工更正", "corrected by a person"),
}
TABLES: tuple[dict[Any, Said], ...] = (FOLLOW_UP, LATE, CREDIT)
SCORE = {
    5: Said("5 分，很满意", "5, very good", "done"),
    4: Said("4 分，满意", "4, good", "done"),
    3: Said("3 分，一般", "3, so so", "wait"),
    2: Said("2 分，不满意", "2, not good", "trouble"),
    1: Said("1 分，很不满意", "1, bad", "trouble"),
}


def afterwards(of: StrEnum) -> Said:
    """The words for something that comes after the work."""
    return next(table[of] for table in TABLES if type(of) is type(next(iter(table))))
