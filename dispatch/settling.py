"""A provider's monthly statement: what the residents confirmed is settled once a person has confirmed the month."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dispatch.offers import lock_order
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

# Done, but not agreed upon: they wait for the resident's word, or for a person who looks at the complaint.
_NOT_YET = (OrderStatus.COMPLETED, OrderStatus.DISPUTED)


class MonthNotOver(Exception):
    """A month is settled when it is over."""


@dataclass
class Statement:
    """One provider's month; counts of orders, and fen of those that are confirmed or settled."""

    provider_id: int
    provider: str
    to_settle: int = 0
    unpriced: int = 0  # confirmed, but the price agreed at the door is not entered
    not_yet: int = 0
    settled: int = 0
    price_fen: int = 0
    subsidy_fen: int = 0
    owed_fen: int = 0


def statements(session: Session, settings: Settings, month: date) -> list[Statement]:
    """Every provider that did something in the month of the day `month`, by name; an order counts where its span ends."""
    is_unpriced = Order.price_fen.is_(None)
    kinds = (Order.provider_id, Order.status, is_unpriced)
    sums = (func.sum(Order.price_fen), func.sum(Order.subsidy_fen), func.sum(Order.owed_fen))
    wanted = Order.status.in_((OrderStatus.CONFIRMED, OrderStatus.SETTLED, *_NOT_YET))
    asked = select(*kinds, func.count(), *sums).where(*_in_month(settings, month), wanted).group_by(*kinds)
    named = {row.id: row.name for row in session.execute(select(Provider.id, Provider.name))}
    found: dict[int, Statement] = {}
    for provider_id, status, unpriced, count, price_fen, subsidy_fen, owed_fen in session.execute(asked):
        if provider_id is None:
            continue
        one = found.setdefault(provider_id, Statement(provider_id, named[provider_id]))
        if status in _NOT_YET:
            one.not_yet += count
            continue
        one.price_fen += price_fen or 0
        one.subsidy_fen += subsidy_fen or 0
        one.owed_fen += owed_fen or 0
        if status is OrderStatus.SETTLED:
            one.settled += count
        elif unpriced:
            one.unpriced += count
        else:
            one.to_settle += count
    return sorted(found.values(), key=lambda one: one.provider)


def settle_month(session: Session, settings: Settings, provider_id: int, month: date, *, by: str, now: datetime) -> int:
    """Settle what is confirmed and priced of a provider's month, order by order, and commit; how many. Twice does no harm.

    Raises `MonthNotOver`.
    """
    if _bounds(settings, month)[1] > now:
        raise MonthNotOver(f"{month:%Y-%m}")
    ready = (Order.provider_id == provider_id, Order.status == OrderStatus.CONFIRMED, Order.price_fen.is_not(None))
    ids = session.scalars(select(Order.id).where(*_in_month(settings, month), *ready).order_by(Order.id)).all()
    session.rollback()
    settled = 0
    for order_id in ids:
        order = lock_order(session, order_id)
        if order.status is OrderStatus.CONFIRMED and order.price_fen is not None:  # a complaint may have come meanwhile
            order.move(OrderStatus.SETTLED, now, by)
            settled += 1
        session.commit()
    log.info("provider %s: %d orders of %s settled by %s", provider_id, settled, f"{month:%Y-%m}", by)
    return settled


def _in_month(settings: Settings, month: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    starts, ends = _bounds(settings, month)
    return Order.ends_at >= starts, Order.ends_at < ends


def _bounds(settings: Settings, month: date) -> tuple[datetime, datetime]:
    """The month's first moment and the next month's."""
    first = month.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    zone = ZoneInfo(settings.timezone)
    return datetime(first.year, first.month, 1, tzinfo=zone), datetime(after.year, after.month, 1, tzinfo=zone)
