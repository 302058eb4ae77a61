"""The console's words for care calls."""

from enum import StrEnum
from typing import Any

from models.care_calls import CareConcern, CareGroup, CareReason, CareResult, CareStatus
from operator_console.words import Said

GROUP: dict[CareGroup, Said] = {
    CareGroup.HIGH: Said("高风险，每周", "high risk, weekly"),
    CareGroup.KEY: Said("重点，每月", "key group, monthly"),
    CareGroup.OTHER: Said("一般，每季度", "others, quarterly"),
    CareGroup.NONE: Said("不要打", "wants no calls"),
}
REASON: dict[CareReason, Said] = {
    CareReason.ROUTINE: Said("按计划", "routine"),
    CareReason.HOSPITAL: Said("出院后", "after a hospital stay"),
    CareReason.CHANGE: Said("变故后", "after a major change"),
    CareReason.ASKED: Said("话务员要打", "an operator asked for it"),
}
STATUS: dict[CareStatus, Said] = {
    CareStatus.PLANNED: Said("已安排", "planned", "wait"),
    CareStatus.CALLING: Said("正在打", "calling", "go"),
    CareStatus.HELD: Said("通过话了", "spoken to", "done"),
    CareStatus.UNREACHED: Said("没打通", "not reached", "trouble"),
    CareStatus.DROPPED: Said("不打了", "dropped", "past"),
}
RESULT: dict[CareResult, Said] = {
    CareResult.HELD: Said("通过话了", "spoken to", "done"),
    CareResult.NO_ANSWER: Said("没人接", "no answer"),
    CareResult.BUSY: Said("占线", "busy"),
    CareResult.GONE: Said("号码打不通", "cannot be reached", "trouble"),
    CareResult.MACHINE: Said("是答录机", "an answering machine"),
    CareResult.SILENT: Said("接了没说话", "answered, said nothing"),
    CareResult.BAD_LINE: Said("听不清", "a bad line"),
    CareResult.NOT_NOW: Said("当时没空", "no good moment"),
    CareResult.OTHER_PERSON: Said("别人接的", "somebody else answered"),
    CareResult.CUT_OFF: Said("没说就挂了", "hung up at once"),
    CareResult.FAILED: Said("系统出错", "our own fault", "trouble"),
}
CONCERN: dict[CareConcern, Said] = {
    CareConcern.UNWELL: Said("身体不舒服", "unwell", "trouble"),
    CareConcern.FELL: Said("摔过跤", "fell", "trouble"),
    CareConcern.LOW: Said("心情不好", "low", "trouble"),
    CareConcern.CONFUSED: Said("糊涂", "confused", "trouble"),
    CareConcern.NOT_EATEN: Said("没吃饭", "has not eaten", "trouble"),
    CareConcern.MEDICINE_OUT: Said("没药了", "no medicine left", "trouble"),
    CareConcern.UNREACHED: Said("三次没打通", "could not be reached", "trouble"),
}
TABLES: tuple[dict[Any, Said], ...] = (GROUP, REASON, STATUS, RESULT, CONCERN)
QUESTION = {
    "care_opening": Said("一接起来就说", "said at once"),
    "care_how": Said("身体怎么样", "how are you"),
    "care_eaten": Said("吃过饭没有", "have you eaten"),
    "care_medicine": Said("吃过药没有", "medicine taken"),
    "care_need": Said("要帮什么", "what do you need"),
}


def cared(of: StrEnum) -> Said:
    """The words for something of a care call."""
    return next(table[of] for table in TABLES if type(of) is type(next(iter(table))))
