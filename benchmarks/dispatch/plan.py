"""A day of planned visits: the solver's plan against one choice after the other by the same ranking.

Both are carried out in thought by the same clock: a worker begins at home, rides from visit to visit in the planned order, begins
no visit before its time, and goes home. Late is who begins after the last moment at which the visit could begin.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from statistics import median
from time import perf_counter
from typing import Any

from town import DAY, ZONE, Town, a_town

from dispatch.matching.conditions import free_workers, suitable_workers
from dispatch.matching.facts import ProviderFacts, Span
from dispatch.matching.hours import Wall, minute_of
from dispatch.planning.shifts import shifts_of, visit_of
from dispatch.planning.solving import plan_visits
from dispatch.planning.ways import way_km, way_min
from dispatch.ranking import rank_providers

KMH = 15.0
MIDNIGHT = datetime.combine(DAY, time(), ZONE)


@dataclass(frozen=True)
class Day:
    """What came of a day that was given out in one way."""

    way: str
    travel_km: float
    late_visits: int
    late_min: int  # of all together
    unassigned: int
    wishes_kept: int
    seconds: float


# By order: the provider, the worker and the minute at which it is to begin.
Choice = tuple[int, int, int]


def measure_plan(visits: int, workers: int, rounds: int, solve_s: float, tell: Callable[[], None]) -> dict[str, Any]:
    """Each round another town; the medians of both ways over the rounds."""
    days: defaultdict[str, list[Day]] = defaultdict(list)
    for seed in range(1, rounds + 1):
        town = a_town(seed, visits, workers)
        for way, choose in (("greedy", greedy), ("plan", lambda town: planned(town, solve_s))):
            began = perf_counter()
            chosen = choose(town)
            took = perf_counter() - began
            days[way].append(carry_out(way, town, chosen, took))
            tell()
    return {"visits": visits, "workers": workers, "rounds": rounds, "ways": [_median(found) for found in days.values()]}


def planned(town: Town, solve_s: float) -> Mapping[int, Choice]:
    """The solver's choice."""
    visits = [visit for number, order in enumerate(town.orders) if (visit := visit_of(number, order, DAY))]
    shifts = [shift for provider in town.providers for shift in shifts_of(provider, DAY)]
    plan = plan_visits(visits, shifts, KMH, solve_s)
    return {number: (one.provider_id, one.worker_id or 0, one.begins) for number, one in plan.assigned.items()}


def greedy(town: Town) -> Mapping[int, Choice]:
    """One order after the other, as they come: the first of the ranking sends who is free soonest."""
    providers = {provider.id: provider for provider in town.providers}
    chosen: dict[int, Choice] = {}
    for number, order in enumerate(town.orders):
        ranked = rank_providers(order, providers.values())
        if not ranked:
            continue
        provider = providers[ranked[0].provider_id]
        wall = Wall.of(order)
        worker = free_workers(wall, provider, suitable_workers(order, provider) or ())[0]
        begins = _soonest(wall, worker.busy)
        chosen[number] = (provider.id, worker.id, begins - minute_of(MIDNIGHT))
        span = (begins, begins + order.duration_min)
        workers = tuple(replace(one, busy=(*one.busy, span)) if one is worker else one for one in provider.workers or ())
        providers[provider.id] = replace(provider, workers=workers, orders_that_day=provider.orders_that_day + 1)
    return chosen


def carry_out(way: str, town: Town, chosen: Mapping[int, Choice], took_s: float) -> Day:
    """Ride it."""
    homes = {provider.id: provider for provider in town.providers}
    of_worker: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for number, (provider_id, worker_id, begins) in chosen.items():
        of_worker[provider_id, worker_id].append((begins, number))
    km, late = 0.0, []
    for (provider_id, _), visits in of_worker.items():
        home = _home(homes[provider_id])
        here, free_from = home, 0
        for begins, number in sorted(visits):
            order = town.orders[number]
            place = (order.latitude, order.longitude)
            way_there = way_km(here, place)
            km += way_there
            began = max(begins, free_from + way_min(way_there, KMH))
            late.append(max(0, began + minute_of(MIDNIGHT) - Wall.of(order).latest))
            here, free_from = place, began + order.duration_min
        km += way_km(here, home)
    kept = sum(chosen[number][0] in order.again_providers for number, order in enumerate(town.orders) if number in chosen)
    late_visits = sum(minutes > 0 for minutes in late)
    return Day(way, round(km, 1), late_visits, sum(late), len(town.orders) - len(chosen), kept, round(took_s, 1))


def _soonest(wall: Wall, busy: Sequence[Span]) -> int:
    """The first minute of the span at which the visit fits between what the worker has already."""
    moments = sorted([wall.first, *(end for _, end in busy if end > wall.first)])
    return next(moment for moment in moments if all(end <= moment or moment + wall.duration <= begins for begins, end in busy))


def _home(provider: ProviderFacts) -> tuple[float, float]:
    return (provider.latitude, provider.longitude)


def _median(days: list[Day]) -> dict[str, Any]:
    figures = [asdict(day) for day in days]
    return {name: days[0].way if name == "way" else median(one[name] for one in figures) for name in figures[0]}
