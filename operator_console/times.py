"""Times and ages as the community reads them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from operator_console.context import parts

_WEEKDAYS = "一二三四五六日"


def local(moment: datetime) -> datetime:
    """`moment` in the community's time zone."""
    return moment.astimezone(ZoneInfo(parts().settings.timezone))


def clock(moment: datetime) -> str:
    """14:05 today, 11月22日 14:05 on another day."""
    here, today = local(moment), local(parts().clock()).date()
    time = f"{here:%H:%M}"
    if here.date() == today:
        return time
    day = f"{here.month}月{here.day}日"
    return f"{day} {time}" if here.year == today.year else f"{here.year}年{day} {time}"


def exactly(moment: datetime) -> str:
    """The day and the time to the second, for histories."""
    here = local(moment)
    return f"{here:%Y-%m-%d %H:%M:%S}"


def span(start: datetime, end: datetime) -> str:
    """Day and hours, as 11月23日 周一 09:00–11:00."""
    a, b = local(start), local(end)
    first = f"{a.month}月{a.day}日 周{_WEEKDAYS[a.weekday()]} {a:%H:%M}"
    if a.date() == b.date():
        return f"{first}–{b:%H:%M}"
    return f"{first} – {b.month}月{b.day}日 {b:%H:%M}"


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
