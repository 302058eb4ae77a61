"""The quiet hours, in which nothing is sent that can wait."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.settings import Settings
from models.sms_settings import read_quiet_hours


def quiet_until(settings: Settings, now: datetime) -> datetime | None:
    """When the quiet hours end that it is in now; None outside of them."""
    hours = read_quiet_hours(settings.quiet_hours)
    if hours is None:
        return None
    begin, end = hours
    here = now.astimezone(ZoneInfo(settings.timezone))
    clock = here.time()
    is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not is_quiet:
        return None
    day = here.date() + timedelta(days=1 if clock >= end else 0)
    return datetime.combine(day, end, tzinfo=here.tzinfo).astimezone(now.tzinfo)
