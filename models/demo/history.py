"""Figures of the demo's past weeks, made up and the same each time: no calls and orders are behind them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.areas import Area
from models.daily_figures import DailyFigure, DailyHandling, FigureDay, FigurePart
from models.providers import Provider
from models.services import Service

DAYS = 60
# A working day of one area; less at weekends.
CALLS, ORDERS = 26, 11
HANDLING_S = (30, 45, 60, 75, 90, 120, 150, 210, 300, 480)

Row = dict[str, object]


def add_history(session: Session, today: date, now: datetime) -> None:
    """Add the figures of the days before `today`, final; the caller commits."""
    chance = Random(96345)  # noqa: S311 - figures, no secrets
    areas, services, providers = (list(session.scalars(select(table.id))) for table in (Area, Service, Provider))
    rows: list[Row] = []
    steps: list[Row] = []
    for day in (today - timedelta(days=ago) for ago in range(DAYS, 0, -1)):
        session.add(FigureDay(day=day, counted_at=now, final=True))
        rate = (0.6 if day.weekday() > 4 else 1.0) * chance.uniform(0.85, 1.15)
        by_area = [(area, _calls(chance, rate) | _alarms(chance) | _orders(chance, ORDERS * rate)) for area in areas]
        orders = ORDERS * rate * len(areas)
        rows += _rows(day, FigurePart.AREA, by_area)
        rows += _rows(day, FigurePart.SERVICE, ((one, _orders(chance, orders / len(services))) for one in services))
        rows += _rows(day, FigurePart.PROVIDER, ((one, _offers(chance, orders / len(providers))) for one in providers))
        steps += [
            {"day": day, "part": FigurePart.AREA, "part_id": area, "up_to_s": step, "calls": calls}
            for area, figures in by_area
            for step, calls in Counter(chance.choices(HANDLING_S, k=figures["answered"])).items()
        ]
    names = {name for row in rows for name in row}
    session.execute(insert(DailyFigure), [dict.fromkeys(names, 0) | row for row in rows])
    session.execute(insert(DailyHandling), steps)


def _rows(day: date, part: FigurePart, figures: Iterable[tuple[int, dict[str, int]]]) -> list[Row]:
    return [{"day": day, "part": part, "part_id": part_id, **row} for part_id, row in figures]


def _some(chance: Random, of: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(of))


def _calls(chance: Random, rate: float) -> dict[str, int]:
    calls = round(CALLS * rate * chance.uniform(0.7, 1.3))
    waited = _some(chance, calls, 0.3)
    abandoned = _some(chance, waited, 0.02)
    answered = waited - abandoned
    in_time = _some(chance, answered, 0.97)
    by_machine = _some(chance, calls - waited, 0.93)
    return {
        "calls": calls,
        "by_machine": by_machine,
        "waited": waited,
        "answered": answered,
        "in_15_s": in_time,
        "abandoned": abandoned,
    }


def _alarms(chance: Random) -> dict[str, int]:
    seconds = [chance.choice((5, 6, 8, 9, 11, 14, 22)) for _ in range(_some(chance, 2, 0.3))]
    in_15_s = sum(one <= 15 for one in seconds)
    alarms = len(seconds)
    slowest = max(seconds, default=0)
    return {
        "alarms": alarms,
        "alarms_in_15_s": in_15_s,
        "alarms_in_60_s": alarms,
        "alarms_in_180_s": alarms,
        "slowest_s": slowest,
    }


def _orders(chance: Random, usual: float) -> dict[str, int]:
    placed = int(usual * chance.uniform(0.6, 1.4) + chance.random())
    at_once = _some(chance, placed, 0.8)
    accepted = _some(chance, placed, 0.97)
    done = _some(chance, accepted, 0.95)
    scores = _some(chance, done, 0.7)
    return {
        "placed": placed,
        "at_once": at_once,
        "in_15_min": _some(chance, at_once, 0.93),
        "accepted": accepted,
        "done": done,
        "cancelled": _some(chance, placed, 0.04),
        "unfilled": placed - accepted,
        "complaints": _some(chance, done, 0.01),
        "scores": scores,
        "score_sum": sum(chance.choice((3, 4, 4, 5, 5, 5)) for _ in range(scores)),
    }


def _offers(chance: Random, usual: float) -> dict[str, int]:
    offers = int(usual * chance.uniform(0.8, 1.8) + chance.random())
    accepted = _some(chance, offers, 0.7)
    refused = _some(chance, offers - accepted, 0.5)
    done = _some(chance, accepted, 0.95)
    scores = _some(chance, done, 0.7)
    return {
        "offers": offers,
        "offers_accepted": accepted,
        "offers_refused": refused,
        "offers_expired": offers - accepted - refused,
        "done": done,
        "complaints": _some(chance, done, 0.01),
        "scores": scores,
        "score_sum": sum(chance.choice((3, 4, 4, 5, 5, 5)) for _ in range(scores)),
    }
