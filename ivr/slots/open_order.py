"""Which of several open orders: by service, by day, or by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audio.recognizers import Hearing
from dispatch.finding import Standing
from ivr.slots.slot import Slot
from ivr.slots.wish import read_when
from ivr.understanding.meaning import Heard
from ivr.understanding.named import services_named
from ivr.understanding.services import Catalogue
from ivr.when import Span


@dataclass(frozen=True)
class OpenOrderSlot(Slot[Standing]):
    """One of at most three orders; key 1 is the first."""

    catalogue: Catalogue
    orders: Sequence[Standing]

    @property
    def hints(self) -> Sequence[str]:
        """The services by name."""
        return [order.service for order in self.orders]

    def read(self, heard: Heard, now: datetime) -> Standing | None:
        """The one that the words can mean, when it is only one."""
        meant = orders_meant(heard.hearing, self.orders, self.catalogue, now)
        return meant[0] if len(meant) == 1 else None

    def press(self, digit: str) -> Standing | None:
        """Key 1 is the first."""
        place = int(digit) - 1 if digit.isdigit() else -1
        return self.orders[place] if 0 <= place < len(self.orders) else None


def orders_meant(hearing: Hearing, orders: Sequence[Standing], catalogue: Catalogue, now: datetime) -> list[Standing]:
    """Those of the orders that the words can mean, by service and by day; all of them when the words name neither."""
    offerings = {offering.id: offering for offering in catalogue.offerings}
    offered = [offerings[order.service_id] for order in orders if order.service_id in offerings]
    named = {offering.id for offering in services_named(hearing, offered)}
    left = [order for order in orders if order.service_id in named] or list(orders)
    span = read_when(hearing, now)
    if span is None:
        return left
    days = {span.start.date(), span.end.date()}
    return [order for order in left if wanted_span(order, now).start.date() in days] or left


def wanted_span(order: Standing, now: datetime) -> Span:
    """The time of an order, in the time zone of `now`."""
    return Span(order.starts_at.astimezone(now.tzinfo), order.ends_at.astimezone(now.tzinfo))
