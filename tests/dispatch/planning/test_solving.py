from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.planning.day import Need, Plan, Shift, Visit
from dispatch.planning.solving import plan_visits
from dispatch.planning.ways import way_km, way_min

KMH = 15.0
SHOP = (30.25, 120.16)
SKILL: Need = ("skill", "cleaning")
NEEDS = frozenset({SKILL})


def visit(order_id: int, earliest: int = 540, latest: int = 1000, **facts: object) -> Visit:
    usual = Visit(order_id, (30.25 + order_id / 1000, 120.16), earliest, latest, 60, NEEDS)
    return replace(usual, **facts)  # type: ignore[arg-type]


def shift(provider_id: int, worker_id: int | None = None, **facts: object) -> Shift:
    usual = Shift(provider_id, worker_id or provider_id * 10, SHOP, SHOP, 480, 1080, NEEDS, 8)
    return replace(usual, **facts)  # type: ignore[arg-type]


def plan(visits: Sequence[Visit], shifts: Sequence[Shift], solve_s: float = 0.1) -> Plan:
    return plan_visits(visits, shifts, KMH, solve_s)


def check(found: Plan, visits: Sequence[Visit], shifts: Sequence[Shift]) -> None:
    """Everybody is there in time, has what is needed, has no more than they can bear, and gets home."""
    by_id = {one.order_id: one for one in visits}
    of_worker = defaultdict(list)
    for order_id, chosen in found.assigned.items():
        of_worker[chosen.provider_id, chosen.worker_id].append((chosen.begins, by_id[order_id]))
    known = {(one.provider_id, one.worker_id): one for one in shifts}
    for worker, made in of_worker.items():
        mine = known[worker]
        here, free_from = mine.start, mine.begins
        assert len(made) <= mine.most
        for begins, one in sorted(made, key=lambda pair: pair[0]):
            assert one.earliest <= begins <= one.latest
            assert begins >= free_from + way_min(way_km(here, one.place), KMH) - 1  # both round to whole metres and minutes
            assert all(mine.has(need) for need in one.needs)
            assert one.only_provider in (None, mine.provider_id)
            assert one.only_worker in (None, mine.worker_id)
            here, free_from = one.place, begins + one.duration
        assert free_from + way_min(way_km(here, mine.end), KMH) <= mine.ends + 1


def test_all_visits_that_one_worker_can_make_are_made_one_after_the_other() -> None:
    visits = [visit(number) for number in range(1, 6)]
    found = plan(visits, [shift(1)])
    assert len(found.assigned) == 5
    check(found, visits, [shift(1)])
    assert sorted(one.place for one in found.assigned.values()) == [1, 2, 3, 4, 5]


def test_a_visit_for_which_there_is_no_room_is_left_out() -> None:
    visits = [visit(number, earliest=540, latest=540) for number in range(1, 4)]
    assert len(plan(visits, [shift(1), shift(2)]).assigned) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"needs": frozenset({("skill", "bathing")})},
        {"needs": NEEDS | {("gender", "female")}},
        {"needs": NEEDS | {("not provider", 1)}},
        {"needs": NEEDS | {("not worker", 10)}},
        {"only_provider": 2},
        {"only_worker": 99},
        {"earliest": 1070, "latest": 1075},
    ],
    ids=["skill", "gender", "not this provider", "not this worker", "another provider", "another worker", "too late"],
)
def test_who_does_not_meet_a_condition_is_not_sent(facts: dict[str, object]) -> None:
    assert plan([visit(1, **facts)], [shift(1)]).assigned == {}  # type: ignore[arg-type]


def test_whom_the_resident_wishes_comes_although_another_is_nearer() -> None:
    far = shift(2, start=(30.29, 120.16), end=(30.29, 120.16))
    shifts = [shift(1), far, shift(3), shift(4)]
    found = plan([visit(1, only_provider=2), visit(2, only_worker=40), visit(3)], shifts)
    assert (found.assigned[1].provider_id, found.assigned[2].worker_id) == (2, 40)
    check(found, [visit(1), visit(2), visit(3)], shifts)


def test_nobody_has_more_visits_than_they_can_bear() -> None:
    visits = [visit(number) for number in range(1, 7)]
    shifts = [shift(1, most=2), shift(2, most=1), shift(3, most=0)]
    assert Counter(one.provider_id for one in plan(visits, shifts).assigned.values()) == {1: 2, 2: 1}


def test_a_day_without_visits_or_without_workers_is_planned_at_once() -> None:
    assert plan([], [shift(1)]) == plan([visit(1)], []) == Plan({}, 0.0)
    assert plan([visit(1)], [shift(1, begins=600, ends=600)]) == Plan({}, 0.0)


def test_two_whose_visits_lie_in_two_places_do_not_cross() -> None:
    north, south = (30.30, 120.16), (30.20, 120.16)
    visits = [visit(number, place=north if number % 2 else south) for number in range(1, 9)]
    found = plan(visits, [shift(1, start=north, end=north), shift(2, start=south, end=south)])
    assert {found.assigned[number].provider_id for number in (1, 3, 5, 7)} == {1}
    assert found.travel_km == 0


places = st.tuples(st.floats(30.2, 30.3), st.floats(120.1, 120.2))
some_visits = st.lists(
    st.builds(
        lambda place, earliest, wide, duration, needs, only: Visit(
            0, place, earliest, earliest + wide, duration, NEEDS | needs, only_provider=only
        ),
        places,
        st.integers(480, 960),
        st.integers(0, 300),
        st.integers(10, 120),
        st.frozensets(st.sampled_from([("gender", "female"), ("not provider", 1), ("not worker", 20), ("skill", "bathing")])),
        st.none() | st.integers(1, 4),
    ),
    max_size=12,
)
some_shifts = st.lists(
    st.builds(
        lambda home, begins, ends, can, most: Shift(0, None, home, home, begins, ends, NEEDS | can, most),
        places,
        st.integers(420, 600),
        st.integers(900, 1200),
        st.frozensets(st.sampled_from([("gender", "female"), ("skill", "bathing")])),
        st.integers(0, 5),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(some_visits, some_shifts)
def test_whatever_the_day_no_condition_is_broken_and_nobody_is_late(visits: list[Visit], shifts: list[Shift]) -> None:
    visits = [replace(one, order_id=number) for number, one in enumerate(visits, start=1)]
    shifts = [replace(one, provider_id=number, worker_id=number * 10) for number, one in enumerate(shifts, start=1)]
    check(plan(visits, shifts, solve_s=0.02), visits, shifts)
