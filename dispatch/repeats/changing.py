"""Adding a repeating order, pausing it, going on with it, ending it."""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.placing import NOTE_AT_MOST, cancel_order
from dispatch.queue import JobQueue
from dispatch.repeats.days import is_paused, span_on
from models.orders import IllegalTransition, Order, OrderStatus
from models.providers import Provider
from models.repeats import Repeat
from models.residents import Resident
from models.services import Service
from models.settings import Settings

log = logging.getLogger(__name__)

MOST_AT_ONCE = 50  # of what a service counts: meals, say
# Nobody is on the way yet.
_CAN_STILL_BE_LEFT = (OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.ACCEPTED, OrderStatus.UNFILLED)


class RepeatRefused(Exception):
    """It cannot be so; the text says why in Chinese and, on a second line, in English."""


@dataclass(frozen=True)
class RepeatRequest:
    """What a resident wants again and again; times are in the community's own time zone, 0 is Monday."""

    resident_id: int
    service_id: int
    weekdays: frozenset[int]
    starts: time
    ends: time
    first_on: date
    last_on: date | None = None
    provider_id: int | None = None  # who is asked first
    on_holidays: bool = True
    answer: str = ""  # to the service's own question


def add_repeat(session: Session, request: RepeatRequest, now: datetime) -> Repeat:
    """Write a repeating order down; raises `RepeatRefused`. The caller commits; the sweep places the orders."""
    service = session.get(Service, request.service_id)
    provider = session.get(Provider, request.provider_id) if request.provider_id else None
    if session.get(Resident, request.resident_id) is None or service is None or not service.active:
        raise RepeatRefused("请选一项服务。\nChoose a service.")
    if request.provider_id and (provider is None or not provider.active or service.skill not in provider.skills):
        raise RepeatRefused("这家服务商不做这项服务。\nThis provider does not do that.")
    if not request.weekdays or not request.weekdays <= set(range(7)):
        raise RepeatRefused("请选星期几。\nChoose the days of the week.")
    if request.ends <= request.starts:
        raise RepeatRefused("结束要晚于开始。\nThe end must be later than the start.")
    if request.last_on and request.last_on < request.first_on:
        raise RepeatRefused("最后一天不能早于第一天。\nThe last day cannot be before the first.")
    repeat = Repeat(
        resident_id=request.resident_id,
        service_id=service.id,
        provider_id=request.provider_id,
        details=_details(service, request.answer),
        weekdays=sorted(request.weekdays),
        starts=request.starts,
        ends=request.ends,
        on_holidays=request.on_holidays,
        first_on=request.first_on,
        last_on=request.last_on,
        placed_at=now,
    )
    session.add(repeat)
    session.flush()
    return repeat


@dataclass
class Left:
    """What became of orders that were placed already: cancelled, or too late to be, by their codes."""

    cancelled: list[str] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)


def pause_repeat(
    session: Session, queue: JobQueue, repeat: Repeat, days: tuple[date, date | None], now: datetime, *, by: str
) -> Left:
    """Leave out the days from the first to the last of `days`, an open end being None, and cancel what is placed of them.

    Commits. Raises `RepeatRefused` for a last day before the first.
    """
    first, last = days
    if last is not None and last < first:
        raise RepeatRefused("最后一天不能早于第一天。\nThe last day cannot be before the first.")
    _hold(session, repeat)
    repeat.paused_from, repeat.paused_until = first, last
    session.commit()
    return _cancel_placed(session, queue, repeat, now, by)


def resume_repeat(session: Session, settings: Settings, repeat: Repeat, now: datetime) -> None:
    """Go on with a paused one from the next time that is still to come; commits. What was cancelled stays cancelled."""
    zone = ZoneInfo(settings.timezone)
    today = now.astimezone(zone).date()
    _hold(session, repeat)
    if repeat.paused_from is not None and span_on(repeat, today, zone)[0] <= now and is_paused(repeat, today):
        repeat.paused_until = today
    elif repeat.paused_from is not None and repeat.paused_from < today:
        repeat.paused_until = today - timedelta(days=1)
    else:
        repeat.paused_from = repeat.paused_until = None
    session.commit()


def end_repeat(session: Session, queue: JobQueue, repeat: Repeat, now: datetime, *, by: str) -> Left:
    """End it for good and cancel what is placed and has not begun; commits."""
    _hold(session, repeat)
    repeat.ended_at = repeat.ended_at or now
    session.commit()
    return _cancel_placed(session, queue, repeat, now, by)


def _hold(session: Session, repeat: Repeat) -> None:
    """Wait for a round of the sweep that is just placing an order of it."""
    session.get_one(Repeat, repeat.id, with_for_update=True, populate_existing=True)


def _details(service: Service, answer: str) -> dict[str, str | int]:
    kind, about = service.question.get("kind"), service.question.get("about", "")
    if kind == "count":
        if not answer.strip().isdecimal() or not 1 <= int(answer) <= MOST_AT_ONCE:
            raise RepeatRefused(f"请写要几{about}，1到{MOST_AT_ONCE}。\nWrite how many, 1 to {MOST_AT_ONCE}.")
        return {about: int(answer)}
    if kind == "words":
        if not (words := clean_words(answer, NOTE_AT_MOST)):
            raise RepeatRefused(f"请写{about}。\nWrite what it is about: {about}.")
        return {about: words}
    return {}


def _cancel_placed(session: Session, queue: JobQueue, repeat: Repeat, now: datetime, by: str) -> Left:
    """Cancel the orders that have not begun and are not wanted any more."""
    asked = select(Order.id, Order.code, Order.repeat_on).where(Order.repeat_id == repeat.id, Order.starts_at > now)
    left = Left()
    for order_id, code, day in session.execute(asked.where(Order.status.in_(_CAN_STILL_BE_LEFT)).order_by(Order.id)).all():
        if repeat.ended_at is None and not (day and is_paused(repeat, day)):
            continue
        try:
            cancel_order(session, queue, order_id, by, now, reason="长期订单停了" if repeat.ended_at else "长期订单暂停")
        except IllegalTransition:  # somebody was quicker
            session.rollback()
            left.too_late.append(code)
        else:
            left.cancelled.append(code)
    return left
