from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from dispatch.matching.facts import WorkerFacts
from dispatch.planning.shifts import Fixed, shifts_of, visit_of
from tests.dispatch.test_ranking import HOUR, LI, MONDAY_AT_NINE, ORDER, PROVIDER, ZHANG

MONDAY = date(2026, 11, 23)
HOME = (PROVIDER.latitude, PROVIDER.longitude)
ELSEWHERE = (30.27, 120.17)
TWO = replace(PROVIDER, workers=(LI, ZHANG))


def test_a_visit_ends_within_the_span_or_begins_soon_after_the_beginning_of_a_short_one() -> None:
    morning = replace(ORDER, ends_at=MONDAY_AT_NINE + timedelta(hours=3), duration_min=45)
    visit, at_nine = visit_of(7, morning, MONDAY), visit_of(7, ORDER, MONDAY)
    assert visit
    assert at_nine
    assert (visit.order_id, visit.earliest, visit.latest, visit.duration) == (7, 9 * 60, 11 * 60 + 15, 45)
    assert (at_nine.earliest, at_nine.latest) == (9 * 60, 9 * 60 + 30)


def test_a_span_of_another_day_is_no_visit_of_this_one() -> None:
    assert visit_of(7, ORDER, MONDAY - timedelta(days=1)) is None
    assert visit_of(7, ORDER, MONDAY + timedelta(days=1)) is None


def test_wishes_and_refusals_are_needs_of_a_visit() -> None:
    wished = replace(ORDER, gender="female", never_workers=frozenset({12}), again_providers=frozenset({3}))
    visit = visit_of(7, wished, MONDAY, asked=[9])
    assert visit
    assert visit.needs == {
        ("skill", "plumbing"),
        ("area", 1),
        ("gender", "female"),
        ("not provider", 9),
        ("not worker", 12),
    }
    assert (visit.only_provider, visit.only_worker) == (3, None)


@pytest.mark.parametrize(
    "facts",
    [
        {"days_off": frozenset({"2026-11-23"})},
        {"open_weekdays": frozenset({1})},
        {"frozen": True},
        {"active": False},
        {"workers": ()},
        {"orders_that_day": 8},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_who_cannot_come_that_day_has_no_shift(facts: dict[str, Any]) -> None:
    assert shifts_of(TWO, MONDAY)
    assert shifts_of(replace(TWO, **facts), MONDAY) == []


def test_what_a_provider_can_bear_is_shared_out_among_its_workers() -> None:
    shifts = shifts_of(replace(TWO, orders_that_day=3), MONDAY)
    assert [(shift.worker_id, shift.most) for shift in shifts] == [(LI.id, 3), (ZHANG.id, 2)]
    assert [(shift.begins, shift.ends, shift.start, shift.end) for shift in shifts] == [(480, 1080, HOME, HOME)] * 2
    assert ("gender", "female") in shifts[0].can


def test_a_provider_with_nobody_on_its_list_sends_one_of_whom_nothing_is_known() -> None:
    [shift] = shifts_of(PROVIDER, MONDAY)
    assert (shift.worker_id, shift.most) == (None, 8)
    assert not {kind for kind, what in shift.can if kind == "gender" and what}


def test_a_night_shift_goes_on_past_midnight() -> None:
    [shift] = shifts_of(replace(PROVIDER, opens=time(20), closes=time(6)), MONDAY)
    assert (shift.begins, shift.ends) == (20 * 60, 30 * 60)


def test_a_fixed_visit_parts_the_day_of_the_worker_whose_it_is() -> None:
    fixed = Fixed(LI.id, ELSEWHERE, 600, 660)
    shifts = shifts_of(TWO, MONDAY, [fixed])
    assert [(one.worker_id, one.begins, one.ends, one.start, one.end) for one in shifts] == [
        (LI.id, 480, 600, HOME, ELSEWHERE),
        (LI.id, 660, 1080, ELSEWHERE, HOME),
        (ZHANG.id, 480, 1080, HOME, HOME),
    ]
    assert sum(one.most for one in shifts) == 8


def test_fixed_visits_of_nobody_in_particular_are_given_to_whoever_is_free() -> None:
    both = [Fixed(None, ELSEWHERE, 600, 660), Fixed(None, ELSEWHERE, 630, 690), Fixed(LI.id, ELSEWHERE, 480, 1080)]
    shifts = shifts_of(TWO, MONDAY, both)
    assert {one.worker_id for one in shifts} == {ZHANG.id}
    assert (shifts[0].ends, shifts[-1].begins) == (600, 660)  # two at once are too many for one: the second is nobody's plan


def test_who_is_at_work_all_day_has_no_shift() -> None:
    alone = replace(PROVIDER, workers=(WorkerFacts(5, "male"),))
    assert shifts_of(alone, MONDAY, [Fixed(5, ELSEWHERE, 0, 1440)]) == []


def test_a_moment_is_a_minute_of_its_own_day() -> None:
    late = replace(
        ORDER, starts_at=datetime(2026, 11, 23, 23, tzinfo=MONDAY_AT_NINE.tzinfo), ends_at=MONDAY_AT_NINE + timedelta(1)
    )
    visit = visit_of(7, late, MONDAY)
    assert visit
    assert (visit.earliest, visit.latest) == (23 * 60, 1435)


def test_a_plan_is_made_in_steps_of_five_minutes() -> None:
    odd = replace(ORDER, starts_at=MONDAY_AT_NINE + timedelta(minutes=2), ends_at=MONDAY_AT_NINE + 2 * HOUR, duration_min=33)
    visit = visit_of(7, odd, MONDAY)
    assert visit
    assert (visit.earliest, visit.latest, visit.duration) == (9 * 60 + 5, 10 * 60 + 25, 35)
    assert shifts_of(replace(PROVIDER, opens=time(8, 1)), MONDAY)[0].begins == 8 * 60 + 5


def test_no_visit_begins_some_seconds_before_it_is_wanted() -> None:
    seconds = timedelta(seconds=20)
    odd = replace(ORDER, starts_at=ORDER.starts_at + seconds, ends_at=ORDER.ends_at + seconds)
    visit = visit_of(7, odd, MONDAY)
    assert visit
    assert visit.earliest == 9 * 60 + 5
