"""Having a resident asked how the work was; and leaving it to a person where the call does not bring it about."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.care.facts import care_facts
from dispatch.care.planning import waking_moment
from dispatch.offers import lock_order
from dispatch.outbound.asking import ask_for_call
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.orders import Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.settings import Settings


def after_completion(session: Session, settings: Settings, order: Order, now: datetime) -> list[OutboundCall]:
    """Plan the call to the resident whose work is done, in the hours in which they may be called; twice is once.

    Where the resident has left, no machine calls: a person finds out how the work was.

    The caller, who holds the order's lock, commits and then nudges the calls.
    """
    follow_up = session.scalar(select(OrderFollowUp).where(OrderFollowUp.order_id == order.id))
    if follow_up is None:
        follow_up = OrderFollowUp(order_id=order.id, due_at=_due_at(session, settings, order, now))
        session.add(follow_up)
        session.flush()
    elif follow_up.status is not FollowUpStatus.DUE:
        return []
    if order.resident.left_on is not None:
        leave_to_a_person(session, follow_up.id, now)
        return []
    about = {"order_id": order.id, "follow_up_id": follow_up.id}
    return [ask_for_call(session, CallPurpose.FOLLOW_UP, "", now, due_at=follow_up.due_at, **about)]


def lock_follow_up(session: Session, follow_up_id: int) -> OrderFollowUp:
    """The follow-up as it is now, its order held. Raises NoResultFound for one that is not there."""
    lock_order(session, session.scalars(select(OrderFollowUp.order_id).where(OrderFollowUp.id == follow_up_id)).one())
    return session.get_one(OrderFollowUp, follow_up_id, populate_existing=True)


def leave_to_a_person(session: Session, follow_up_id: int, now: datetime, *, was_done: bool | None = None) -> None:
    """Nobody was reached, or no score was understood: it stands on the console's list. The caller commits."""
    follow_up = lock_follow_up(session, follow_up_id)
    if follow_up.status is FollowUpStatus.DUE:
        follow_up.status, follow_up.was_done = FollowUpStatus.BY_HAND, was_done
        follow_up.order.record("follow_up_by_hand", now, "dispatch")


def drop_follow_up(session: Session, order: Order, now: datetime) -> None:
    """The order is disputed already: the resident is not asked how it was. The caller holds the order's lock and commits."""
    follow_up = session.scalar(select(OrderFollowUp).where(OrderFollowUp.order_id == order.id))
    if follow_up and follow_up.status in (FollowUpStatus.DUE, FollowUpStatus.BY_HAND):
        follow_up.status, follow_up.ended_at = FollowUpStatus.DROPPED, now
        drop_call(session, follow_up, now)


def drop_call(session: Session, follow_up: OrderFollowUp, now: datetime) -> None:
    """The call that still waits for its time is not wanted any more; one that is being held goes on."""
    waiting = select(OutboundCall).where(OutboundCall.follow_up_id == follow_up.id, OutboundCall.status == OutboundStatus.DUE)
    call = session.scalar(waiting.with_for_update())
    if call:
        call.status, call.ended_at = OutboundStatus.DROPPED, now


def is_wanted(follow_up: OrderFollowUp) -> bool:
    """Whether the resident is still to be called for it."""
    return follow_up.status is FollowUpStatus.DUE and follow_up.order.status is OrderStatus.COMPLETED


def _due_at(session: Session, settings: Settings, order: Order, now: datetime) -> datetime:
    wanted = now + timedelta(seconds=settings.follow_up_after_s)
    [facts] = care_facts(session, [order.resident_id], settings)
    return waking_moment(facts, wanted, ZoneInfo(settings.timezone)) or wanted
