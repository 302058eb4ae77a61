"""A first plan: each visit where it makes the shortest detour, those that few can make first; in time, every condition kept."""

import numpy as np

from dispatch.planning.tables import Day

_NEVER = np.iinfo(np.int64).max // 4
_WIDER_BY = 8


class _Gaps:
    """The gaps behind each stop, into which a visit may be put: tables with a row a shift.

    For each gap: the place before, the place after, the soonest minute at which the worker can leave the one, and the latest at
    which they must be at the other. A gap that is not there is one that nobody can leave.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self.stops: list[list[int]] = [[] for _ in day.shifts]
        self.before, self.after, self.leaves, self.due = (np.zeros((len(day.shifts), 1), np.int64) for _ in range(4))
        for shift in range(len(day.shifts)):
            self._time(shift)

    def put(self, shift: int, gap: int, visit: int) -> None:
        """Put a visit into a gap."""
        self.stops[shift].insert(gap, visit)
        if len(self.stops[shift]) >= self.before.shape[1]:
            for name in ("before", "after", "leaves", "due"):
                unused = _NEVER if name == "leaves" else 0
                setattr(self, name, np.pad(getattr(self, name), ((0, 0), (0, _WIDER_BY)), constant_values=unused))
        self._time(shift)

    def _time(self, shift: int) -> None:
        """Work out when each stop of a shift can begin."""
        stops, places = self.stops[shift], self.day.places(shift, self.stops[shift])
        due = [self.day.shifts[shift].ends]
        for here, place, stop in zip(places[-2:0:-1], places[:1:-1], stops[::-1], strict=True):
            visit = self.day.visits[stop]
            due.append(min(visit.latest, due[-1] - int(self.day.minutes[here, place]) - visit.duration))
        gaps = slice(0, len(places) - 1)
        self.before[shift, gaps], self.after[shift, gaps] = places[:-1], places[1:]
        self.due[shift, gaps] = due[::-1]
        self.leaves[shift] = _NEVER
        self.leaves[shift, gaps] = list(self.day.leaves(shift, stops))


def insert_visits(day: Day) -> list[list[int]]:
    """Each shift's visits, in their order; a visit that fits nowhere is left out."""
    gaps, metres, minutes = _Gaps(day), day.metres, day.minutes
    room = np.array([shift.most for shift in day.shifts])
    able = day.may.sum(axis=1)
    by_choice = sorted(
        range(len(day.visits)), key=lambda one: (able[one], day.visits[one].latest - day.visits[one].earliest, one)
    )
    for number in by_choice:
        visit, place = day.visits[number], day.homes + number
        shifts = np.flatnonzero(day.may[number] & (room > 0))
        before, after = gaps.before[shifts], gaps.after[shifts]
        begins = np.maximum(gaps.leaves[shifts] + minutes[before, place], visit.earliest)
        fits = (begins <= visit.latest) & (begins + visit.duration + minutes[place, after] <= gaps.due[shifts])
        if fits.any():
            detour = np.where(fits, metres[before, place] + metres[place, after] - metres[before, after], _NEVER)
            row, gap = np.unravel_index(int(detour.argmin()), detour.shape)
            gaps.put(int(shifts[row]), int(gap), number)
            room[shifts[row]] -= 1
    return gaps.stops
