"""Providers' orders as they are spoken of on the telephone, and what is answered there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dispatch.connecting import connect_provider
from dispatch.outbound.asking import nudge_calls
from dispatch.progress import AT_WORK, Outcome, act, follow
from dispatch.queue import JobQueue
from dispatch.reading import Verb
from models.messages import Message
from models.orders import Offer, OfferStatus, Order
from models.outbound_calls import OutboundStatus
from models.phones import normalise_number
from models.providers import Provider, Worker
from models.settings import Settings

# Until then whoever has called is no longer on the telephone.
HUNG_UP_WITHIN = timedelta(seconds=2)


@dataclass(frozen=True)
class SpokenOrder:
    """An offer and its order. `is_open`: it waits for an answer; else it is this provider's to do."""

    offer_id: int
    order_id: int
    service: str
    details: str  # the answers to the service's own question, as the SMS tells them; "" for none
    area: str
    resident: str  # as we speak to them: 王奶奶
    starts_at: datetime
    ends_at: datetime
    is_open: bool


def provider_calling(session: Session, number: str) -> Provider | None:
    """The provider who, or whose worker, calls from this number."""
    known = normalise_number(number)
    theirs = or_(Provider.number == known, Provider.workers.any((Worker.number == known) & Worker.active))
    return session.scalar(select(Provider).where(theirs, Provider.active).order_by(Provider.id).limit(1)) if known else None


def spoken_order(session: Session, offer_id: int) -> SpokenOrder:
    """What can be said of an offer."""
    return _spoken(session.get_one(Offer, offer_id))


def orders_of_provider(session: Session, provider_id: int, most: int) -> list[SpokenOrder]:
    """What is theirs to do, which no number of offers hides, and then what waits for an answer, the nearest first."""
    theirs = select(Offer).join(Order).where(Offer.provider_id == provider_id)
    in_hand = (Offer.status == OfferStatus.ACCEPTED) & (Order.provider_id == provider_id) & Order.status.in_(AT_WORK)
    waiting = theirs.where(Offer.status == OfferStatus.OPEN).order_by(Order.starts_at, Order.id).limit(most)
    to_do = theirs.where(in_hand).order_by(Order.starts_at, Order.id).limit(most)
    offers: Sequence[Offer] = [*session.scalars(to_do), *session.scalars(waiting)]
    return [_spoken(offer) for offer in offers[:most]]


def answer_by_telephone(
    session: Session, queue: JobQueue, settings: Settings, offer_id: int, *, verb: Verb, now: datetime
) -> Outcome:
    """Do what a provider has said or pressed, commit, and see to what follows; of what was accepted they get the words by SMS."""
    reply = act(session, settings, offer_id, verb, now, in_writing=True)
    session.commit()
    follow(queue, reply, now)
    return Outcome(reply.meant)


def call_back_to_connect(session: Session, queue: JobQueue, offer_id: int, now: datetime) -> bool:
    """Have the provider's own telephone rung in a moment, and put through to the resident; False where that is not for them.

    Whoever calls may only pretend to have the provider's number: nobody is put through who has called us.
    """
    call = connect_provider(session, offer_id, now)
    if call is None:
        session.rollback()
        return False
    if call.status is OutboundStatus.DUE:
        call.due_at = max(call.due_at, now + HUNG_UP_WITHIN)
    session.commit()
    nudge_calls(queue, [call], now)
    return True


def note_told(session: Session, message_id: int, now: datetime) -> None:
    """Note that a message was spoken to its end, and commit."""
    session.get_one(Message, message_id).delivered_at = now
    session.commit()


def _spoken(offer: Offer) -> SpokenOrder:
    order, resident = offer.order, offer.order.resident
    return SpokenOrder(
        offer_id=offer.id,
        order_id=order.id,
        service=order.service.name,
        details=order.details_in_words,
        area=resident.area.name,
        resident=resident.form_of_address,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        is_open=offer.status is OfferStatus.OPEN,
    )
