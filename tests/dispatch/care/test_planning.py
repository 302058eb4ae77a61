"""When residents are called: their group, their hours, where they are, and everybody evenly."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.care.planning import CareFacts, Planned, plan_call, waking_moment
from models.care_calls import CareGroup, CareReason
from models.care_hours import read_hours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = read_hours("9:00-11:30,14:30-18:00")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)  # a Monday
SOMEBODY = CareFacts(7, CareGroup.HIGH, HOURS, last_at=NOW - timedelta(days=2))


def plan(facts: CareFacts, now: datetime = NOW, per_hour: int = 6) -> Planned:
    planned = plan_call(facts, now, ZONE, per_hour)
    assert planned
    return planned


@pytest.mark.parametrize(("group", "days"), [(CareGroup.HIGH, 7), (CareGroup.KEY, 30), (CareGroup.OTHER, 91)])
def test_a_group_is_called_after_its_interval(group: CareGroup, days: int) -> None:
    planned = plan(replace(SOMEBODY, group=group, last_at=NOW))
    assert planned.reason is CareReason.ROUTINE
    assert planned.due_at.date() == (NOW + timedelta(days=days)).date()


def test_who_wants_no_calls_is_never_called_not_even_after_a_hospital_stay() -> None:
    assert plan_call(replace(SOMEBODY, group=CareGroup.NONE, discharged_on=NOW.date()), NOW, ZONE, 6) is None


def test_whose_call_is_overdue_is_called_today_or_tomorrow() -> None:
    planned = plan(replace(SOMEBODY, last_at=NOW - timedelta(days=60)))
    assert NOW <= planned.due_at < NOW + timedelta(days=2)


@pytest.mark.parametrize("resident_id", range(1, 40))
def test_every_call_is_in_the_waking_hours_of_whom_it_is_for(resident_id: int) -> None:
    own = replace(SOMEBODY, resident_id=resident_id, hours=read_hours("7:15-8:00,19:00-20:30"))
    due = plan(own).due_at.astimezone(ZONE).timetz().replace(tzinfo=None)
    assert time(7, 15) <= due < time(8) or time(19) <= due < time(20, 30)


def test_those_who_were_never_called_are_spread_over_their_interval() -> None:
    days = Counter(plan(CareFacts(number, CareGroup.OTHER, HOURS)).due_at.date() for number in range(1, 183))
    assert len(days) > 80
    assert max(days.values()) <= 4


def test_no_more_calls_begin_in_an_hour_than_are_borne() -> None:
    taken: set[datetime] = set()
    for number in range(1, 60):
        planned = plan_call(CareFacts(number, CareGroup.HIGH, HOURS, last_at=NOW - timedelta(days=7)), NOW, ZONE, 4, taken)
        assert planned
        taken.add(planned.due_at)
    assert len(taken) == 59
    hours = Counter(due.replace(minute=0) for due in taken)
    assert max(hours.values()) <= 4


@pytest.mark.parametrize("kind", ["discharged_on", "changed_on"])
@pytest.mark.parametrize("hour", [0, 9, 11, 13, 17, 22])
def test_after_a_hospital_stay_or_another_change_a_call_comes_within_a_day(kind: str, hour: int) -> None:
    now = NOW.replace(hour=hour, minute=45)
    planned = plan(replace(SOMEBODY, group=CareGroup.OTHER, **{kind: now.date()}), now)
    assert planned.reason is (CareReason.HOSPITAL if kind == "discharged_on" else CareReason.CHANGE)
    assert now <= planned.due_at <= now + timedelta(hours=24)
    assert waking_moment(SOMEBODY, planned.due_at, ZONE) == planned.due_at


def test_a_discharge_that_is_known_ahead_is_called_on_its_day() -> None:
    home = NOW.date() + timedelta(days=3)
    planned = plan(replace(SOMEBODY, group=CareGroup.OTHER, discharged_on=home))
    assert (planned.due_at.date(), planned.reason) == (home, CareReason.HOSPITAL)


def test_after_the_call_that_followed_it_a_hospital_stay_is_over() -> None:
    facts = replace(SOMEBODY, group=CareGroup.KEY, discharged_on=NOW.date() - timedelta(days=3), last_at=NOW - timedelta(days=2))
    assert plan(facts).reason is CareReason.ROUTINE


def test_a_call_that_cannot_wait_shares_a_place_when_all_are_taken() -> None:
    facts = replace(SOMEBODY, discharged_on=NOW.date())
    taken = {datetime.combine(NOW.date() + timedelta(days=day), time(hour), ZONE) for day in range(3) for hour in range(24)}
    planned = plan_call(facts, NOW, ZONE, 1, taken)
    assert planned
    assert planned.due_at == NOW


def test_who_is_away_is_called_once_back() -> None:
    away = (NOW.date(), NOW.date() + timedelta(days=20))
    for facts in (SOMEBODY, replace(SOMEBODY, discharged_on=NOW.date())):
        due = plan(replace(facts, away=away)).due_at.astimezone(ZONE)
        assert due.date() == NOW.date() + timedelta(days=21)


def test_who_is_away_for_years_is_planned_again_another_time() -> None:
    assert plan_call(replace(SOMEBODY, away=(NOW.date(), date(2036, 1, 1))), NOW, ZONE, 6) is None


@pytest.mark.parametrize(
    ("now", "moment"),
    [("08:00", "09:00"), ("10:10", "10:10"), ("11:30", "14:30"), ("18:00", "09:00 +1"), ("23:59", "09:00 +1")],
)
def test_the_next_waking_moment(now: str, moment: str) -> None:
    clock, _, day = moment.partition(" ")
    wanted = datetime.combine(NOW.date() + timedelta(days=int(day or 0)), time.fromisoformat(clock), ZONE)
    assert waking_moment(SOMEBODY, datetime.combine(NOW.date(), time.fromisoformat(now), ZONE), ZONE) == wanted


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"])
def test_hours_are_those_of_the_wall_clock_wherever_the_site_is_and_when_the_clocks_change(zone: str) -> None:
    here = ZoneInfo(zone)
    now = datetime(2026, 10, 20, 8, tzinfo=UTC)
    for week in range(60):
        facts = CareFacts(3, CareGroup.HIGH, HOURS, last_at=now + timedelta(days=7 * (week - 1)))
        planned = plan_call(facts, now + timedelta(days=7 * week), here, 6)
        assert planned
        wall = planned.due_at.astimezone(here).time()
        assert any(begins <= wall < ends for begins, ends in HOURS)
