"""The facts that a ranking is made from, read from the database."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session, object_session, selectinload

from dispatch.matching.facts import OrderFacts, ProviderFacts, Span, WorkerFacts
from dispatch.matching.hours import minute_of
from models.areas import Area
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider, Wish, WishKind
from models.residents import Resident
from models.services import Service

IN_HAND = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)
_DONE = (OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.SETTLED, OrderStatus.DISPUTED)
# Who was offered much within these days has had its share.
LATELY = timedelta(days=7)
_WISHED_GENDER = {WishKind.WOMAN: "female", WishKind.MAN: "male"}


def order_facts(order: Order, zone: ZoneInfo) -> OrderFacts:
    """What `order` asks for, and what its resident wishes. The order is in a session."""
    session = object_session(order)
    wishes = wishes_of(session, [order.resident_id])[order.resident_id] if session else []
    return order_facts_with(order, zone, wishes)


def order_facts_with(order: Order, zone: ZoneInfo, wishes: Iterable[Wish]) -> OrderFacts:
    """What `order` asks for, where its resident's wishes are known already; those about other services are left out."""
    resident, service, planned = order.resident, order.service, order.planned_visit
    about = [wish for wish in wishes if wish.service_id in (None, order.service_id)]
    again = [wish for wish in about if wish.kind is WishKind.AGAIN]
    if (
        order.repeat and order.repeat.provider_id
    ):  # who was named for the repeating order is asked before whom they wish otherwise
        again = [wish for wish in again if wish.provider_id == order.repeat.provider_id]
        again.append(Wish(kind=WishKind.AGAIN, provider_id=order.repeat.provider_id))
    never = [wish for wish in about if wish.kind is WishKind.NEVER]
    return OrderFacts(
        skill=service.skill,
        area_id=resident.area_id,
        latitude=resident.latitude,
        longitude=resident.longitude,
        starts_at=order.starts_at.astimezone(zone),
        ends_at=order.ends_at.astimezone(zone),
        duration_min=service.duration_min,
        gender=_gender(resident, service, about),
        volunteers_first=service.volunteers_first,
        # A wish for a worker names the provider too, where it is written down with both: then it is about the worker.
        again_providers=frozenset(wish.provider_id for wish in again if wish.provider_id and not wish.worker_id),
        again_workers=frozenset(wish.worker_id for wish in again if wish.worker_id),
        never_providers=frozenset(wish.provider_id for wish in never if wish.provider_id and not wish.worker_id),
        never_workers=frozenset(wish.worker_id for wish in never if wish.worker_id),
        planned_provider_id=planned.provider_id if planned else None,
        planned_worker_id=planned.worker_id if planned else None,
    )


def provider_facts(session: Session, order: Order, zone: ZoneInfo) -> list[ProviderFacts]:
    """The active providers of the order's area that have its skill."""
    in_area = Provider.areas.any(Area.id == order.resident.area_id)
    still_holds = (Offer.order_id == order.id, Offer.outdated_at.is_(None))
    asked = set(session.scalars(select(Offer.provider_id).where(*still_holds)))
    local = order.starts_at.astimezone(zone)
    return [
        provider_facts_of(provider, load, provider.id in asked)
        for provider, load in providers_with_load(
            session, local, order.ends_at, order.placed_at, in_area, has_skill(order.service.skill)
        )
    ]


def has_skill(skill: str) -> ColumnElement[bool]:
    """The condition for providers that can do this: looked for in the list as it is stored, so that others need not be read."""
    return cast(Provider.skills, String).contains(json.dumps(skill), autoescape=True)


class Load:
    """What a provider and its workers have to do already on a day."""

    def __init__(self) -> None:
        self.orders = 0
        self.offers_lately = 0
        self.of_provider: list[Span] = []  # visits of which the worker is not known
        self.of_worker: defaultdict[int, list[Span]] = defaultdict(list)


