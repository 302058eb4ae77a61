"""Making the plans that are due: read, solve without the database, write, then have the orders offered."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.offers import lock_order
from dispatch.planning.day import Assignment, Plan
from dispatch.planning.reading import days_due, read_shifts, read_visits
from dispatch.planning.solving import plan_visits
from dispatch.queue import Job, JobQueue
from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.plans import DayPlan, PlannedVisit
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

# So many orders are written in one transaction: it holds the one writer of a SQLite.
_WRITTEN_AT_ONCE = 50
# A plan of which nothing was heard for so long after the solver's time is lost, and made anew.
_LOST_AFTER = timedelta(seconds=90)


def make_plans(settings: Settings, sessions: SessionMaker, queue: JobQueue, clock: Callable[[], datetime]) -> int:
    """Make every plan that is due; how many orders were planned. It may be run twice, side by side, or cut short at any point.

    An order that the plan finds nobody for is offered in the ordinary way, and so is one that meanwhile waits no more.
    """
    with sessions() as session:
        due = list(days_due(session, settings, clock()))
    return sum(_make_plan(settings, sessions, queue, day, clock) for day in due)


def _make_plan(settings: Settings, sessions: SessionMaker, queue: JobQueue, day: date, clock: Callable[[], datetime]) -> int:
    zone = ZoneInfo(settings.timezone)
    with sessions() as session:
        if not _claim(session, settings, day, clock()):
            return 0
        orders = days_due(session, settings, clock()).get(day, [])
        ids = [order.id for order in orders]
        visits, shifts = read_visits(session, orders, day, zone), read_shifts(session, day, zone, clock())
    log.info("plan for %s: %d orders, %d visits, %d shifts", day, len(ids), len(visits), len(shifts))
    plan = plan_visits(visits, shifts, settings.plan_travel_kmh, settings.plan_solve_s)
    planned = 0
    for first in range(0, len(ids), _WRITTEN_AT_ONCE):
        part = ids[first : first + _WRITTEN_AT_ONCE]
        with sessions() as session:
            planned += _write(session, part, plan, datetime.combine(day, time(), zone), clock())
            session.commit()
        all(queue.nudge(Job.OFFER_ORDER, order_id) for order_id in part)
    with sessions() as session:
        made = session.get_one(DayPlan, day)
        made.made_at, made.travel_km = clock(), plan.travel_km
        made.visits, made.unplanned = len(ids), len(ids) - planned
        session.commit()
    log.info("plan for %s: %d of %d orders planned, %.1f km", day, planned, len(ids), plan.travel_km)
    return planned


def _claim(session: Session, settings: Settings, day: date, now: datetime) -> bool:
    """Take the day for ourselves and commit; not while another is at it."""
    known = session.get(DayPlan, day, with_for_update=True)
    if known is None:
        session.add(DayPlan(day=day, began_at=now))
    elif known.made_at is None and now < known.began_at + timedelta(seconds=settings.plan_solve_s) + _LOST_AFTER:
        return False
    else:
        known.began_at, known.made_at = now, None
    try:
        session.commit()
    except IntegrityError:  # another was faster
        session.rollback()
        return False
    return True


def _write(session: Session, order_ids: Sequence[int], plan: Plan, midnight: datetime, now: datetime) -> int:
    """Write what the plan says of these orders; the caller commits. One that changed meanwhile is left as it is."""
    planned = 0
    for order_id in order_ids:
        order = lock_order(session, order_id)
        if order.status is not OrderStatus.PLACED or order.planned_visit or order.asked_again:
            continue
        chosen = plan.assigned.get(order.id)
        if not _still_wanted_then(order, midnight, chosen):
            continue
        visit = PlannedVisit(order_id=order.id, day=midnight.date(), reasons={}, made_at=now)
        session.add(visit)
        if chosen is None:
            visit.reasons = {"hindered": "unplanned"}
            order.record("unplanned", now, "dispatch")
            continue
        planned += 1
        visit.provider_id, visit.worker_id = chosen.provider_id, chosen.worker_id
        visit.visit_at = order.visit_at = midnight + timedelta(minutes=chosen.begins)
        visit.reasons = {"place": chosen.place, "of": chosen.of}
        order.record("planned", now, "dispatch", provider=session.get_one(Provider, chosen.provider_id).name)
    return planned


def _still_wanted_then(order: Order, midnight: datetime, chosen: Assignment | None) -> bool:
    """Whether the order was not moved to another time while the plan was made; one that was is offered in the ordinary way."""
    if not midnight <= order.starts_at < midnight + timedelta(days=1):
        return False
    return chosen is None or order.starts_at <= midnight + timedelta(minutes=chosen.begins) <= order.ends_at
