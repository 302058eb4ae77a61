"""How long pages take to come: every page of the console, and the screen pop of a call that has just begun to ring."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from desks import Browser
from sqlalchemy import select

from models.base import utc_now
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.residents import Resident


@dataclass(frozen=True)
class Timing:
    """From asking to the last byte, in milliseconds; `aim_ms` is what the 95th percentile is held to."""

    page: str
    p50_ms: float
    p95_ms: float
    aim_ms: int | None


def time_pages(
    browsers: Mapping[str, Browser], pages: Mapping[str, Mapping[str, str]], rounds: int, done: Callable[[], None]
) -> dict[tuple[str, str], list[float]]:
    """Every page of everybody `rounds` times, one after the other; raises `LookupError` for one that does not come."""
    took: dict[tuple[str, str], list[float]] = {(who, page): [] for who, some in pages.items() for page in some}
    for _ in range(rounds):
        for (who, page), times in took.items():
            began = time.perf_counter()
            status, _ = browsers[who].get(pages[who][page])
            times.append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise LookupError(f"{page} of {who} answers {status}")
        done()
    return took


def time_pops(
    desks: Sequence[Browser], sessions: SessionMaker, times: int, at_once: int, done: Callable[[], None]
) -> list[float]:
    """`times` calls of residents begin to ring at `at_once` desks: for each desk, from the ring until its page is there.

    As in life the call is in the record, waiting, a moment before it rings; the desks ask in the same instant.
    """
    took: list[float] = []
    with sessions() as session:
        some = session.scalars(select(Resident).order_by(Resident.id.desc()).limit(times)).all()
        calls = [(f"pop.{at_once}.{time.time():.0f}.{at}", one.id, one.phones[0].number) for at, one in enumerate(some)]
    with ThreadPoolExecutor(at_once) as desks_ringing:
        for channel, resident_id, number in calls:
            now = utc_now()
            with sessions.begin() as session:
                waiting = {"status": CallStatus.WAITING, "started_at": now - timedelta(seconds=40), "handed_over_at": now}
                session.add(Call(channel_id=channel, number=number, resident_id=resident_id, outcome="operator:asked", **waiting))
            path = f"/desk/{channel}?number={number}"
            took += desks_ringing.map(lambda desk, path=path: _time_one(desk, path), desks[:at_once])
            with sessions.begin() as session:
                call = session.scalars(select(Call).where(Call.channel_id == channel)).one()
                call.status, call.ended_at = CallStatus.ENDED, utc_now()
            done()
    return took


def _time_one(desk: Browser, path: str) -> float:
    began = time.perf_counter()
    status, page = desk.get(path)
    if status != 200 or b"data-live" not in page:
        raise LookupError(f"{path} answers {status}")
    return (time.perf_counter() - began) * 1000


def summary(page: str, times: Sequence[float], aim_ms: int | None = None) -> Timing:
    """Median and 95th percentile of `times`, which are in milliseconds."""
    return Timing(page, round(float(np.median(times)), 1), round(float(np.percentile(times, 95)), 1), aim_ms)
