"""Who would be asked first for an order that is not placed yet."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.candidates import order_facts_with, provider_facts, wishes_of
from dispatch.ranking import Ranked, rank_providers
from models.orders import Order
from models.settings import Settings


def rank_ahead(session: Session, settings: Settings, order: Order) -> Sequence[Ranked]:
    """The providers that fit an order that is in no session, the best first, as it would be offered now; writes nothing.

    Of the order its resident, service, span and `placed_at` are to be there.
    """
    zone = ZoneInfo(settings.timezone)
    with session.no_autoflush:
        facts = order_facts_with(order, zone, wishes_of(session, [order.resident.id])[order.resident.id])
        return rank_providers(facts, provider_facts(session, order, zone))
