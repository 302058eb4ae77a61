"""A day as tables of figures: conditions, places and the ways between them. Shifts and visits go by their numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dispatch.planning.conditions import Columns, condition_columns
from dispatch.planning.day import Shift, Visit
from dispatch.planning.ways import ways_km, ways_min

Figures = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Day:
    """`asks` and `meets` are the conditions, `may` is what follows: which shift (column) may make which visit (row).

    `starts` and `ends` are the shifts' homes. Places are numbered, homes first, then the visits' in their order.
    """

    visits: Sequence[Visit]
    shifts: Sequence[Shift]
    asks: Columns
    meets: Columns
    may: Columns
    starts: Figures
    ends: Figures
    metres: Figures
    minutes: Figures

    @property
    def homes(self) -> int:
        """How many places are homes: the place of the first visit."""
        return len(self.metres) - len(self.visits)

    def places(self, shift: int, stops: Sequence[int]) -> list[int]:
        """Where the shift goes with these stops, from home to home."""
        return [int(self.starts[shift]), *(self.homes + stop for stop in stops), int(self.ends[shift])]

    def leaves(self, shift: int, stops: Sequence[int]) -> Iterator[int]:
        """When the worker leaves each place but the last, at the soonest."""
        places = self.places(shift, stops)
        now = self.shifts[shift].begins
        yield now
        for before, place, stop in zip(places, places[1:], stops, strict=False):
            visit = self.visits[stop]
            now = max(now + int(self.minutes[before, place]), visit.earliest) + visit.duration
            yield now

    def travel_m(self, shift: int, stops: Sequence[int]) -> int:
        """How long the way is, home again included; none for a worker without visits."""
        places = self.places(shift, stops)
        return sum(int(self.metres[pair]) for pair in pairwise(places)) if stops else 0


def read_day(visits: Sequence[Visit], shifts: Sequence[Shift], kmh: float) -> Day:
    """Work the tables out; `kmh` is how fast the workers travel."""
    homes = sorted({place for shift in shifts for place in (shift.start, shift.end)})
    number = {place: home for home, place in enumerate(homes)}
    asks, meets = condition_columns(visits, shifts)
    km = ways_km([*homes, *(visit.place for visit in visits)])
    return Day(
        visits,
        shifts,
        asks,
        meets,
        may=asks.astype(np.int64) @ (~meets).T.astype(np.int64) == 0,
        starts=np.array([number[shift.start] for shift in shifts]),
        ends=np.array([number[shift.end] for shift in shifts]),
        metres=np.round(km * 1000).astype(np.int64),
        minutes=ways_min(km, kmh),
    )
