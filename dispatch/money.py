"""What an order costs: its price, what the community pays of it, and what the resident owes, all in fen."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from models.orders import Order
from models.providers import Provider
from models.residents import Resident
from models.services import Service

_FEN_IN_A_YUAN = 100
_HOURS = "小时"  # a service with this unit is charged by how long its visit takes


@dataclass(frozen=True)
class Charge:
    """A price and who pays it, in fen; `owed_fen` is the resident's part."""

    price_fen: int
    subsidy_fen: int

    @property
    def owed_fen(self) -> int:
        """What the subsidy leaves to pay."""
        return self.price_fen - self.subsidy_fen


def charge(price_yuan: int, quantity: Fraction, price_percent: int, subsidy_percent: int) -> Charge:
    """The catalogue's price times `quantity` times the provider's percent, and its subsidy; each half up to a whole fen."""
    price_fen = _half_up(price_yuan * _FEN_IN_A_YUAN * quantity * Fraction(price_percent, 100))
    return agreed_charge(price_fen, subsidy_percent)


def agreed_charge(price_fen: int, subsidy_percent: int) -> Charge:
    """A price that was agreed, and the subsidy of it, half up to a whole fen."""
    return Charge(price_fen, _half_up(price_fen * Fraction(min(subsidy_percent, 100), 100)))


def quantity(unit: str, duration_min: int, question: Mapping[str, str], details: Mapping[str, str | int]) -> Fraction:
    """How many units an order is: the count that its service asks for, the hours of a visit, or one.

    A count that was never told, or is less than one, is one: the resident is not charged for what nobody asked for.
    """
    if question.get("kind") == "count":
        count = details.get(question["about"], 1)
        return Fraction(count if isinstance(count, int) and count > 0 else 1)
    return Fraction(duration_min, 60) if unit == _HOURS else Fraction(1)


def set_price(order: Order, provider: Provider | None) -> None:
    """Write down what the order costs with `provider`; None makes it unknown again, and so does a price agreed at the door.

    For when an order is accepted or given back, under the order's lock; the caller commits. Volunteers cost nothing.
    """
    service = order.service
    if provider is not None and provider.volunteer:
        _write(order, Charge(0, 0))
    elif provider is not None and (costs := expected_charge(service, order.resident, order.details, provider.price_percent)):
        _write(order, costs)
    else:
        order.price_fen = order.subsidy_fen = order.owed_fen = None


def expected_charge(
    service: Service, resident: Resident, details: Mapping[str, str | int], price_percent: int = 100
) -> Charge | None:
    """What an order costs with who takes `price_percent` of the catalogue's price; None where it is agreed at the door."""
    if service.price_yuan is None:
        return None
    ordered = quantity(service.unit, service.duration_min, service.question, details)
    return charge(service.price_yuan, ordered, price_percent, max(service.subsidy_percent, resident.subsidy_percent))


def enter_price(order: Order, price_fen: int) -> None:
    """Write down a price agreed at the door; raises ValueError for less than nothing. The caller holds the lock and commits."""
    if price_fen < 0:
        raise ValueError(f"a price of {price_fen} fen")
    _write(order, agreed_charge(price_fen, _subsidy_percent(order)))


def _subsidy_percent(order: Order) -> int:
    """The service's or the resident's own, whichever is more."""
    return max(order.service.subsidy_percent, order.resident.subsidy_percent)


def _write(order: Order, costs: Charge) -> None:
    order.price_fen, order.subsidy_fen, order.owed_fen = costs.price_fen, costs.subsidy_fen, costs.owed_fen


def _half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))
