"""Taking an order from those who were asked, or who had accepted it, and telling them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.money import set_price
from dispatch.offers import close_offer, read_offers
from dispatch.outbox import write_message
from dispatch.telling import is_urgent
from dispatch.texts import text
from models.messages import Message
from models.orders import Offer, OfferStatus, OfferWay, OrderStatus
from models.outbound_calls import OutboundCall, OutboundStatus


def withdraw(session: Session, offers: Iterable[Offer], now: datetime, by: str, template: str = "taken") -> list[Message]:
    """Close open offers, with the text `template` to who knows of them. The caller holds the lock, commits, then nudges."""
    closed = list(offers)
    for offer in closed:
        close_offer(offer, OfferStatus.WITHDRAWN, now, by, "withdrawn")
    drop_calls(session, closed, now)
    read = read_offers(session, closed)
    return [tell_provider(session, offer, template, now) for offer in closed if offer.way is OfferWay.CALL or offer.id in read]


def give_back(session: Session, offer: Offer, status: OfferStatus, now: datetime, by: str) -> None:
    """Take an accepted order from its provider, so that others are asked. The caller holds the lock and commits."""
    order = offer.order
    offer.status, offer.answered_at = status, now
    order.provider_id = order.worker_id = order.visit_at = None
    order.delay_told_at = now
    set_price(order, None)
    reason = "given_back" if status is OfferStatus.REFUSED else "taken_back"
    order.move(OrderStatus.PLACED, now, by, reason=reason, provider=offer.provider.name, offer=offer.id)
    session.flush()  # the winner's place is free before another takes it


def tell_provider(session: Session, offer: Offer, template: str, now: datetime) -> Message:
    """An SMS to an offer's provider about its order; it waits until the quiet hours are over if the work is not near."""
    urgent = is_urgent(offer.order, now)
    words = text(template, offer.provider.language, code=offer.order.code)
    return write_message(session, offer.provider.number, words, now, order_id=offer.order_id, template=template, urgent=urgent)


def drop_calls(session: Session, offers: Iterable[Offer], now: datetime) -> None:
    """The calls that still wait to be placed about offers are not wanted any more; one that is being held goes on."""
    about = OutboundCall.offer_id.in_([offer.id for offer in offers])
    waiting = select(OutboundCall).where(about, OutboundCall.status == OutboundStatus.DUE).order_by(OutboundCall.id)
    for call in session.scalars(waiting.with_for_update()):
        call.status, call.ended_at = OutboundStatus.DROPPED, now
