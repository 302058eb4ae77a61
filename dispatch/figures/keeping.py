"""Keeping the figures of days that are over: the sweep counts what is not kept yet, and the last two days once more."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.figures.counting import count_figures, span_of
from dispatch.figures.day import Figures
from models.alarms import Alarm
from models.calls import Call
from models.daily_figures import DailyFigure, DailyHandling, FigureDay
from models.database import SessionMaker
from models.orders import Order
from models.settings import Settings

log = logging.getLogger(__name__)

# What is written down late (a provider's word, an event that was read after an outage) still finds its day for so long.
RECOUNTED = timedelta(days=2)
RECOUNTED_EVERY = timedelta(hours=1)
# A site that has run for years is counted in small bites: the sweep has other things to do.
DAYS_A_ROUND = 14


def keep_figures(settings: Settings, sessions: SessionMaker, now: datetime) -> None:
    """Count every day that is over and not final, each in a transaction of its own; a second sweep at the same time gives way."""
    zone = ZoneInfo(settings.timezone)
    today = now.astimezone(zone).date()
    with sessions() as session:
        days = _days_to_count(session, today, zone, now)
    for day in days[:DAYS_A_ROUND]:
        with sessions() as session:
            figures = count_figures(session, span_of(day, zone), now)
            try:
                _write(session, day, figures, now, final=day < today - RECOUNTED)
                session.commit()
            except IntegrityError:
                session.rollback()
                log.info("the figures of %s are being counted elsewhere", day)


def _days_to_count(session: Session, today: date, zone: ZoneInfo, now: datetime) -> list[date]:
    """The days after the last final one that have facts behind them and were not counted just now."""
    final = session.scalar(select(func.max(FigureDay.day)).where(FigureDay.final))
    first = final + timedelta(days=1) if final else _first_day(session, zone)
    if first is None:
        return []
    asked = select(FigureDay.day, FigureDay.counted_at).where(FigureDay.day >= first)
    counted = {day: at for day, at in session.execute(asked)}  # noqa: C416 - rows are no pairs to mypy
    days = (first + timedelta(days=after) for after in range((today - first).days))
    return [day for day in days if day not in counted or _is_stale(day, counted[day], today, now)]


def _is_stale(day: date, counted_at: datetime, today: date, now: datetime) -> bool:
    return day < today - RECOUNTED or counted_at <= now - RECOUNTED_EVERY


def _first_day(session: Session, zone: ZoneInfo) -> date | None:
    columns = (Call.started_at, Order.placed_at, Alarm.raised_at)
    firsts = [first for column in columns if (first := session.scalar(select(func.min(column))))]
    return min(firsts).astimezone(zone).date() if firsts else None


def _write(session: Session, day: date, figures: Figures, now: datetime, *, final: bool) -> None:
    """Put a day's figures in the place of what was kept of it."""
    for table in (DailyFigure, DailyHandling):
        session.execute(delete(table).where(table.day == day))
    session.execute(delete(FigureDay).where(FigureDay.day == day))
    session.add(FigureDay(day=day, counted_at=now, final=final))
    session.flush()
    rows = [{"day": day, "part": part, "part_id": part_id} | row for (part, part_id), row in figures.rows.items()]
    if rows:
        names = {name for row in rows for name in row}
        session.execute(insert(DailyFigure), [dict.fromkeys(names, 0) | row for row in rows])
    steps = [
        {"day": day, "part": part, "part_id": part_id, "up_to_s": step, "calls": calls}
        for (part, part_id), handling in figures.handling.items()
        for step, calls in handling.items()
    ]
    if steps:
        session.execute(insert(DailyHandling), steps)
