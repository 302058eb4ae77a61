"""An order put into words for an SMS: what, when, where, for whom."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.texts import text, unsigned
from models.orders import Order
from models.settings import Settings

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
# Words for the hours, as in 11月23日（周一）上午9点; each from its first hour on.
_PARTS_OF_DAY = ((0, "凌晨"), (6, "上午"), (12, "中午"), (13, "下午"), (18, "晚上"))
_NOTE_AT_MOST = 60
_DETAILS_AT_MOST = 40
_AS_GOOD_AS_A_MOMENT = timedelta(hours=1)


def offer_words(order: Order, settings: Settings, valid_for_s: int, link: str = "", language: str = "zh") -> str:
    """A new order, shown to a provider, with the `link` to its page where there is one; the address is for who accepts it."""
    page = unsigned("offer_link", language, link=link) if link else ""
    within, area = duration_words(valid_for_s, language), order.resident.area.name
    return text("offer", language, within=within, area=area, page=page, **_facts(order, settings, language))


def accepted_words(order: Order, settings: Settings, language: str = "zh") -> str:
    """What a provider needs to do the work. The resident's own number is not given away: the hotline connects."""
    note = {"zh": f"备注：{order.note[:_NOTE_AT_MOST]}。", "en": f"Note: {order.note[:_NOTE_AT_MOST]}. "}[language]
    facts = _facts(order, settings, language) | {"note": note if order.note else "", "hotline": settings.hotline_number}
    return unsigned("reply_accepted", language, **facts)


def span_words(order: Order, settings: Settings, language: str = "zh") -> str:
    """The wanted span with its date, in the community's own time: read tomorrow, it still means the same day."""
    zone = ZoneInfo(settings.timezone)
    starts, ends = order.starts_at.astimezone(zone), order.ends_at.astimezone(zone)
    to, hour = {"zh": ("到", _hour_zh), "en": ("–", _hour_en)}[language]
    if ends - starts <= _AS_GOOD_AS_A_MOMENT:
        return moment_words(order.starts_at, settings, language)
    if starts.date() != ends.date():
        return moment_words(order.starts_at, settings, language) + to + moment_words(order.ends_at, settings, language)
    return moment_words(order.starts_at, settings, language) + to + hour(ends)


def moment_words(moment: datetime, settings: Settings, language: str = "zh") -> str:
    """A moment with its date: 11月23日（周一）上午9点; Mon 23 Nov 09:00."""
    there = moment.astimezone(ZoneInfo(settings.timezone))
    weekday = _WEEKDAYS[language][there.weekday()]
    if language == "zh":
        return f"{there.month}月{there.day}日（周{weekday}）{_hour_zh(there)}"
    return f"{weekday} {there.day} {_MONTHS[there.month - 1]} {_hour_en(there)}"


def duration_words(seconds: int, language: str = "zh") -> str:
    """Seconds as people say them."""
    minute, second = {"zh": ("分钟", "秒"), "en": (" min", " s")}[language]
    return f"{seconds // 60}{minute}" if seconds % 60 == 0 else f"{seconds}{second}"


def what_words(order: Order, language: str = "zh") -> str:
    """The service, with the answer to its own question."""
    details = order.details_in_words[:_DETAILS_AT_MOST]
    if language == "zh":
        return f"{order.service.name}（{details}）" if details else order.service.name
    return f"{order.service.name_en} ({details})" if details else order.service.name_en


def _facts(order: Order, settings: Settings, language: str) -> dict[str, str]:
    return {
        "code": order.code,
        "what": what_words(order, language),
        "when": moment_words(order.visit_at, settings, language) if order.visit_at else span_words(order, settings, language),
        "address": order.resident.address,
        "who": order.resident.form_of_address,
    }


def _hour_zh(moment: datetime) -> str:
    part = [name for first, name in _PARTS_OF_DAY if moment.hour >= first][-1]
    hour = moment.hour - 12 if moment.hour > 12 else moment.hour
    minutes = {0: "", 30: "半"}.get(moment.minute, f"{moment.minute:02d}分")
    return f"{part}{hour}点{minutes}"


def _hour_en(moment: datetime) -> str:
    return f"{moment:%H:%M}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the host's locale
