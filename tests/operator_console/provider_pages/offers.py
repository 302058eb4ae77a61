"""A second offer of the same order."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.orders import Offer, Order
from models.providers import Provider
from models.settings import Settings
from tests.operator_console.provider import make_offer


def another_offer(facts: Session, order: Order, settings: Settings) -> Offer:
    """The same order, offered to somebody else."""
    known = order.resident.area
    first = facts.scalars(select(Provider)).one()
    facts_of = {name: getattr(first, name) for name in ("skills", "latitude", "longitude", "opens", "closes", "open_weekdays")}
    other = Provider(name="永安水电", number="13700000002", rating=4.0, areas=[known], **facts_of)
    facts.add(other)
    facts.flush()
    return make_offer(facts, order, other)
