"""Days by their months: 十二月一号, 十五号, 月底."""

import re
from calendar import monthrange
from datetime import date

from ivr.when.numerals import read_number
from ivr.when.stretch import Stretch, single_days


def read_date(match: re.Match[str], today: date) -> list[Stretch]:
    """A day of a named month: 十二月一号, 明年三月五号."""
    month, day = read_number(match["month"]), read_number(match["day"])
    years = {"今年": (0,), "明年": (1,), "来年": (1,), "去年": (-1,)}.get(match["year"] or "", (0, 1))
    if match["year"] and match["year"][:2].isdigit():
        years = (int(match["year"][:4]) - today.year,)
    return single_days([found for year in years if (found := _day_of(today.year + year, month, day))])


def read_day_of_month(match: re.Match[str], today: date) -> list[Stretch]:
    """A day of this month, the next, or the next that has it: 十五号, 下个月三号."""
    day = read_number(match["day"])
    months = {"上": (-1,), "下": (1,), "下下": (2,), "这": (0,), "本": (0,)}.get(match["which"] or "", (0, 1, 2, 3))
    return single_days([found for count in months if (found := _day_of(*_month(today, count), day))])


def read_part_of_month(match: re.Match[str], today: date) -> list[Stretch]:
    """月初, 十二月中旬, 下个月底."""
    if match["month"]:
        month = read_number(match["month"])
        months = [(today.year, month), (today.year + 1, month)] if 1 <= month <= 12 else []
    else:
        counts = {"上": (-1,), "下": (1,), "下下": (2,), "这": (0,), "本": (0,)}.get(match["which"] or "", (0, 1))
        months = [_month(today, count) for count in counts]
    parts = []
    for year, month in months:
        end = monthrange(year, month)[1]
        # 月初, 月中 and 月底 are a day; 上旬, 中旬 and 下旬 are ten.
        first, last = {"初": (1, 1), "头": (1, 1), "中": (15, 15), "上": (1, 10), "中旬": (11, 20), "下": (21, end)}.get(
            match["part"] if match["part"] == "中旬" else match["part"][0], (end, end)
        )
        parts.append(Stretch(date(year, month, first), date(year, month, last)))
    return parts


def read_this_month(match: re.Match[str], today: date) -> list[Stretch]:
    """What is left of this month."""
    return [Stretch(today, date(today.year, today.month, monthrange(today.year, today.month)[1]))]


def read_end_of_year(match: re.Match[str], today: date) -> list[Stretch]:
    """The last day of the year."""
    return single_days([date(today.year, 12, 31)])


def _month(today: date, months: int) -> tuple[int, int]:
    count = today.year * 12 + today.month - 1 + months
    return count // 12, count % 12 + 1


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
