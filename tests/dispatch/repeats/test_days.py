"""Which days a repeating order is wanted on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.repeats.days import is_day_of, is_holiday, next_days, span_on, span_words
from tests.dispatch.repeats.conftest import every_noon

TUESDAY = date(2026, 11, 24)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_it_is_wanted_on_its_weekdays_and_no_other() -> None:
    tuesdays = every_noon(weekdays=[1])
    assert list(next_days(tuesdays, TUESDAY, "", within_days=15)) == [TUESDAY + timedelta(weeks=week) for week in range(3)]


def test_it_begins_and_ends_with_its_first_and_last_day() -> None:
    short = every_noon(first_on=TUESDAY, last_on=TUESDAY + timedelta(days=1))
    assert list(next_days(short, date(2026, 11, 20), "")) == [TUESDAY, TUESDAY + timedelta(days=1)]


def test_what_was_ended_is_wanted_no_more() -> None:
    assert not is_day_of(every_noon(ended_at=datetime(2026, 11, 1, tzinfo=UTC)), TUESDAY, "")


def test_a_pause_leaves_out_its_first_and_last_day_and_all_between() -> None:
    paused = every_noon(paused_from=TUESDAY, paused_until=TUESDAY + timedelta(days=2))
    days = list(next_days(paused, TUESDAY - timedelta(days=1), "", within_days=6))
    assert days == [TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=3), TUESDAY + timedelta(days=4)]


def test_a_pause_without_an_end_goes_on() -> None:
    assert list(next_days(every_noon(paused_from=TUESDAY), TUESDAY, "")) == []


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2026, 10, 1), True),  # National Day
        (date(2026, 10, 7), True),  # a day off that is worked for
        (date(2026, 10, 10), False),  # on this Saturday
        (date(2026, 2, 17), True),  # Spring Festival, by the moon
        (date(2026, 11, 24), False),
        (date(2030, 10, 1), True),  # not published yet, but the law says so
    ],
)
def test_chinas_holidays_are_those_that_were_published(day: date, off: bool) -> None:
    assert is_holiday("CN", day) is off
    assert is_day_of(every_noon(on_holidays=False, first_on=date(2026, 1, 1)), day, "CN") is not off
    assert is_day_of(every_noon(first_on=date(2026, 1, 1)), day, "CN")


def test_a_site_without_holidays_has_none() -> None:
    assert not is_holiday("", date(2026, 10, 1))


def test_the_span_is_in_the_communitys_own_time() -> None:
    begins, ends = span_on(every_noon(), TUESDAY, SHANGHAI)
    assert begins.astimezone(UTC) == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    assert ends - begins == timedelta(hours=1)
    assert span_words(every_noon(), TUESDAY) == "11月24日，周二，11:30到12:30"


def test_noon_stays_noon_where_the_clocks_are_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer, winter = (span_on(every_noon(starts=time(12)), day, berlin)[0] for day in (date(2026, 10, 24), date(2026, 10, 25)))
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (10, 11)
