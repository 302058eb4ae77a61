"""The facts that a ranking is made from, read from the database."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dispatch.ranking import OrderFacts, ProviderFacts
from models.areas import Area
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider

_IN_HAND = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)


def order_facts(order: Order, zone: ZoneInfo) -> OrderFacts:
    """What `order` asks for."""
    return OrderFacts(
        skill=order.service.skill,
        area_id=order.resident.area_id,
        latitude=order.resident.latitude,
        longitude=order.resident.longitude,
        starts_at=order.starts_at.astimezone(zone),
        ends_at=order.ends_at.astimezone(zone),
    )


def provider_facts(session: Session, order: Order, zone: ZoneInfo) -> list[ProviderFacts]:
    """The active providers of the order's area."""
    in_area = Provider.areas.any(Area.id == order.resident.area_id)
    providers = session.scalars(select(Provider).where(Provider.active, in_area).options(selectinload(Provider.areas))).all()
    asked = set(session.scalars(select(Offer.provider_id).where(Offer.order_id == order.id)))
    busy = _orders_that_day(session, order, zone)
    return [
        ProviderFacts(
            id=provider.id,
            skills=frozenset(provider.skills),
            area_ids=frozenset(area.id for area in provider.areas),
            latitude=provider.latitude,
            longitude=provider.longitude,
            opens=provider.opens,
            closes=provider.closes,
            open_weekdays=frozenset(provider.open_weekdays),
            rating=provider.rating,
            active=provider.active,
            orders_that_day=busy[provider.id],
            offered_before=provider.id in asked,
        )
        for provider in providers
    ]


def _orders_that_day(session: Session, order: Order, zone: ZoneInfo) -> Counter[int | None]:
    midnight = order.starts_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    that_day = Order.starts_at.between(midnight, midnight + timedelta(days=1))
    return Counter(session.scalars(select(Order.provider_id).where(Order.status.in_(_IN_HAND), that_day)))
