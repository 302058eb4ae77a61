"""The order form as an operator fills it in: what stands in it at first, and what it means when it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ivr.when import Span, understand_when
from models.calls import Call
from models.orders import Order
from models.residents import Resident
from models.services import Service
from operator_console.context import facts, parts
from operator_console.times import local

LONGEST_WORDS = 200
LEFT_AT_LEAST = timedelta(minutes=15)  # of a span that has begun
_USUAL_SPAN = timedelta(hours=1)
_PAST = re.compile(r"昨天|昨日|前天|上个?(?:周|星期|礼拜|月)|刚才")


class Unclear(Exception):
    """A field cannot be understood; the text says why in Chinese and, on a second line, in English."""


@dataclass(frozen=True)
class Filled:
    """What stands in the form, as text; times are the community's own, 2026-11-23 and 09:00."""

    service: str = ""
    answer: str = ""
    when: str = ""
    day: str = ""
    starts: str = ""
    ends: str = ""
    words: str = ""  # the resident's
    note: str = ""


def filled_from(form: Mapping[str, str]) -> Filled:
    """What was sent, cut to what a field holds."""
    return Filled(**{name: form.get(name, "").strip()[:LONGEST_WORDS] for name in Filled.__dataclass_fields__})


def filled_ahead(call: Call | None, resident: Resident, like: int | None) -> Filled:
    """What the form begins with: the order that is wanted again, else what the conversation has collected and not yet ordered."""
    if like is not None:
        return _like(like, resident)
    return _collected(call) if call and call.collected else Filled()


def _like(order_id: int, resident: Resident) -> Filled:
    """The same at its usual time of day, on the next day that leaves the provider the time to come."""
    order = facts().get(Order, order_id)
    if order is None or order.resident_id != resident.id:
        return Filled()
    start, now = local(order.starts_at), local(parts().clock())
    lasts = order.ends_at - order.starts_at
    first = datetime.combine(now.date(), start.timetz())
    if first < now + timedelta(minutes=order.service.lead_time_min):
        first += timedelta(days=1)
    answer = str(next(iter(order.details.values()), ""))
    return with_span(Filled(service=str(order.service_id), answer=answer, note=order.note), Span(first, first + lasts))


def _collected(call: Call) -> Filled:
    collected = call.collected
    wanted = select(Service.id).where(Service.key == str(collected.get("service", "")), Service.active)
    service_id = facts().scalar(wanted)
    placed = select(Order.id).where(Order.call_id == call.id, Order.service_id == service_id)
    if service_id is None or facts().scalar(placed.limit(1)):
        return Filled()  # what stands there has been ordered: this is another wish
    words = str(collected.get("words", ""))[:LONGEST_WORDS]
    filled = Filled(service=str(service_id), answer=str(collected.get("detail", ""))[:LONGEST_WORDS], words=words)
    span = _span_of(collected.get("when"))
    return with_span(filled, span) if span and is_to_come(span) else filled


def _span_of(pair: object) -> Span | None:
    try:
        start, end = (local(datetime.fromisoformat(moment)) for moment in pair)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return Span(start, end)


def with_span(filled: Filled, span: Span) -> Filled:
    """The form with a day and its hours; a span over several days cannot be said so, and is left to be asked."""
    if span.end.date() != span.start.date():
        return filled
    return replace(filled, day=span.start.date().isoformat(), starts=f"{span.start:%H:%M}", ends=f"{span.end:%H:%M}")


def is_to_come(span: Span) -> bool:
    """Whether enough of the span is left."""
    return span.end >= parts().clock() + LEFT_AT_LEAST


def read_span(filled: Filled) -> Span:
    """The time that the words say, else the day and the hours; raises `Unclear`, and refuses the past."""
    now = local(parts().clock())
    chosen = _chosen(filled)
    if not filled.when:
        if chosen is None:
            raise Unclear("请写什么时候。\nWrite when.")
        if not is_to_come(chosen):
            raise Unclear("这个时间已经过了。\nThat is in the past.")
        return Span(max(chosen.start, now), chosen.end)
    span = understand_when(filled.when, now, chosen)
    if span:
        return span
    if _PAST.search(filled.when) or understand_when(filled.when, now.replace(hour=0, minute=0, second=0, microsecond=0)):
        raise Unclear("这个时间已经过了。\nThat is in the past.")
    raise Unclear("没看懂这个时间。可以写：后天下午三点以后。\nNot understood as a time; or choose the day below.")


def _chosen(filled: Filled) -> Span | None:
    if not (filled.day and filled.starts):
        return None
    zone = ZoneInfo(parts().settings.timezone)
    try:
        day, starts = date.fromisoformat(filled.day), time.fromisoformat(filled.starts)
        start = datetime.combine(day, starts.replace(tzinfo=None), zone)
        end = datetime.combine(day, time.fromisoformat(filled.ends), zone) if filled.ends else start + _USUAL_SPAN
    except ValueError:
        raise Unclear("日期或时间不对。\nThat is no date or time.") from None
    if end <= start:
        raise Unclear("结束要晚于开始。\nThe end must be later than the start.")
    return Span(start, end)


def lately_ordered(resident: Resident, at_most: int) -> list[Order]:
    """The resident's last orders, one a service, the newest first."""
    asked = select(Order).where(Order.resident_id == resident.id, Order.service.has(active=True))
    found: dict[int, Order] = {}
    for order in facts().scalars(asked.order_by(Order.id.desc()).limit(30)):
        found.setdefault(order.service_id, order)
    return list(found.values())[:at_most]
