"""The days of a repeating order."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from models.repeats import Repeat

_WEEKDAYS = "一二三四五六日"


def is_holiday(country: str, day: date) -> bool:
    """Whether `day` is a public holiday of `country` (ISO 3166); of "" there are none.

    China's are those that the State Council has published, with the days off that are worked for on a weekend (调休); for years
    that it has not yet, those of the law. A weekend that is worked is an ordinary day.
    """
    return bool(country) and day in _holidays(country, day.year)


def is_day_of(repeat: Repeat, day: date, country: str) -> bool:
    """Whether the service is wanted on `day`: a day of the week within its time, not paused, no holiday that is left out."""
    return (
        repeat.ended_at is None
        and day.weekday() in repeat.weekdays
        and repeat.first_on <= day
        and (repeat.last_on is None or day <= repeat.last_on)
        and not is_paused(repeat, day)
        and (repeat.on_holidays or not is_holiday(country, day))
    )


def is_paused(repeat: Repeat, day: date) -> bool:
    """Whether `day` lies in the pause; one without an end goes on."""
    if repeat.paused_from is None or day < repeat.paused_from:
        return False
    return repeat.paused_until is None or day <= repeat.paused_until


def next_days(repeat: Repeat, today: date, country: str, *, within_days: int = 35) -> Iterator[date]:
    """The days on which the service is wanted, from `today` on, as far as one looks."""
    return (day for day in (today + timedelta(days=ahead) for ahead in range(within_days)) if is_day_of(repeat, day, country))


def span_on(repeat: Repeat, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the visit of `day` is to begin, aware: the clock says the same all year."""
    return datetime.combine(day, repeat.starts, zone), datetime.combine(day, repeat.ends, zone)


def span_words(repeat: Repeat, day: date) -> str:
    """The span in words: 11月23日，周一，11:30到12:30."""
    return f"{day.month}月{day.day}日，周{_WEEKDAYS[day.weekday()]}，{repeat.starts:%H:%M}到{repeat.ends:%H:%M}"


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))
