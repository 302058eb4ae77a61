"""Choices as they are spoken: each named before its key (rule 2 of the domain), a sentence each."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dispatch.finding import Standing
from ivr.slots.open_order import wanted_span
from ivr.spoken_times import say_clock
from ivr.when.numerals import say_number

# Rule 1: at most three choices are named.
MOST_NAMED = 3
_NEAR_DAYS = ("今天", "明天", "后天")


def named_with_keys(names: Sequence[str]) -> str:
    """王奶奶，请按一。李爷爷，请按二: without the last full stop, which the prompt has."""
    return "。".join(f"{name}，请按{key}" for name, key in zip(names, "一二三", strict=False))


def short_names(orders: Sequence[Standing], now: datetime) -> list[str]:
    """Orders by their service, with the time where two are for the same: three full times are more than a prompt can hold."""
    times = Counter(order.service for order in orders)
    return [order.service if times[order.service] == 1 else f"{_start(order, now)}的{order.service}" for order in orders]


def _start(order: Standing, now: datetime) -> str:
    start = wanted_span(order, now).start
    ahead = (start.date() - now.date()).days
    day = _NEAR_DAYS[ahead] if 0 <= ahead < len(_NEAR_DAYS) else f"{say_number(start.month)}月{say_number(start.day)}号"
    return f"{day}{say_clock(start.hour * 60 + start.minute)}"
