"""When a resident moves away or dies: called by nobody any more, kept in the books; and when they come back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dispatch.follow_ups.asking import drop_call, leave_to_a_person
from dispatch.placing import cancel_order
from dispatch.queue import JobQueue
from dispatch.residents.writing import note
from models.care_calls import CareCall, CareStatus
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.orders import TO_BE_DONE, IllegalTransition, Order
from models.repeats import Repeat
from models.residents import Resident

REASONS = {"moved": "搬走了", "died": "去世了", "other": "不再需要服务"}


def open_orders(session: Session, resident_id: int) -> Sequence[Order]:
    """The orders whose work is not done, for a person to say what becomes of them."""
    asked = select(Order).where(Order.resident_id == resident_id, Order.status.in_(TO_BE_DONE)).order_by(Order.starts_at)
    return session.scalars(asked.options(joinedload(Order.service), joinedload(Order.provider))).all()


def leave(session: Session, resident: Resident, left_on: date, why: str, now: datetime, *, by: str) -> None:
    """Write down that somebody has left; no call of ours follows, and repeating orders end. The caller commits.

    How work that was done was, a person finds out, and no machine.

    Their telephones and devices still reach the centre: an alarm from them is one.
    """
    resident.left_on = left_on
    planned = select(CareCall).where(CareCall.resident_id == resident.id, CareCall.status == CareStatus.PLANNED)
    for care_call in session.scalars(planned):
        care_call.status, care_call.ended_at = CareStatus.DROPPED, now
    followed = (
        select(OrderFollowUp).join(Order).where(Order.resident_id == resident.id, OrderFollowUp.status == FollowUpStatus.DUE)
    )
    for follow_up in session.scalars(followed.order_by(Order.id)).all():
        leave_to_a_person(session, follow_up.id, now)
        drop_call(session, follow_up, now)
    for repeat in session.scalars(
        select(Repeat).where(Repeat.resident_id == resident.id, Repeat.ended_at.is_(None)).with_for_update()
    ):
        repeat.ended_at = now
    note(session, resident, "left", now, by=by, words=f"{REASONS[why]}，{left_on.isoformat()}")


def come_back(session: Session, resident: Resident, now: datetime, *, by: str) -> None:
    """They live here again, and care calls are planned again; repeating orders have ended. The caller commits."""
    resident.left_on = None
    note(session, resident, "returned", now, by=by)


def cancel_orders(
    session: Session, queue: JobQueue, resident: Resident, order_ids: Sequence[int], now: datetime, *, by: str
) -> tuple[int, list[str]]:
    """Cancel those of the resident's open orders that a person has chosen; how many, and the codes of those that are done.

    Commits each. Providers are told; the resident, who has left, is not.
    """
    cancelled, too_late = 0, []
    chosen = [(order.id, order.code) for order in open_orders(session, resident.id) if order.id in order_ids]
    for order_id, code in chosen:
        try:
            cancel_order(session, queue, order_id, by, now, reason="居民已离开")
        except IllegalTransition:
            session.rollback()
            too_late.append(code)
        else:
            cancelled += 1
    return cancelled, too_late
