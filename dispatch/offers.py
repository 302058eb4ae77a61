"""An order's offers, changed only under the order's lock: several may be open, and one answer wins."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.messages import Message, MessageStatus
from models.orders import Offer, OfferStatus, Order

_MAY_BE_READ = (MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED)


def lock_order(session: Session, order_id: int) -> Order:
    """The order as it is now, held until the transaction ends: a row lock on PostgreSQL, the one writer on SQLite.

    Whoever needs the lock takes it before touching the order's offers or messages, so that nobody waits in a circle.
    Raises NoResultFound for an order that is not there.
    """
    return session.get_one(Order, order_id, with_for_update=True, populate_existing=True)


def lock_offer(session: Session, offer_id: int) -> Offer:
    """The offer as it is now, its order held. Raises NoResultFound for an offer that is not there."""
    lock_order(session, session.scalars(select(Offer.order_id).where(Offer.id == offer_id)).one())
    return session.get_one(Offer, offer_id, populate_existing=True)


def open_offers(session: Session, order_id: int) -> list[Offer]:
    """The offers that wait for an answer, the first one first."""
    waiting = select(Offer).where(Offer.order_id == order_id, Offer.status == OfferStatus.OPEN)
    waiting = waiting.order_by(Offer.id).options(joinedload(Offer.provider))
    return list(session.scalars(waiting.execution_options(populate_existing=True)))


def close_offer(offer: Offer, status: OfferStatus, now: datetime, by: str, happened: str) -> None:
    """End an open offer; the order stays as it is, with a line in its history. The caller holds the lock and commits."""
    offer.status = status
    offer.answered_at = now if status in (OfferStatus.ACCEPTED, OfferStatus.REFUSED) else None
    offer.order.record(happened, now, by, provider=offer.provider.name, offer=offer.id)


def read_offers(session: Session, offers: Iterable[Offer]) -> set[int]:
    """The ids of those that their providers may know of by SMS."""
    about = Message.offer_id.in_([offer.id for offer in offers])
    return {found for found in session.scalars(select(Message.offer_id).where(about, Message.status.in_(_MAY_BE_READ))) if found}


def is_unsent(session: Session, offer: Offer) -> bool:
    """Whether the SMS of an offer still waits to be sent."""
    unsent = Message.status.in_((MessageStatus.CREATED, MessageStatus.SENDING))
    return session.scalar(select(Message.id).where(Message.offer_id == offer.id, unsent).limit(1)) is not None
