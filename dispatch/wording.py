"""What the SMS to providers say."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.orders import Order
from models.settings import Settings

SIGNATURE = "【邻里】"
_WEEKDAYS = "一二三四五六日"
# Words for the hours, as in 11月23日（周一）上午9点; each from its first hour on.
_PARTS_OF_DAY = ((0, "凌晨"), (6, "上午"), (12, "中午"), (13, "下午"), (18, "晚上"))
_NOTE_AT_MOST = 60
_DETAILS_AT_MOST = 40
_AS_GOOD_AS_A_MOMENT = timedelta(hours=1)


def offer_words(order: Order, settings: Settings, valid_for_s: int) -> str:
    """A new order, shown to a provider."""
    resident = order.resident
    return (
        f"{SIGNATURE}新订单{order.code}：{_what(order)}，{span_words(order, settings)}，"
        f"{resident.address}，{resident.form_of_address}。"
        f"接单回复1 {order.code}，不接回复2 {order.code}，{duration_words(valid_for_s)}内有效。"
    )


def accepted_words(order: Order, settings: Settings) -> str:
    """What a provider needs to do the work. The resident's own number is not given away: the hotline connects."""
    resident = order.resident
    note = f"备注：{order.note[:_NOTE_AT_MOST]}。" if order.note else ""
    return (
        f"{SIGNATURE}已接单{order.code}：{_what(order)}，{span_words(order, settings)}，"
        f"{resident.address}，{resident.form_of_address}。{note}"
        f"联系居民请拨{settings.hotline_number}。到达回复3 {order.code}，完成回复4 {order.code}。"
    )


def span_words(order: Order, settings: Settings) -> str:
    """The wanted span with its date, in the community's own time: read tomorrow, it still means the same day."""
    zone = ZoneInfo(settings.timezone)
    starts, ends = order.starts_at.astimezone(zone), order.ends_at.astimezone(zone)
    if ends - starts <= _AS_GOOD_AS_A_MOMENT:
        return _day(starts) + _hour(starts)
    if starts.date() != ends.date():
        return f"{_day(starts)}{_hour(starts)}到{_day(ends)}{_hour(ends)}"
    return f"{_day(starts)}{_hour(starts)}到{_hour(ends)}"


def duration_words(seconds: int) -> str:
    """Seconds as people say them."""
    return f"{seconds // 60}分钟" if seconds % 60 == 0 else f"{seconds}秒"


def _what(order: Order) -> str:
    details = order.details_in_words
    return f"{order.service.name}（{details[:_DETAILS_AT_MOST]}）" if details else order.service.name


def _day(moment: datetime) -> str:
    return f"{moment.month}月{moment.day}日（周{_WEEKDAYS[moment.weekday()]}）"


def _hour(moment: datetime) -> str:
    part = [name for first, name in _PARTS_OF_DAY if moment.hour >= first][-1]
    hour = moment.hour - 12 if moment.hour > 12 else moment.hour
    minutes = {0: "", 30: "半"}.get(moment.minute, f"{moment.minute:02d}分")
    return f"{part}{hour}点{minutes}"
