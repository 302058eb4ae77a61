"""Telephoning a provider about an offer: those who did not answer the SMS, or whom none reaches, one after the other."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.outbound.asking import ask_for_call
from dispatch.quiet import quiet_until
from dispatch.telling import is_urgent
from models.orders import Offer, OfferStatus, OfferWay, Order, OrderEvent, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

_NO_ANSWER = (OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)
_BY_SMS = (OfferWay.SMS, OfferWay.PLAN)


def telephone_next(session: Session, settings: Settings, order: Order, now: datetime) -> OutboundCall | None:
    """Open the offer of the next provider to be telephoned, and ask for the call; None where nobody is left.

    First who said yes too late, then the others in the order in which they were asked. Whoever refused, or had it taken back by
    a person, is left in peace. The caller holds the order's lock, commits, then nudges.
    """
    silent = select(Offer).join(Provider).where(Offer.order_id == order.id, Offer.status.in_(_NO_ANSWER), Offer.way.in_(_BY_SMS))
    silent = silent.where(Offer.answered_at.is_(None), Offer.outdated_at.is_(None))
    able = (Provider.active, Provider.frozen_at.is_(None))
    willing = _said_yes_too_late(session, order)
    offers = sorted(session.scalars(silent.where(*able)), key=lambda offer: (offer.id not in willing, offer.id))
    if not offers:
        return None
    if order.status is OrderStatus.PLACED:  # given back, or withdrawn by a person
        order.move(OrderStatus.OFFERED, now, "dispatch", provider=offers[0].provider.name, offer=offers[0].id)
    offers[0].status = OfferStatus.OPEN
    return telephone(session, settings, offers[0], now)


def telephone(session: Session, settings: Settings, offer: Offer, now: datetime) -> OutboundCall:
    """Have the provider of an open offer rung, in the quiet hours only where it cannot wait.

    The caller holds the lock, commits, then nudges.
    """
    order = offer.order
    due_at = now if is_urgent(order, now) else quiet_until(settings, now) or now
    offer.way = OfferWay.CALL
    offer.expires_at = due_at + timedelta(seconds=settings.offer_call_within_s)
    order.record("telephoned", now, "dispatch", provider=offer.provider.name, offer=offer.id)
    log.info("order %s: provider %s is telephoned, offer %s", offer.order_id, offer.provider_id, offer.id)
    about = {"order_id": order.id, "offer_id": offer.id}
    return ask_for_call(session, CallPurpose.OFFER, offer.provider.number, now, due_at=due_at, **about)


def _said_yes_too_late(session: Session, order: Order) -> set[object]:
    late = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.happened == "accepted_too_late")
    return {line.details.get("offer") for line in session.scalars(late)}
