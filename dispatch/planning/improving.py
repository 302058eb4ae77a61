"""Making a plan better with PyVRP: some shifts that work near each other, with their visits, are planned anew together."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pyvrp import Client, Depot, Location, PenaltyParams, ProblemData, Route, Solution, SolveParams, VehicleType, solve
from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

from dispatch.planning.tables import Day

# In metres: what a visit that is made is worth, and what breaking a condition by one costs. No way through a town is as long as
# the first, and no visit is worth the second: conditions are kept, and visits are made whatever the way.
_WORTH = 100_000
_BROKEN = (200_000.0, 100_000_000.0)  # from, to
# So many tries without a better plan, and a worse one is taken for at most so many tries.
_NO_BETTER = 1_500
_HISTORY = 50


def plan_anew(
    day: Day, stops: Sequence[Sequence[int]], shifts: Sequence[int], spare: Sequence[int], solve_s: float
) -> list[list[int]]:
    """The stops of these `shifts` in a plan that is at least as good, with whatever `spare` visits there is room for.

    `stops` are of all shifts, and keep every condition.
    """
    visits = sorted({visit for shift in shifts for visit in stops[shift]}.union(spare))
    number = {visit: place for place, visit in enumerate(visits)}
    problem = _problem(day, visits, shifts)
    now = [
        Route(problem, [number[visit] for visit in stops[shift]], vehicle) for vehicle, shift in enumerate(shifts) if stops[shift]
    ]
    params = SolveParams(
        ils=IteratedLocalSearchParams(history_length=_HISTORY),
        penalty=PenaltyParams(min_penalty=_BROKEN[0], max_penalty=_BROKEN[1]),
    )
    until = MultipleCriteria([MaxRuntime(solve_s), NoImprovement(_NO_BETTER)])
    best = solve(problem, until, collect_stats=False, params=params, initial_solution=Solution(problem, now)).best
    found: list[list[int]] = [[] for _ in shifts]
    for route in best.routes():
        found[route.vehicle_type()] = [visits[stop.idx] for stop in route.schedule() if stop.is_client()]
    return found


def _problem(day: Day, visits: Sequence[int], shifts: Sequence[int]) -> ProblemData:
    """Part of the day in PyVRP's words: metres, minutes; a condition is a load of one that only some vehicles have room for."""
    asks, meets = day.asks[visits], day.meets[shifts]
    told = asks.any(axis=0) & ~meets.all(axis=0)
    homes = sorted({int(home) for shift in shifts for home in (day.starts[shift], day.ends[shift])})
    places = np.array([*homes, *(day.homes + visit for visit in visits)])
    clients = [
        Client(
            location=len(homes) + place,
            delivery=[1, *asks[place, told].tolist()],
            service_duration=day.visits[visit].duration,
            tw_early=day.visits[visit].earliest,
            tw_late=day.visits[visit].latest,
            prize=_WORTH,
            required=False,
        )
        for place, visit in enumerate(visits)
    ]
    vehicles = [
        VehicleType(
            capacity=[day.shifts[shift].most, *(len(visits) if met else 0 for met in meets[row, told])],
            start_depot=homes.index(day.starts[shift]),
            end_depot=homes.index(day.ends[shift]),
            tw_early=day.shifts[shift].begins,
            tw_late=day.shifts[shift].ends,
        )
        for row, shift in enumerate(shifts)
    ]
    metres: Any = day.metres[np.ix_(places, places)]
    minutes: Any = day.minutes[np.ix_(places, places)]
    locations = [Location(0, 0) for _ in places]  # the ways are all that counts
    return ProblemData(locations, clients, [Depot(home) for home in range(len(homes))], vehicles, [metres], [minutes])
