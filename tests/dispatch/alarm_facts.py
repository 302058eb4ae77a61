"""Moments and calls of the tests of alarms, and what was written of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from models.alarms import Alarm
from models.database import SessionMaker
from tests.dispatch.facts import NOW

FIRST, SECOND = "1763777.1", "1763777.2"
Press = Callable[..., int]


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def happened(sessions: SessionMaker, alarm_id: int = 1) -> list[str]:
    with sessions() as session:
        return [line.happened.value for line in session.get_one(Alarm, alarm_id).history]
