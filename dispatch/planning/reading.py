"""What a day's plan is made from, read from the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from dispatch.candidates import IN_HAND, order_facts_with, provider_facts_of, providers_with_load, wishes_of
from dispatch.planning.day import Shift, Visit
from dispatch.planning.shifts import Fixed, shifts_of, visit_of
from dispatch.planning.waiting import MAY_WAIT, waits_for_plan
from models.orders import Offer, Order, OrderStatus
from models.settings import Settings


def days_due(session: Session, settings: Settings, now: datetime) -> Mapping[date, list[Order]]:
    """The days whose plan is due, each with the orders that wait for it."""
    days: defaultdict[date, list[Order]] = defaultdict(list)
    for order in _may_wait(session, now):
        due = waits_for_plan(order, settings, now)
        if due and due <= now:
            days[order.starts_at.astimezone(ZoneInfo(settings.timezone)).date()].append(order)
    return days


def orders_not_waiting(session: Session, settings: Settings, now: datetime) -> list[int]:
    """Orders that came too late for their day's plan, or whose plan did not come: they are to be offered now."""
    return [order.id for order in _may_wait(session, now) if not waits_for_plan(order, settings, now)]


def _may_wait(session: Session, now: datetime) -> Iterable[Order]:
    """The orders that may wait for a plan, but for those of later days: no plan is made sooner than the day before."""
    soon = Order.starts_at < now + timedelta(days=2)
    known = (joinedload(Order.service), joinedload(Order.resident), joinedload(Order.planned_visit))
    return session.scalars(select(Order).where(MAY_WAIT, soon).options(*known).order_by(Order.id))


def read_visits(session: Session, orders: Sequence[Order], day: date, zone: ZoneInfo) -> list[Visit]:
    """The visits that these orders ask for on `day`."""
    wishes = wishes_of(session, {order.resident_id for order in orders})
    asked: defaultdict[int, list[int]] = defaultdict(list)
    offers = select(Offer.order_id, Offer.provider_id).join(Order).where(Order.status == OrderStatus.PLACED)
    for order_id, provider_id in session.execute(offers):
        asked[order_id].append(provider_id)
    found = (
        visit_of(order.id, order_facts_with(order, zone, wishes.get(order.resident_id, [])), day, asked[order.id])
        for order in orders
    )
    return [visit for visit in found if visit]


def read_shifts(session: Session, day: date, zone: ZoneInfo, now: datetime) -> list[Shift]:
    """When everybody can work on `day`, around the visits that are promised or planned already."""
    midnight = datetime.combine(day, time(), zone)
    fixed = _fixed_visits(session, midnight)
    loads = providers_with_load(session, midnight, midnight + timedelta(days=1), now)
    return [
        shift
        for provider, load in loads
        for shift in shifts_of(provider_facts_of(provider, load, offered_before=False), day, fixed[provider.id])
    ]


def _fixed_visits(session: Session, midnight: datetime) -> defaultdict[int, list[Fixed]]:
    begins = func.coalesce(Order.visit_at, Order.starts_at)
    that_day = (begins >= midnight, begins < midnight + timedelta(days=1))
    options = (selectinload(Order.service), selectinload(Order.resident), selectinload(Order.planned_visit))
    accepted = session.scalars(select(Order).where(Order.status.in_(IN_HAND), *that_day).options(*options))
    waits = Order.status.in_((OrderStatus.PLACED, OrderStatus.OFFERED))
    planned = session.scalars(select(Order).join(Order.planned_visit).where(waits, *that_day).options(*options))
    fixed: defaultdict[int, list[Fixed]] = defaultdict(list)
    for order in accepted:
        fixed[order.provider_id or 0].append(_fixed(order, order.worker_id, midnight))
    for order in planned:  # the plan before was cut short, or its offers are not answered yet
        visit = order.planned_visit
        if visit and visit.provider_id:
            fixed[visit.provider_id].append(_fixed(order, visit.worker_id, midnight))
    return fixed


def _fixed(order: Order, worker_id: int | None, midnight: datetime) -> Fixed:
    begins = round(((order.visit_at or order.starts_at) - midnight) / timedelta(minutes=1))
    return Fixed(worker_id, (order.resident.latitude, order.resident.longitude), begins, begins + order.service.duration_min)
