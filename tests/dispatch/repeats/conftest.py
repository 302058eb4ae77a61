"""A meal that Grandma Wang orders for every noon."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from models.database import SessionMaker
from models.repeats import Repeat
from tests.dispatch.facts import EVERY_DAY, NOW, Community

Repeats = Callable[..., int]


def every_noon(**facts: Any) -> Repeat:
    usual: dict[str, Any] = {
        "weekdays": EVERY_DAY,
        "starts": time(11, 30),
        "ends": time(12, 30),
        "on_holidays": True,
        "first_on": date(2026, 11, 1),
        "placed_at": NOW.replace(day=1),
    }
    return Repeat(**(usual | facts))


@pytest.fixture
def repeat(sessions: SessionMaker, community: Community) -> Repeats:
    """Write a repeating order down; return its id."""

    def write(**facts: Any) -> int:
        with sessions.begin() as session:
            one = every_noon(resident_id=community.resident_id, service_id=community.repair_id, **facts)
            session.add(one)
            session.flush()
            return one.id

    return write
