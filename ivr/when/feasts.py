"""Feasts, solar terms and lunar dates: 冬至, 春节, 正月十五, 腊月二十八, 初三."""

import contextlib
import io
import re
from datetime import date, timedelta
from threading import Lock

from ivr.when.numerals import read_number

with contextlib.redirect_stdout(io.StringIO()):  # it greets on standard output
    import jionlp

_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)  # what jionlp raises
_jionlp_is_busy = Lock()  # its parser keeps what it works on in itself

# names: the name that jionlp knows, and how many days everybody is away for
_FEASTS = {
    "元旦节|元旦|阳历年": ("元旦", 1),
    "大年初一|春节|过年": ("春节", 7),
    "大年三十|大年夜|年三十|年夜|除夕": ("除夕", 8),
    "元宵节?|正月十五": ("元宵节", 1),
    "清明节?": ("清明", 3),
    "五一劳动节|劳动节|五一节?": ("劳动节", 5),
    "端午节?|五月节": ("端午节", 3),
    "七夕节?": ("七夕", 1),
    "中秋节?|八月十五(?![号日])|八月节": ("中秋节", 3),
    "十一国庆节?|国庆节?": ("国庆节", 7),
    "重阳节?|老人节": ("重阳节", 1),
    "腊八节?": ("腊八节", 1),
    "圣诞节?": ("圣诞节", 1),
    "妇女节|三八节": ("妇女节", 1),
    "母亲节": ("母亲节", 1),
    "父亲节": ("父亲节", 1),
} | {term: (term, 1) for term in ("立春", "春分", "立夏", "夏至", "立秋", "秋分", "立冬", "冬至", "小寒", "大寒")}

_LUNAR_DAY = r"初[一二三四五六七八九十]|[二廿]?十[一二三四五六七八九]|廿[一二三四五六七八九]?|[二三]?十"
FEAST = rf"(?P<feast>{'|'.join(_FEASTS)})"
LUNAR_DATE = (
    rf"农历(?P<any_month>闰?[正冬腊一二三四五六七八九十]{{1,2}})月(?P<any_day>{_LUNAR_DAY})"
    rf"|(?P<old_month>[正冬腊])月(?P<old_day>{_LUNAR_DAY})"
    rf"|(?P<month>[一二三四五六七八九十]{{1,2}})月(?P<first_day>初[一二三四五六七八九十]|廿[一二三四五六七八九]?)"
)
LUNAR_DAY = (
    r"(?:大?年|农历)?(?P<lunar_day>初[一二三四五六七八九十])(?![中级恋步]|学|的孩)"
    r"|农历(?P<other_day>十五|二十[一二三四五六七八九]?|三十)"
)
SMALL_NEW_YEAR = r"小年(?![轻纪])"


def feast_days(match: re.Match[str], today: date) -> list[date]:
    """When the feast falls last year, this year and next."""
    name, _ = _feast(match["feast"])
    # jionlp finds the one of its base's own year, by either calendar.
    return [found for years in (-1, 0, 1) if (found := _as_jionlp_reads(name, today.year + years))]


def days_off(match: re.Match[str]) -> timedelta:
    """How long people are away for a feast, from its day on."""
    return timedelta(days=_feast(match["feast"])[1])


def small_new_year(match: re.Match[str], today: date) -> list[date]:
    """The 23rd of the twelfth month, as the north keeps it."""
    return _lunar_dates(today, 12, 23)


def lunar_dates(match: re.Match[str], today: date) -> list[date]:
    """A day of a lunar month."""
    month = match["any_month"] or match["old_month"] or match["month"]
    day = match["any_day"] or match["old_day"] or match["first_day"]
    return _lunar_dates(today, {"正": 1, "冬": 11, "腊": 12}.get(month) or read_number(month), _lunar_day(day))


def lunar_days(match: re.Match[str], today: date) -> list[date]:
    """A day of any lunar month; 大年初二 is one of the first."""
    day = _lunar_day(match["lunar_day"] or match["other_day"])
    months = (1,) if match[0].startswith(("大年", "年")) else range(1, 13)
    return [found for month in months for found in _lunar_dates(today, month, day)]


def _feast(words: str) -> tuple[str, int]:
    return next(feast for names, feast in _FEASTS.items() if re.fullmatch(names, words))


def _lunar_day(words: str) -> int:
    return read_number(words.removeprefix("初").replace("廿", "二十"))


def _lunar_dates(today: date, month: int, day: int) -> list[date]:
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        # Not every month has a thirtieth.
        with contextlib.suppress(*_UNREADABLE):
            found.append(jionlp.lunar2solar(year, month, day, False).date())
    return found


def _as_jionlp_reads(words: str, year: int) -> date | None:
    # Its base is given in parts: from a timestamp it would take this machine's time zone.
    base = {"year": year, "month": 1, "day": 1}
    with _jionlp_is_busy:
        try:
            return date.fromisoformat(jionlp.parse_time(words, time_base=base)["time"][0][:10])
        except _UNREADABLE:
            return None
