"""The conditions of a day's visits as columns of noughts and ones, which is how the solver can be told of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dispatch.planning.day import Shift, Visit

Columns = npt.NDArray[np.bool_]


def condition_columns(visits: Sequence[Visit], shifts: Sequence[Shift]) -> tuple[Columns, Columns]:
    """What each visit asks for, and what each shift meets: one row each, the same columns; what everybody meets has none."""
    asks: list[list[bool]] = []
    meets: list[list[bool]] = []
    for need in sorted({need for visit in visits for need in visit.needs}, key=repr):
        asks.append([need in visit.needs for visit in visits])
        meets.append([shift.has(need) for shift in shifts])
    for wished, own in (
        ([visit.only_provider for visit in visits], [shift.provider_id for shift in shifts]),
        ([visit.only_worker for visit in visits], [shift.worker_id for shift in shifts]),
    ):
        # A column for each who is wished would be too many. Those who are wished are numbered, and each binary digit of the
        # number has two columns, "is 0" and "is 1": all of a number's digits together fit one alone. Everybody else is number 0.
        ids = sorted({one for one in wished if one is not None})
        number = {one: place for place, one in enumerate(ids, start=1)}
        for digit in range(len(ids).bit_length()):
            for is_set in (False, True):
                asks.append([one is not None and bool(number[one] >> digit & 1) is is_set for one in wished])
                meets.append([bool(number.get(one or 0, 0) >> digit & 1) is is_set for one in own])
    asked, met = np.array(asks, bool).reshape(-1, len(visits)).T, np.array(meets, bool).reshape(-1, len(shifts)).T
    told = ~met.all(axis=0)
    return asked[:, told], met[:, told]
