"""What is late about orders, and since when: the facts that 督办 is made from."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, joinedload

from dispatch.planning.waiting import plan_due, waits_for_plan
from dispatch.quiet import quiet_until
from dispatch.telling import is_urgent
from models.follow_ups import Complaint, FollowUpStatus, LateKind, OrderFollowUp
from models.orders import Order, OrderEvent, OrderStatus
from models.settings import Settings

Late = dict[tuple[int, LateKind], datetime]

# A longer span is one in which the resident waits to its end: 下午 is not late at five past one.
AS_GOOD_AS_A_MOMENT = timedelta(hours=1)
_NOBODYS = (OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.UNFILLED)
_ON_ITS_WAY = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY)
_NOT_FOLLOWED_UP = (FollowUpStatus.DUE, FollowUpStatus.BY_HAND)


def late_now(session: Session, settings: Settings, now: datetime, order_id: int | None = None) -> Late:
    """What is late now, of one order or of all, and since when it is."""
    only = true() if order_id is None else Order.id == order_id
    found: Late = {}
    for kind, read in _KINDS.items():
        found |= {(one, kind): since for one, since in read(session, settings, now, only) if since <= now}
    return found


def due_there(order: Order) -> datetime:
    """When whoever accepted is expected: at the agreed moment, at a short span's beginning, or by the end of a longer one."""
    if order.visit_at:
        return order.visit_at
    return order.starts_at if order.ends_at - order.starts_at <= AS_GOOD_AS_A_MOMENT else order.ends_at


Found = Iterator[tuple[int, datetime]]


def _not_accepted(session: Session, settings: Settings, now: datetime, only: ColumnElement[bool]) -> Found:
    patience = timedelta(seconds=settings.accepted_within_s)
    begun = _last("placed")
    waiting = select(Order, begun).where(only, Order.status.in_(_NOBODYS), Order.placed_at <= now - patience)
    for order, since in session.execute(waiting.options(joinedload(Order.service))):
        if not waits_for_plan(order, settings, now):
            begun_at = max(since, offered_from(order, settings))
            # What can wait is sent to nobody at night.
            awake_at = None if is_urgent(order, begun_at) else quiet_until(settings, begun_at)
            yield order.id, (awake_at or begun_at) + patience


def offered_from(order: Order, settings: Settings) -> datetime:
    """An order of a planned service is offered to nobody before the plan of its day."""
    due = plan_due(order.starts_at.astimezone(ZoneInfo(settings.timezone)).date(), settings)
    return due if order.service.planned and order.placed_at < due and not order.asked_again else order.placed_at


def _not_arrived(session: Session, settings: Settings, now: datetime, only: ColumnElement[bool]) -> Found:
    grace = timedelta(seconds=settings.arrival_grace_s)
    begun = func.coalesce(Order.visit_at, Order.starts_at) <= now - grace
    for order in session.scalars(select(Order).where(only, Order.status.in_(_ON_ITS_WAY), begun)):
        yield order.id, due_there(order) + grace


def _not_completed(session: Session, settings: Settings, now: datetime, only: ColumnElement[bool]) -> Found:
    arrived = select(Order, _last("arrived")).where(only, Order.status == OrderStatus.ARRIVED)
    for order, since in session.execute(arrived.options(joinedload(Order.service))):
        yield order.id, since + timedelta(minutes=order.service.duration_min, seconds=settings.completion_grace_s)


def _not_followed_up(session: Session, settings: Settings, now: datetime, only: ColumnElement[bool]) -> Found:
    done = _last("completed")
    waiting = select(Order.id, done).join(OrderFollowUp, OrderFollowUp.order_id == Order.id)
    for order_id, since in session.execute(waiting.where(only, OrderFollowUp.status.in_(_NOT_FOLLOWED_UP))):
        yield order_id, since + timedelta(seconds=settings.followed_up_within_s)


def _not_looked_at(session: Session, settings: Settings, now: datetime, only: ColumnElement[bool]) -> Found:
    waiting = select(Order.id, Complaint.raised_at).join(Complaint, Complaint.order_id == Order.id)
    for order_id, since in session.execute(waiting.where(only, Complaint.looked_at.is_(None))):
        yield order_id, since + timedelta(seconds=settings.complaint_looked_at_within_s)


def _last(happened: str) -> ColumnElement[datetime]:
    """When it happened to the order last; when the order was placed, where its history does not tell."""
    last = select(func.max(OrderEvent.at)).where(OrderEvent.order_id == Order.id, OrderEvent.happened == happened)
    return func.coalesce(last.scalar_subquery(), Order.placed_at)


_KINDS = {
    LateKind.NOT_ACCEPTED: _not_accepted,
    LateKind.NOT_ARRIVED: _not_arrived,
    LateKind.NOT_COMPLETED: _not_completed,
    LateKind.NOT_FOLLOWED_UP: _not_followed_up,
    LateKind.NOT_LOOKED_AT: _not_looked_at,
}
