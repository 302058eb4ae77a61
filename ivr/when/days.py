"""The days that a sentence names: 明天, 下星期二, 十五号, 月底, 三天以后, 冬至."""

import calendar
import contextlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

from ivr.when.numerals import NUMBER, read_number

with contextlib.redirect_stdout(io.StringIO()):  # it greets on standard output
    import jionlp

WEEKS_AHEAD = 9  # as far as orders are taken
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)  # what jionlp raises
_jionlp_is_busy = Lock()  # its parser keeps what it works on in itself


@dataclass(frozen=True)
class Day:
    """A day named at `start:end` of the sentence; `dates` are those it can mean, the nearest first, none of them past."""

    start: int
    end: int
    dates: tuple[date, ...]


def find_days(words: str, today: date) -> list[Day]:
    """The days named in `words`, in their order; one whose `dates` are empty is past or does not exist."""
    found = [
        Day(match.start(), match.end(), tuple(day for day in sorted(mean(match, today)) if day >= today))
        for pattern, mean in _PATTERNS
        for match in pattern.finditer(words)
    ]
    days: list[Day] = []
    for day in sorted(found, key=lambda day: (day.start, -day.end)):
        if not days or day.start >= days[-1].end:
            days.append(day)
    return days


def _as_jionlp_reads(words: str, today: date) -> date | None:
    # Its base is given in parts: from a timestamp it would take this machine's time zone.
    base = {"year": today.year, "month": today.month, "day": today.day}
    with _jionlp_is_busy:
        try:
            return date.fromisoformat(jionlp.parse_time(words, time_base=base)["time"][0][:10])
        except _UNREADABLE:
            return None


def _named(match: re.Match[str], today: date) -> list[date]:
    day = _as_jionlp_reads(match[0], today)
    return [day] if day else []


def _weekday(match: re.Match[str], today: date) -> list[date]:
    which, name = match["which"], match["weekday"]
    weekday = {"末": "六", "天": "日"}.get(name, name)
    weekday = "一二三四五六日"[int(weekday) - 1] if weekday.isdigit() else weekday
    day = _as_jionlp_reads(f"{which or '这'}星期{weekday}", today)
    if day is None:
        return []
    if which and which[0] in "上下":
        return [day]
    days = [day + timedelta(weeks=weeks) for weeks in range(WEEKS_AHEAD + 1)]
    return [*days, day + timedelta(days=1)] if name == "末" else days


def _next_week(match: re.Match[str], today: date) -> list[date]:
    day = _as_jionlp_reads(f"{match['which']}星期一", today)
    return [day] if day else []


def _later(match: re.Match[str], today: date) -> list[date]:
    if match[0].startswith("半个月"):
        return [today + timedelta(days=15)]
    count = read_number(match["passing"] or match["after"])
    days = count * (7 if "星期" in match[0] or "周" in match[0] else 1)
    return [today + timedelta(days=days)] if 0 < days <= 7 * WEEKS_AHEAD else []


def _date(match: re.Match[str], today: date) -> list[date]:
    month, day = read_number(match["month"]), read_number(match["day"])
    return [found for year in (today.year, today.year + 1) if (found := _day_of(year, month, day))]


def _day_of_month(match: re.Match[str], today: date) -> list[date]:
    day = read_number(match["day"])
    first, last = {"上": (-1, -1), "下": (1, 1), "这": (0, 0), "本": (0, 0), "": (0, 3)}[match["which"] or ""]
    return [found for months in range(first, last + 1) if (found := _day_of(*_month(today, months), day))]


def _edge_of_month(match: re.Match[str], today: date) -> list[date]:
    if match["month"]:
        month = read_number(match["month"])
        months = [(today.year, month), (today.year + 1, month)] if 1 <= month <= 12 else []
    else:
        first, last = {"上": (-1, -1), "下": (1, 1), "这": (0, 0), "本": (0, 0), "": (0, 1)}[match["which"] or ""]
        months = [_month(today, count) for count in range(first, last + 1)]
    return [date(year, month, _edge(match["edge"], year, month)) for year, month in months]


def _edge(edge: str, year: int, month: int) -> int:
    return {"初": 1, "中": 15}.get(edge, calendar.monthrange(year, month)[1])


def _feast(match: re.Match[str], today: date) -> list[date]:
    # jionlp finds the one of its base's own year, by either calendar.
    years = [today.replace(year=today.year + years, day=min(today.day, 28)) for years in (-1, 0, 1)]
    return [found for year in years if (found := _as_jionlp_reads(match[0], year))]


def _month(today: date, months: int) -> tuple[int, int]:
    count = today.year * 12 + today.month - 1 + months
    return count // 12, count % 12 + 1


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# A number with 号 behind it is no date where it is part of an address or a telephone number.
_NO_DATE_BEFORE = r"(?<![\d零〇一二两三四五六七八九十幺百第楼路巷弄牌住])(?<!住在)"
_NO_DATE_AFTER = r"(?![楼门线院房幢栋单病床铺馆厅桌机路码库井车店技师弄])"

_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], list[date]]], ...] = tuple(
    (re.compile(pattern), mean)
    for pattern, mean in (
        (r"大前天|(?<![以目之])前天|昨天|今天|明天|大后天|(?<![以之然最])后天", _named),
        (r"(?P<which>上上|上|下下|下|这|本)?个?星期(?P<weekday>[一二三四五六日天末1-7])(?![个天])", _weekday),
        (r"(?P<which>下下|下)个?星期(?![一二三四五六日天末1-7])", _next_week),
        (
            rf"(?:过|隔)(?P<passing>{NUMBER})(?:天|个?星期)|(?P<after>{NUMBER})(?:天|个?星期|周)(?:以后|之后|过后|后)|半个月(?:以后|之后|后)",
            _later,
        ),
        (rf"{_NO_DATE_BEFORE}(?P<month>{NUMBER})月(?P<day>{NUMBER})[号日]{_NO_DATE_AFTER}", _date),
        (rf"{_NO_DATE_BEFORE}(?:(?P<which>[这本下上])个?月)?(?P<day>{NUMBER})号{_NO_DATE_AFTER}", _day_of_month),
        (rf"(?:(?P<which>[这本下上])个?|(?P<month>{NUMBER}))?月(?P<edge>[底末初中])", _edge_of_month),
        (
            r"(?:农历)?(?:正|腊|冬|(?<=农历)[一二三四五六七八九十]{1,2})月(?:初[一二三四五六七八九十]|[一二三廿]?十?[一二三四五六七八九十])"
            r"|元旦|春节|除夕|元宵节|清明节?|劳动节|端午节?|中秋节?|国庆节?|重阳节?|冬至|腊八节?|圣诞节",
            _feast,
        ),
    )
)
