"""Opening hours and a wanted span, both by the clock on the wall."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dispatch.matching.facts import OrderFacts

_DAY_MIN = 24 * 60
# "At nine" is a span too short for its visit: that may begin so much later.
AS_GOOD_AS_AT_ONCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wall:
    """A span in minutes from its first day's midnight, and the days whose opening hours may reach into it.

    Each day is its weekday, its ISO date and the minute of its midnight. The visit may begin from `first` to `latest`, minutes
    since the epoch, and takes `duration` minutes. Made once an order, read for every provider.
    """

    starts_min: int
    ends_min: int
    days: tuple[tuple[int, str, int], ...]
    first: int
    latest: int
    duration: int

    @classmethod
    def of(cls, order: OrderFacts) -> "Wall":
        """The order's span as a clock in the time zone of its beginning shows it."""
        starts_at, ends_at = order.starts_at, order.ends_at
        midnight = starts_at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        starts_min = starts_at.hour * 60 + starts_at.minute
        ends_min = starts_min + round((ends_at - starts_at) / timedelta(minutes=1))
        days = []
        for number in range(-1, ends_min // _DAY_MIN + 1):  # yesterday's night shift may still be on
            day = midnight.date() + timedelta(days=number)
            days.append((day.weekday(), day.isoformat(), number * _DAY_MIN))
        latest = latest_begin(starts_at, ends_at, order.duration_min)
        return cls(starts_min, ends_min, tuple(days), minute_of(starts_at), minute_of(latest), order.duration_min)


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


def latest_begin(starts_at: datetime, ends_at: datetime, duration_min: int) -> datetime:
    """When a visit must have begun: so that it ends within the span, or soon after the beginning of one that is too short."""
    return max(ends_at - timedelta(minutes=duration_min), min(starts_at + AS_GOOD_AS_AT_ONCE, ends_at))


def minute_of(moment: datetime) -> int:
    """A moment in minutes since the epoch: whole numbers compare faster than times with zones."""
    return int(moment.timestamp()) // 60