def providers_with_load(
    session: Session, local: datetime, ends_at: datetime, asked_at: datetime, *conditions: ColumnElement[bool]
) -> list[tuple[Provider, Load]]:
    """The active providers that meet `conditions`, each with what it has to do on the local day of `local`.

    What reaches into the time until `ends_at` is known too; offers are counted back from `asked_at`.
    """
    known = select(Provider).where(Provider.active, *conditions).order_by(Provider.id)
    providers = session.scalars(known.options(selectinload(Provider.areas), selectinload(Provider.workers))).all()
    load = {provider.id: Load() for provider in providers}
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    day = (midnight, midnight + timedelta(days=1))
    until = max(day[1], ends_at)
    for visit in session.execute(_visits(midnight - timedelta(days=1), until)):
        if one := load.get(visit.provider_id or 0):
            begins = visit.visit_at or visit.starts_at
            one.orders += day[0] <= begins < day[1]
            if visit.status in IN_HAND:
                spans = one.of_worker[visit.worker_id] if visit.worker_id else one.of_provider
                spans.append((minute_of(begins), minute_of(begins) + visit.duration_min))
    for provider_id, offers in _offers_lately(session, asked_at).items():
        if provider_id in load:
            load[provider_id].offers_lately = offers
    return [(provider, load[provider.id]) for provider in providers]


def provider_facts_of(provider: Provider, load: Load, offered_before: bool) -> ProviderFacts:
    """What matching knows of a provider. One without any worker on its list decides itself whom it sends."""
    workers = tuple(
        WorkerFacts(worker.id, worker.gender, tuple(load.of_worker[worker.id])) for worker in provider.workers if worker.active
    )
    return ProviderFacts(
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
        frozen=provider.frozen_at is not None,
        volunteer=provider.volunteer,
        days_off=frozenset(provider.days_off),
        orders_a_day=provider.orders_a_day,
        orders_that_day=load.orders,
        price_percent=provider.price_percent,
        credit=provider.credit,
        offers_lately=load.offers_lately,
        offered_before=offered_before,
        workers=workers if provider.workers else None,
        busy=tuple(load.of_provider),
    )


def wishes_of(session: Session, resident_ids: Iterable[int]) -> Mapping[int, list[Wish]]:
    """The wishes of these residents, the oldest first."""
    found: defaultdict[int, list[Wish]] = defaultdict(list)
    for wish in session.scalars(select(Wish).where(Wish.resident_id.in_(list(resident_ids))).order_by(Wish.at, Wish.id)):
        found[wish.resident_id].append(wish)
    return found


def _visits(after: datetime, before: datetime) -> Select[int | None, int | None, datetime | None, datetime, OrderStatus, int]:
    begins = func.coalesce(Order.visit_at, Order.starts_at)
    # A visit begins within its order's span: the index on the span's end spares the orders of years.
    near = (Order.ends_at >= after, Order.starts_at < before, begins >= after, begins < before)
    # As columns: there are a thousand a day, of which each order that is ranked asks.
    asked = select(Order.provider_id, Order.worker_id, Order.visit_at, Order.starts_at, Order.status, Service.duration_min)
    return asked.join(Order.service).where(Order.status.in_((*IN_HAND, *_DONE)), *near)


def _offers_lately(session: Session, asked_at: datetime) -> dict[int, int]:
    counted = select(Offer.provider_id, func.count()).where(Offer.made_at > asked_at - LATELY).group_by(Offer.provider_id)
    return dict(session.execute(counted).all())


def _gender(resident: Resident, service: Service, wishes: Iterable[Wish]) -> str:
    """Who must come: the resident's latest wish, one for this service before one for all, before what the service asks for."""
    wished = [wish for wish in wishes if wish.kind in _WISHED_GENDER]
    if wished:
        return _WISHED_GENDER[max(reversed(wished), key=lambda wish: wish.service_id is not None).kind]
    return resident.gender if service.worker_gender == "same" else service.worker_gender
