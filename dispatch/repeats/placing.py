"""Placing the orders of repeating orders, a day ahead. The sweep makes this round again and again."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dispatch.placing import DayPlaced, InvalidOrder, OrderRequest, place_order
from dispatch.queue import JobQueue
from dispatch.repeats.days import is_day_of, span_on, span_words
from dispatch.troubles import note_trouble
from models.care_calls import CarePlan
from models.database import SessionMaker
from models.orders import Order
from models.repeats import Repeat
from models.residents import Resident
from models.settings import Settings

log = logging.getLogger(__name__)


def place_repeats(settings: Settings, sessions: SessionMaker, queue: JobQueue, now: datetime) -> None:
    """Place what is wanted today, and from `repeats_at` on tomorrow too; each day once, whoever else makes the round.

    A day that was missed, since nothing of ours ran, is placed all the same as long as it is not older than yesterday: it can
    be offered to nobody any more, and so comes before a person.
    """
    with sessions() as session:
        due = _due(session, settings, now)
    for repeat_id, day in due:
        with sessions() as session:
            try:
                order = _place(session, queue, settings, (repeat_id, day), now)
            except DayPlaced:
                log.info("repeat %s: %s was placed by another", repeat_id, day)
            except InvalidOrder as fault:
                log.error("repeat %s: %s cannot be placed: %s", repeat_id, day, fault)
                session.rollback()
                note_trouble(sessions, "place_repeats", repeat_id, fault, now)
            else:
                log.info("repeat %s: %s is order %s", repeat_id, day, order.id if order else None)


def _due(session: Session, settings: Settings, now: datetime) -> list[tuple[int, date]]:
    """The repeating orders and their days that have no order yet, whatever became of it: what was cancelled stays so."""
    days = _days_to_place(settings, now)
    # By way of the repeats, so that the index on both columns serves: the orders of years lie beside these.
    of_repeats = select(Order.repeat_id, Order.repeat_on).join(Repeat, Repeat.id == Order.repeat_id)
    known = session.execute(of_repeats.where(Repeat.ended_at.is_(None), Order.repeat_on.in_(days)))
    placed = {(repeat_id, day) for repeat_id, day in known}
    wanted = select(Repeat).where(Repeat.ended_at.is_(None), or_(Repeat.last_on.is_(None), Repeat.last_on >= min(days)))
    return [
        (repeat.id, day)
        for repeat in session.scalars(wanted.order_by(Repeat.id))
        for day in days
        if (repeat.id, day) not in placed and _is_wanted(session, settings, repeat, day)
    ]


def _place(session: Session, queue: JobQueue, settings: Settings, due: tuple[int, date], now: datetime) -> Order | None:
    repeat_id, day = due
    # Held, so that a pause that begins at this moment waits for the order that it is to cancel.
    repeat = session.get_one(Repeat, repeat_id, with_for_update=True)
    if not _is_wanted(session, settings, repeat, day):
        return None
    starts_at, ends_at = span_on(repeat, day, ZoneInfo(settings.timezone))
    request = OrderRequest(
        resident_id=repeat.resident_id,
        service_id=repeat.service_id,
        starts_at=starts_at,
        ends_at=ends_at,
        when_words=span_words(repeat, day),
        details=repeat.details,
        repeat_id=repeat.id,
        repeat_on=day,
    )
    return place_order(session, queue, request, now)


def _days_to_place(settings: Settings, now: datetime) -> list[date]:
    local = now.astimezone(ZoneInfo(settings.timezone))
    last = 1 if local.time() >= settings.repeats_at else 0
    return [local.date() + timedelta(days=ahead) for ahead in range(-1, last + 1)]


def _is_wanted(session: Session, settings: Settings, repeat: Repeat, day: date) -> bool:
    """Whether the repeat's rule says so, the resident is here and at home, and it was asked before that day's span was over."""
    if not is_day_of(repeat, day, settings.holidays_of):
        return False
    if span_on(repeat, day, ZoneInfo(settings.timezone))[1] <= repeat.placed_at:
        return False
    if session.get_one(Resident, repeat.resident_id).left_on is not None:
        return False
    plan = session.get(CarePlan, repeat.resident_id)
    if plan is None or plan.away_from is None or plan.away_until is None:
        return True
    return not plan.away_from <= day <= plan.away_until
