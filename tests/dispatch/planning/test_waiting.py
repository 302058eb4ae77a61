from datetime import UTC, datetime, timedelta

import pytest

from dispatch.planning.waiting import waits_for_plan
from models.orders import Order, OrderStatus
from models.plans import PlannedVisit
from models.services import Service
from models.settings import Settings

MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # a Sunday, 10:00 in Shanghai
PLAN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOMORROW_AT_NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def cleaning(**facts: object) -> Order:
    usual = {"placed_at": MORNING, "starts_at": TOMORROW_AT_NINE, "status": OrderStatus.PLACED, "asked_again": 0}
    return Order(**({"service": Service(planned=True)} | usual | facts))


def test_planned_work_for_tomorrow_waits_for_todays_plan(settings: Settings) -> None:
    assert waits_for_plan(cleaning(), settings, MORNING) == PLAN


def test_work_for_next_week_waits_for_the_plan_of_the_day_before(settings: Settings) -> None:
    order = cleaning(starts_at=TOMORROW_AT_NINE + timedelta(days=7))
    assert waits_for_plan(order, settings, PLAN) == PLAN + timedelta(days=7)


@pytest.mark.parametrize(
    "facts",
    [
        {"service": Service(planned=False)},
        {"starts_at": MORNING + timedelta(hours=3)},
        {"placed_at": PLAN},
        {"status": OrderStatus.OFFERED},
        {"asked_again": 1},
        {"planned_visit": PlannedVisit()},
    ],
    ids=["no planned service", "today", "after the plan", "offered", "a person wants it offered now", "planned"],
)
def test_everything_else_is_offered_now(facts: dict[str, object], settings: Settings) -> None:
    assert waits_for_plan(cleaning(**facts), settings, PLAN) is None


def test_a_plan_that_does_not_come_is_waited_for_no_more(settings: Settings) -> None:
    patience = timedelta(minutes=settings.plan_patience_min)
    assert waits_for_plan(cleaning(), settings, PLAN + patience - timedelta(seconds=1)) == PLAN
    assert waits_for_plan(cleaning(), settings, PLAN + patience) is None
