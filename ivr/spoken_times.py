"""Times in the words in which they are read back, fit for a synthesiser: digits are words, and every time has its day."""

from datetime import date, datetime, timedelta

from ivr.when.numerals import say_number
from ivr.when.soon import AS_SOON_AS_POSSIBLE, STEP, next_step
from ivr.when.span import Span

_WEEKDAYS = "一二三四五六日"
_NEAR_DAYS = ("今天，", "明天，", "后天，", "大后天，")
_WITHOUT_WEEKDAY = 2  # today and tomorrow are clear enough
_WITH_YEAR_FROM = 60  # days; nearer ones need none
_TO_SLEEP = 5 * 60  # what ends before belongs to the night of the day before
_PARTS = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))  # each up to its hour


def say_when(span: Span, now: datetime) -> str:
    """The span as it is read back: 明天，十一月二十三号上午九点到十点; 十一月二十七号星期五下午三点到六点.

    `now` is aware and in the span's time zone. One that begins at once is read as its end: 今天，…下午六点以前.
    """
    day, minute = _day_and_minute(span.end)
    first = span.start.date()
    if span.start <= next_step(now):
        if span.end - span.start <= AS_SOON_AS_POSSIBLE + STEP:
            return f"尽快，{say_day(day, minute, now)}以前"
        return f"{say_day(day, minute, now)}以前" if day == now.date() else f"现在到{say_day(day, minute, now)}"
    if day == first:
        same_part = _part(span.start.hour) == _part(minute // 60)
        end = say_clock(minute, with_part=not same_part)
    elif day == first + timedelta(days=1) and minute < _TO_SLEEP and span.end - span.start <= timedelta(days=1):
        end = f"第二天{say_clock(minute)}"
    else:
        end = say_day(day, minute, now)
    return f"{say_day(first, _minute_of(span.start), now)}到{end}"


def say_day(day: date, minute: int, now: datetime) -> str:
    """A day and a time on it, in minutes from midnight."""
    ahead = (day - now.date()).days
    near = _NEAR_DAYS[ahead] if 0 <= ahead < len(_NEAR_DAYS) else ""
    year = "明年" if day.year == now.year + 1 and ahead >= _WITH_YEAR_FROM else ""
    weekday = f"星期{_WEEKDAYS[day.weekday()]}" if not 0 <= ahead < _WITHOUT_WEEKDAY else ""
    return f"{near}{year}{say_number(day.month)}月{say_number(day.day)}号{weekday}{say_clock(minute)}"


def say_clock(minute: int, with_part: bool = True) -> str:
    """A time of day, given in minutes from midnight: 上午九点半; 24 h is 晚上十二点."""
    hour, minute = divmod(minute, 60)
    part = _part(hour) if with_part else ""
    spoken = hour - 12 if hour > 12 else hour
    hours = {0: "零", 2: "两"}.get(spoken) or say_number(spoken)
    return f"{part}{hours}点{_say_minute(minute)}"


def _say_minute(minute: int) -> str:
    if minute in (0, 30):
        return "半" if minute else ""
    return f"{'零' if minute < 10 else ''}{say_number(minute)}分"


def _part(hour: int) -> str:
    return next((part for up_to, part in _PARTS if hour < up_to), "晚上")


def _minute_of(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _day_and_minute(end: datetime) -> tuple[date, int]:
    """Midnight belongs to the day that ends with it."""
    minute = _minute_of(end)
    return (end.date(), minute) if minute else (end.date() - timedelta(days=1), 24 * 60)
