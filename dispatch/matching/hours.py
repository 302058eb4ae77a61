"""Opening hours and a wanted span, both by the clock on the wall."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Wall:
    """A span in minutes from its first day's midnight, and the days whose opening hours may reach into it.

    Each day is its weekday, its ISO date and the minute of its midnight. Made once an order, read for every provider.
    """

    starts_min: int
    ends_min: int
    days: tuple[tuple[int, str, int], ...]

    @classmethod
    def of(cls, starts_at: datetime, ends_at: datetime) -> "Wall":
        """The span as a clock in the time zone of its beginning shows it."""
        midnight = starts_at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        starts_min = starts_at.hour * 60 + starts_at.minute
        ends_min = starts_min + round((ends_at - starts_at) / timedelta(minutes=1))
        days = []
        for number in range(-1, ends_min // _DAY_MIN + 1):  # yesterday's night shift may still be on
            day = midnight.date() + timedelta(days=number)
            days.append((day.weekday(), day.isoformat(), number * _DAY_MIN))
        return cls(starts_min, ends_min, tuple(days))


def open_minutes(wall: Wall, opens: time, closes: time, weekdays: frozenset[int], days_off: frozenset[str]) -> int:
    """For how long somebody with these hours is open within the span; a night shift belongs to the day it begins on."""
    opens_min = opens.hour * 60 + opens.minute
    closes_min = closes.hour * 60 + closes.minute
    if closes_min <= opens_min:
        closes_min += _DAY_MIN
    open_for = 0
    for weekday, day, midnight_min in wall.days:
        if weekday in weekdays and day not in days_off:
            ends, starts = midnight_min + closes_min, midnight_min + opens_min
            within = (ends if ends < wall.ends_min else wall.ends_min) - (starts if starts > wall.starts_min else wall.starts_min)
            if within > 0:
                open_for += within
    return open_for
