"""Writing down what a resident says of the work, and what follows from it."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.complaints import raise_complaint
from dispatch.credit_changes import change_credit, score_provider
from dispatch.follow_ups.asking import drop_call, lock_follow_up
from dispatch.outbox import nudge_messages
from dispatch.queue import JobQueue
from models.follow_ups import FollowUpStatus
from models.messages import Message
from models.orders import OrderStatus
from models.providers import CreditChange, CreditReason

log = logging.getLogger(__name__)

WORDS_AT_MOST = 2000


def record_follow_up(
    session: Session,
    queue: JobQueue,
    follow_up_id: int,
    *,
    was_done: bool,
    score: int | None,
    words: str,
    call_id: int | None,
    by: str,
    now: datetime,
    complains: bool = False,
) -> bool:
    """Write down how it was, commit, and tell the provider of a complaint; False for a follow-up that is over already.

    What another call has told by then stands in the order's history, and moves nothing.

    Work that was not done is a complaint by itself. The order is confirmed, or disputed until a person has looked at it; the
    score (1..5) goes into the provider's rating and credit.
    """
    follow_up = lock_follow_up(session, follow_up_id)
    order, said = follow_up.order, clean_words(words, WORDS_AT_MOST)
    if follow_up.status not in (FollowUpStatus.DUE, FollowUpStatus.BY_HAND):
        if call_id is not None and call_id != follow_up.call_id:
            told_too = {"score": score, "work": "" if was_done else "not_done", "words": said}
            order.record("told_again", now, by, call=call_id, **{name: value for name, value in told_too.items() if value})
        session.commit()
        return False
    follow_up.status, follow_up.ended_at, follow_up.by, follow_up.call_id = FollowUpStatus.HELD, now, by, call_id
    follow_up.was_done, follow_up.score, follow_up.words = was_done, score, said
    drop_call(session, follow_up, now)
    order.record("followed_up", now, by, **({"score": score} if score else {}))
    told: list[Message] = []
    if order.provider_id and score:
        score_provider(session, order.provider_id, score, now, order_id=order.id)
    if order.provider_id and (complains or not was_done):
        told = raise_complaint(session, order, said, now, by=by, call_id=call_id)
    elif order.status is OrderStatus.COMPLETED:
        order.move(OrderStatus.CONFIRMED, now, by)
        if order.provider_id and not _was_late(session, order.id):
            change_credit(session, order.provider_id, CreditReason.DONE, now, order_id=order.id)
    session.commit()
    log.info("order %s: followed up, score %s", order.id, score)
    nudge_messages(queue, told)
    return True


def _was_late(session: Session, order_id: int) -> bool:
    late = session.query(CreditChange.id).filter_by(order_id=order_id, reason=CreditReason.LATE)
    return late.first() is not None
