"""Offering an order: to the best provider that has not been asked yet, one at a time, until one accepts."""

import logging
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.candidates import order_facts, provider_facts
from dispatch.means import Means
from dispatch.offers import close_offer, lock_offer, lock_order, open_offer
from dispatch.outbox import nudge_messages, write_message
from dispatch.queue import Job
from dispatch.ranking import Ranked, rank_providers
from dispatch.wording import offer_words
from models.messages import Message, MessageStatus
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

SOON = timedelta(hours=4)


def offer_order(means: Means, order_id: int) -> None:
    """Offer an order that waits for a provider; one that is offered already, or needs none any more, is left alone."""
    now = means.clock()
    with means.sessions() as session:
        order = lock_order(session, order_id)
        if order.status not in (OrderStatus.PLACED, OrderStatus.OFFERED) or open_offer(session, order_id):
            return
        zone = ZoneInfo(means.settings.timezone)
        ranked = rank_providers(order_facts(order, zone), provider_facts(session, order, zone))
        if not ranked or order.ends_at <= now:
            order.move(OrderStatus.UNFILLED, now, "dispatch", reason="nobody_fits" if not ranked else "too_late")
            session.commit()
            log.warning("order %s: unfilled, a person must look", order_id)
            return
        message = _offer_to(session, order, ranked[0], means.settings, now)
        session.commit()
    log.info("order %s: offered to provider %s, offer %s", order_id, ranked[0].provider_id, message.offer_id)
    nudge_messages(means.queue, [message])


def expire_offer(means: Means, offer_id: int) -> None:
    """End an offer whose time is over and nudge on to the next provider; the time runs from when its SMS was sent."""
    now = means.clock()
    with means.sessions() as session:
        offer = lock_offer(session, offer_id)
        if offer.status is not OfferStatus.OPEN or _is_unsent(session, offer):
            return
        too_early = offer.expires_at - now
        if too_early > timedelta():
            session.rollback()
            means.queue.nudge(Job.EXPIRE_OFFER, offer_id, delay_s=ceil(too_early.total_seconds()))
            return
        close_offer(offer, OfferStatus.EXPIRED, now, "dispatch", "expired")
        session.commit()
    log.info("order %s: offer %s expired", offer.order_id, offer_id)
    means.queue.nudge(Job.OFFER_ORDER, offer.order_id)


def answer_within_s(order: Order, settings: Settings) -> int:
    """How long a provider has for an answer: less for an urgent service that is wanted soon, not for one of tomorrow."""
    urgent = order.service.urgent and order.starts_at - order.placed_at <= SOON
    return settings.urgent_offer_timeout_s if urgent else settings.offer_timeout_s


def _offer_to(session: Session, order: Order, best: Ranked, settings: Settings, now: datetime) -> Message:
    provider = session.get_one(Provider, best.provider_id)
    valid_for_s = answer_within_s(order, settings)
    offer = Offer(
        order=order, provider=provider, made_at=now, expires_at=now + timedelta(seconds=valid_for_s), reasons=best.reasons
    )
    session.add(offer)
    session.flush()
    if order.status is OrderStatus.PLACED:
        order.move(OrderStatus.OFFERED, now, "dispatch", provider=provider.name, offer=offer.id)
    else:
        order.record("offered", now, "dispatch", provider=provider.name, offer=offer.id)
    words = offer_words(order, settings, valid_for_s)
    return write_message(session, provider.number, words, now, order_id=order.id, offer_id=offer.id)


def _is_unsent(session: Session, offer: Offer) -> bool:
    """Whether the provider cannot have read it yet: a gateway that is down uses up nobody's time."""
    unsent = Message.status.in_((MessageStatus.CREATED, MessageStatus.SENDING))
    return session.scalar(select(Message.id).where(Message.offer_id == offer.id, unsent).limit(1)) is not None
