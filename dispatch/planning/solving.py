"""A day's plan: the shortest ways on which as many visits as possible are made in time. Pure, and slow."""

import time
from collections.abc import Iterator, Sequence

import numpy as np

from dispatch.planning.day import Assignment, Plan, Shift, Visit
from dispatch.planning.improving import plan_anew
from dispatch.planning.inserting import insert_visits
from dispatch.planning.tables import Day, read_day

# So many shifts are planned anew together: with more the solver gets through too few tries, with fewer it can change too little.
TOGETHER = 20
PART_S = 1.5  # for each such part, at most
SPARE = 30  # visits without a worker that a part may try to take


def plan_visits(visits: Sequence[Visit], shifts: Sequence[Shift], kmh: float, solve_s: float, seed: int = 1) -> Plan:
    """Give the visits to shifts, looking for a better plan for about `solve_s` seconds at most.

    No visit is late and no condition is broken; a visit for which there is no room is left out. How short the ways are depends on
    how much the machine gets done in that time.
    """
    until = time.monotonic() + solve_s
    shifts = [shift for shift in shifts if shift.most > 0 and shift.begins < shift.ends]
    if not visits or not shifts:
        return Plan({}, 0.0)
    day = read_day(visits, shifts, kmh)
    stops = insert_visits(day)
    _improve(day, stops, until, np.random.default_rng(seed))
    travel_m = sum(day.travel_m(shift, own) for shift, own in enumerate(stops))
    return Plan(dict(_assignments(day, stops)), travel_m / 1000)


def _improve(day: Day, stops: list[list[int]], until: float, random: np.random.Generator) -> None:
    """Plan part after part anew, each around another shift, until the time is over or no part gets better any more."""
    in_vain: set[int] = set()
    waiting: list[int] = []
    while (left_s := until - time.monotonic()) > 0 and len(in_vain) < len(day.shifts):
        waiting = waiting or [int(shift) for shift in random.permutation(len(day.shifts)) if shift not in in_vain]
        around = waiting.pop()
        part = _near(day, stops, around)
        found = plan_anew(day, stops, part, _spare(day, stops, part), min(PART_S, left_s))
        if found == [stops[shift] for shift in part]:
            in_vain.update(part if len(part) == len(day.shifts) else [around])
        else:
            in_vain.difference_update(part)
            for shift, own in zip(part, found, strict=True):
                stops[shift] = own


def _near(day: Day, stops: Sequence[Sequence[int]], around: int) -> list[int]:
    """This shift and those nearest to it by the middle of their visits, as far as they could take a visit from it at all."""
    middles = np.array([_middle(day, shift, own) for shift, own in enumerate(stops)])
    apart = np.hypot(*((middles - middles[around]) * np.array([1.0, np.cos(np.radians(middles[around][0]))])).T)
    shares = (day.may & day.may[:, [around]]).any(axis=0)
    apart[~shares] = np.inf
    apart[around] = -1
    nearest = [int(shift) for shift in np.argsort(apart, kind="stable")[:TOGETHER]]
    return [shift for shift in nearest if np.isfinite(apart[shift])]


def _middle(day: Day, shift: int, stops: Sequence[int]) -> tuple[float, float]:
    places = [day.visits[stop].place for stop in stops] or [day.shifts[shift].start]
    return (sum(place[0] for place in places) / len(places), sum(place[1] for place in places) / len(places))


def _spare(day: Day, stops: Sequence[Sequence[int]], part: Sequence[int]) -> list[int]:
    """Visits that nobody has, and that this part may make."""
    taken = {stop for own in stops for stop in own}
    able = np.flatnonzero(day.may[:, part].any(axis=1))
    return [int(visit) for visit in able if visit not in taken][:SPARE]


def _assignments(day: Day, stops: Sequence[Sequence[int]]) -> Iterator[tuple[int, Assignment]]:
    for number, own in enumerate(stops):
        shift, leaves = day.shifts[number], list(day.leaves(number, own))
        for place, stop in enumerate(own, start=1):
            visit = day.visits[stop]
            begins = leaves[place] - visit.duration
            yield visit.order_id, Assignment(shift.provider_id, shift.worker_id, begins, place, len(own))
