"""Adding a repeating order, changing it, pausing it, going on with it, ending it."""

import logging
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.changing import Change, change_order
from dispatch.details import DetailRefused, read_details
from dispatch.placing import cancel_order
from dispatch.queue import JobQueue
from dispatch.repeats.days import is_day_of, is_paused, span_on, span_words
from models.orders import IllegalTransition, Order, OrderStatus
from models.providers import Provider
from models.repeats import Repeat
from models.residents import Resident
from models.services import Service
from models.settings import Settings

log = logging.getLogger(__name__)

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
    details = _check(session, request)
    repeat = Repeat(resident_id=request.resident_id, service_id=request.service_id, placed_at=now)
    _write(repeat, request, details)
    session.add(repeat)
    session.flush()
    return repeat


@dataclass
class Left:
    """What became of orders that were placed already: cancelled, changed, or too late to be, by their codes."""

    cancelled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)


def change_repeat(
    session: Session, queue: JobQueue, settings: Settings, repeat: Repeat, *, request: RepeatRequest, now: datetime, operator: str
) -> Left:
    """Have it otherwise from now on, the service excepted; commits. Raises `RepeatRefused`.

    Orders that are placed and have not begun are changed with it, or cancelled where their day is not wanted any more.
    """
    if request.service_id != repeat.service_id or request.resident_id != repeat.resident_id:
        raise RepeatRefused("服务不能改：请结束这一条，再新增。\nAnother service: end this one and add another.")
    details = _check(session, request)
    _hold(session, repeat)
    _write(repeat, request, details)
    session.commit()
    left = _cancel_placed(session, queue, repeat, now, "operator", country=settings.holidays_of)
    zone = ZoneInfo(settings.timezone)
    for order_id, code, day in _placed(session, repeat, now):
        starts_at, ends_at = span_on(repeat, day, zone)
        order = session.get_one(Order, order_id)
        wanted = replace(Change.of(order), starts_at=starts_at, ends_at=ends_at, details=repeat.details)
        if (wanted.starts_at, wanted.ends_at) != (order.starts_at, order.ends_at):
            wanted = replace(wanted, when_words=span_words(repeat, day))
        session.rollback()
        try:
            changed = change_order(session, queue, settings, order_id, change=wanted, now=now, operator=operator)
        except (IllegalTransition, ValueError):  # begun meanwhile, or its new time is over
            session.rollback()
            left.too_late.append(code)
        else:
            left.changed += [code] if changed else []
    return left


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


def _check(session: Session, request: RepeatRequest) -> dict[str, str | int]:
    """The answer to the service's own question; raises `RepeatRefused` for what cannot be."""
    service = session.get(Service, request.service_id)
    provider = session.get(Provider, request.provider_id) if request.provider_id else None
    resident = session.get(Resident, request.resident_id)
    if resident is not None and resident.left_on is not None:
        raise RepeatRefused("这位居民已经离开（搬走或去世）。\nThe resident has left (moved away, or died).")
    if resident is None or service is None or not service.active:
        raise RepeatRefused("请选一项服务。\nChoose a service.")
    if request.provider_id and (provider is None or not provider.active or service.skill not in provider.skills):
        raise RepeatRefused("这家服务商不做这项服务。\nThis provider does not do that.")
    if not request.weekdays or not request.weekdays <= set(range(7)):
        raise RepeatRefused("请选星期几。\nChoose the days of the week.")
    if request.ends <= request.starts:
        raise RepeatRefused("结束要晚于开始。\nThe end must be later than the start.")
    if request.last_on and request.last_on < request.first_on:
        raise RepeatRefused("最后一天不能早于第一天。\nThe last day cannot be before the first.")
    try:
        return read_details(service, request.answer)
    except DetailRefused as refused:
        raise RepeatRefused(str(refused)) from None


def _write(repeat: Repeat, request: RepeatRequest, details: dict[str, str | int]) -> None:
    repeat.provider_id, repeat.details, repeat.weekdays = request.provider_id, details, sorted(request.weekdays)
    repeat.starts, repeat.ends, repeat.on_holidays = request.starts, request.ends, request.on_holidays
    repeat.first_on, repeat.last_on = request.first_on, request.last_on


def _placed(session: Session, repeat: Repeat, now: datetime) -> list[tuple[int, str, date]]:
    """The orders of it that have not begun and can still be left: id, code, day."""
    asked = select(Order.id, Order.code, Order.repeat_on).where(Order.repeat_id == repeat.id, Order.starts_at > now)
    found = session.execute(asked.where(Order.status.in_(_CAN_STILL_BE_LEFT)).order_by(Order.id))
    return [(order_id, code, day) for order_id, code, day in found if day]


def _cancel_placed(
    session: Session, queue: JobQueue, repeat: Repeat, now: datetime, by: str, *, country: str | None = None
) -> Left:
    """Cancel the orders that have not begun and are not wanted any more; with a `country` also those of other days."""
    left = Left()
    for order_id, code, day in _placed(session, repeat, now):
        wanted = repeat.ended_at is None and not is_paused(repeat, day)
        if wanted and (country is None or is_day_of(repeat, day, country)):
            continue
        why = "长期订单停了" if repeat.ended_at else "长期订单改了" if country is not None else "长期订单暂停"
        try:
            cancel_order(session, queue, order_id, by, now, reason=why)
        except IllegalTransition:  # somebody was quicker
            session.rollback()
            left.too_late.append(code)
        else:
            left.cancelled.append(code)
    return left
