"""Which of a provider's offers an answer by SMS means."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from dispatch.progress import AT_WORK, NOT_YET_THERE, Outcome, Reply, act
from dispatch.reading import Answer, Verb
from dispatch.texts import unsigned
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings


def carry_out(
    session: Session, settings: Settings, provider: Provider, answer: Answer, now: datetime, *, worker_id: int | None = None
) -> Reply:
    """Do what `answer` says, under the order's lock; nothing it may say raises. The caller commits, then calls `follow`.

    `worker_id` is which of the provider's workers says it: who accepts is who goes.
    """
    found = _offers_meant(session, provider, answer)
    if len(found) == 1:
        return act(session, settings, found[0].id, answer.verb, now, worker_id=worker_id)
    if found:
        codes = "、".join(offer.order.code for offer in found)
        return _reply(Outcome.WHICH_ORDER, provider, count=len(found), codes=codes)
    if answer.code:
        return _reply(Outcome.NO_SUCH_ORDER, provider, code=answer.code)
    return _reply(Outcome.NONE_WAITS, provider)


def _reply(outcome: Outcome, provider: Provider, **facts: str | int) -> Reply:
    return Reply(unsigned(f"reply_{outcome}", provider.language, **facts), outcome)


def _offers_meant(session: Session, provider: Provider, answer: Answer) -> list[Offer]:
    """The offer whose order has the code, the latest if a code was used again; without a code all that wait for this answer."""
    of_provider = select(Offer).join(Order).where(Offer.provider_id == provider.id).order_by(Offer.id.desc())
    if answer.code:
        return list(session.scalars(of_provider.where(Order.code == answer.code).limit(1)))
    return list(session.scalars(of_provider.where(_WAITS_FOR[answer.verb])))


def _in_hand(*statuses: OrderStatus) -> ColumnElement[bool]:
    return and_(Offer.status == OfferStatus.ACCEPTED, Order.provider_id == Offer.provider_id, Order.status.in_(statuses))


_OPEN = Offer.status == OfferStatus.OPEN
_WAITS_FOR: dict[Verb, ColumnElement[bool]] = {
    Verb.ACCEPT: _OPEN,
    Verb.REFUSE: _OPEN,
    Verb.ON_THE_WAY: _in_hand(OrderStatus.ACCEPTED),
    Verb.ARRIVED: _in_hand(*NOT_YET_THERE),
    Verb.COMPLETED: _in_hand(*AT_WORK),
}
