"""Days in a row."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Stretch:
    """Some days in a row, from `first` to `last`."""

    first: date
    last: date


def single_days(days: list[date]) -> list[Stretch]:
    """Each of these days by itself."""
    return [Stretch(day, day) for day in days]
