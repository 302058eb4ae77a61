"""Times and ages as the community reads them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.operators import Language
from operator_console.context import parts
from operator_console.languages import speaks

WEEKDAYS = (("一", "Mon"), ("二", "Tue"), ("三", "Wed"), ("四", "Thu"), ("五", "Fri"), ("六", "Sat"), ("日", "Sun"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(moment: datetime) -> datetime:
    """`moment` in the community's time zone."""
    return moment.astimezone(ZoneInfo(parts().settings.timezone))


def today() -> date:
    """The day that it is, by the community's clock."""
    return local(parts().clock()).date()


def day(of: date) -> str:
    """11月22日, the year only where it is another; 22 Nov for whoever reads English alone."""
    other_year = of.year != local(parts().clock()).year
    if speaks() == Language.EN:
        return f"{of.day} {_MONTHS[of.month - 1]}{f' {of.year}' if other_year else ''}"
    return f"{f'{of.year}年' if other_year else ''}{of.month}月{of.day}日"


def month(of: date) -> str:
    """2026年11月, or Nov 2026."""
    return f"{_MONTHS[of.month - 1]} {of.year}" if speaks() == Language.EN else f"{of.year}年{of.month}月"


def clock(moment: datetime) -> str:
    """14:05 today, 11月22日 14:05 on another day."""
    here = local(moment)
    today = here.date() == local(parts().clock()).date()
    return f"{here:%H:%M}" if today else f"{day(here.date())} {here:%H:%M}"


def exactly(moment: datetime) -> str:
    """The day and the time to the second, for histories."""
    here = local(moment)
    return f"{day(here.date())} {here:%H:%M:%S}"


def span(start: datetime, end: datetime) -> str:
    """Day and hours, as 11月23日 周一 09:00–11:00."""
    a, b = local(start), local(end)
    first = f"{day(a.date())} {weekday(a.date())} {a:%H:%M}"
    if a.date() == b.date():
        return f"{first}–{b:%H:%M}"
    return f"{first} – {day(b.date())} {b:%H:%M}"


def weekday(of: date) -> str:
    """周一, or Mon."""
    zh, en = WEEKDAYS[of.weekday()]
    return en if speaks() == Language.EN else f"周{zh}"


def start_of_today() -> datetime:
    """Midnight, by the community's clock."""
    return local(parts().clock()).replace(hour=0, minute=0, second=0, microsecond=0)


def age(born: date) -> int:
    """Years of age today."""
    today = local(parts().clock()).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def lasted(start: datetime, end: datetime) -> str:
    """Minutes and seconds, as 1:05."""
    seconds = max(0, int((end - start) / timedelta(seconds=1)))
    return f"{seconds // 60}:{seconds % 60:02d}"
