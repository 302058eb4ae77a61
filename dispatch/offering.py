"""Offering an order: to the best providers that have not been asked yet, then by telephone to those who did not answer."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.candidates import order_facts, provider_facts
from dispatch.links import link_for
from dispatch.means import Means
from dispatch.offers import lock_order, open_offers
from dispatch.outbound.asking import nudge_calls
from dispatch.outbox import nudge_messages, write_message
from dispatch.planning.waiting import waits_for_plan
from dispatch.ranking import Ranked, rank_providers
from dispatch.telephoning import telephone_next
from dispatch.telling import is_urgent, tell_resident, was_told_last
from dispatch.wording import offer_words
from models.messages import Message
from models.orders import Offer, OfferStatus, OfferWay, Order, OrderStatus
from models.outbound_calls import OutboundCall
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

SOON = timedelta(hours=4)


def offer_order(means: Means, order_id: int) -> None:
    """Offer an order that waits for a provider; one that is offered already, or needs none any more, is left alone."""
    now = means.clock()
    with means.sessions() as session:
        order = lock_order(session, order_id)
        if order.status not in (OrderStatus.PLACED, OrderStatus.OFFERED) or waits_for_plan(order, means.settings, now):
            return
        messages, calls = _ask(session, means.settings, order, now)
        session.commit()
    nudge_messages(means.queue, messages)
    nudge_calls(means.queue, calls, now)


def answer_within_s(order: Order, settings: Settings) -> int:
    """How long a provider has for an answer: less for an urgent service that is wanted soon, not for one of tomorrow."""
    urgent = order.service.urgent and order.starts_at - order.placed_at <= SOON
    return settings.urgent_offer_timeout_s if urgent else settings.offer_timeout_s


def _ask(session: Session, settings: Settings, order: Order, now: datetime) -> tuple[list[Message], list[OutboundCall]]:
    """Ask as many as are to be asked at a time: by SMS, then by telephone, then a person must see to it."""
    waiting = open_offers(session, order.id)
    places = order.service.offered_at_once - len(waiting)
    if order.ends_at > now and places > 0:
        if best := _best(session, settings, order, places):
            return [_offer_to_best(session, order, one, settings, now) for one in best], []
        if not waiting and (call := telephone_next(session, settings, order, now)):
            return [], [call]
    return ([] if waiting else leave_unfilled(session, settings, order, now)), []


def leave_unfilled(session: Session, settings: Settings, order: Order, now: datetime) -> list[Message]:
    """Put an order on the dispatcher's list and tell the resident that a person will call. The caller commits, then nudges."""
    asked = session.scalar(select(Offer.id).where(Offer.order_id == order.id).limit(1)) is not None
    reason = "too_late" if order.ends_at <= now else "nobody_accepted" if asked else "nobody_fits"
    order.move(OrderStatus.UNFILLED, now, "dispatch", reason=reason)
    log.warning("order %s: unfilled (%s), a person must look", order.id, reason)
    # Who was offered again in vain has been told so already.
    return (
        []
        if was_told_last(session, order, "resident_unfilled")
        else tell_resident(session, settings, order, "resident_unfilled", now)
    )


def _best(session: Session, settings: Settings, order: Order, places: int) -> list[Ranked]:
    """Whom to ask next: whom the plan chose alone, and volunteers not beside those who are paid."""
    zone = ZoneInfo(settings.timezone)
    ranked = rank_providers(order_facts(order, zone), provider_facts(session, order, zone))[:places]
    if ranked and ranked[0].planned:
        return ranked[:1]
    if order.service.volunteers_first:
        volunteers = [one for one in ranked if session.get_one(Provider, one.provider_id).volunteer]
        return volunteers or ranked
    return ranked


def _offer_to_best(session: Session, order: Order, best: Ranked, settings: Settings, now: datetime) -> Message:
    order.visit_at = order.planned_visit.visit_at if best.planned and order.planned_visit else None
    way = OfferWay.PLAN if best.planned else OfferWay.SMS
    return offer_to(session, settings, order, best.provider_id, now, way=way, worker_id=best.worker_id, reasons=best.reasons)


def offer_to(
    session: Session,
    settings: Settings,
    order: Order,
    provider_id: int,
    now: datetime,
    *,
    way: OfferWay = OfferWay.SMS,
    worker_id: int | None = None,
    reasons: Mapping[str, Any] | None = None,
    by: str = "dispatch",
) -> Message:
    """Show an order to a provider who has not seen it as it is. The caller holds the order's lock, commits, then nudges.

    Raises NoResultFound for a provider that is not there.
    """
    provider = session.get_one(Provider, provider_id)
    valid_for_s = answer_within_s(order, settings)
    outdated = select(Offer).where(Offer.order_id == order.id, Offer.provider_id == provider.id)
    offer = session.scalar(outdated) or Offer(order=order, provider=provider)
    offer.status, offer.way, offer.worker_id, offer.reasons = OfferStatus.OPEN, way, worker_id, dict(reasons or {})
    offer.made_at, offer.expires_at = now, now + timedelta(seconds=valid_for_s)
    offer.answered_at, offer.outdated_at, offer.refused_because = None, None, ""
    session.add(offer)
    session.flush()
    if order.status is OrderStatus.PLACED:
        order.move(OrderStatus.OFFERED, now, by, provider=provider.name, offer=offer.id)
    else:
        order.record("offered", now, by, provider=provider.name, offer=offer.id)
    words = offer_words(order, settings, valid_for_s, link_for(session, settings, offer, now), provider.language)
    log.info("order %s: offered to provider %s, offer %s", order.id, provider.id, offer.id)
    urgent = is_urgent(order, now)
    return write_message(
        session, provider.number, words, now, order_id=order.id, offer_id=offer.id, template="offer", urgent=urgent
    )
