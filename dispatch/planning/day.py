"""What the planner knows of a day and what it decides. Minutes count from the day's midnight, degrees are as everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass

Place = tuple[float, float]  # latitude, longitude
# What somebody must have, or whom they must not be: ("skill", "cleaning"), ("area", 3), ("gender", "female"), ("not worker", 9).
Need = tuple[str, str | int]


@dataclass(frozen=True, slots=True)
class Visit:
    """One order to be planned: it may begin from `earliest` to `latest`. `only_…` is whom the resident wishes again."""

    order_id: int
    place: Place
    earliest: int
    latest: int
    duration: int
    needs: frozenset[Need]
    only_provider: int | None = None
    only_worker: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time in which a worker can make visits: from `start` not before `begins`, at `end` not after `ends`.

    `can` holds skills, areas and a gender. `worker_id` is None where the provider has nobody on its list.
    """

    provider_id: int
    worker_id: int | None
    start: Place
    end: Place
    begins: int
    ends: int
    can: frozenset[Need]
    most: int  # visits

    def has(self, need: Need) -> bool:
        """Whether the worker is one who may make a visit with this need."""
        if need[0] == "not provider":
            return need[1] != self.provider_id
        return need[1] != self.worker_id if need[0] == "not worker" else need in self.can


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who makes a visit, and at which minute it begins; `place` is its place among the worker's visits, from 1."""

    provider_id: int
    worker_id: int | None
    begins: int
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided, by order; whoever is not in it found no room. The way home is in `travel_km`."""

    assigned: Mapping[int, Assignment]
    travel_km: float
