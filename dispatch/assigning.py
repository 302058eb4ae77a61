"""What a dispatcher does about an order by hand: give it to a provider they have spoken with, take it back, offer it again."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dispatch.candidates import has_skill
from dispatch.codes import free_code
from dispatch.offers import lock_order
from dispatch.outbox import nudge_messages
from dispatch.progress import NOT_YET_THERE, Reply, act, follow
from dispatch.queue import Job, JobQueue
from dispatch.reading import Verb
from dispatch.telling import tell_resident
from dispatch.withdrawing import give_back, tell_provider
from models.messages import Message
from models.orders import IllegalTransition, Offer, OfferStatus, OfferWay, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

CAN_BE_ASSIGNED = (OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.UNFILLED, *NOT_YET_THERE)


def assign_order(
    session: Session,
    queue: JobQueue,
    settings: Settings,
    order_id: int,
    *,
    provider_id: int,
    by: str,
    now: datetime,
    worker_id: int | None = None,
) -> Reply:
    """Give an order to a provider who has agreed by telephone, take it from whoever has it, and tell all of them; commits.

    A person may choose whom the ranking would not, also who refused before. Raises `IllegalTransition` once somebody is there
    or the work is over, NoResultFound for what is not there.
    """
    order = lock_order(session, order_id)
    told, reply = give_order(session, settings, order, provider_id, now, by=by, worker_id=worker_id)
    session.commit()
    log.info("order %s: assigned to provider %s by %s", order.id, provider_id, by)
    nudge_messages(queue, told)
    follow(queue, reply, now)
    return reply


def give_order(
    session: Session, settings: Settings, order: Order, provider_id: int, now: datetime, *, by: str, worker_id: int | None = None
) -> tuple[list[Message], Reply]:
    """The same for an order whose lock the caller holds; the caller commits, nudges the messages and follows the reply."""
    provider = session.get_one(Provider, provider_id)
    if order.status not in CAN_BE_ASSIGNED:
        raise IllegalTransition(f"order {order.id}: {order.status}, not to be assigned")
    told = _take_from(session, order, now, by, unless=provider.id)
    if order.provider_id is None:
        _open(session, order, provider, now, by)
    offer = session.scalars(select(Offer).where(Offer.order_id == order.id, Offer.provider_id == provider.id)).one()
    return told, act(session, settings, offer.id, Verb.ACCEPT, now, by=by, worker_id=worker_id, in_writing=True)


def take_back(session: Session, queue: JobQueue, order_id: int, by: str, now: datetime, *, tell: Settings | None = None) -> None:
    """Take an accepted order from its provider, tell it, and offer the order to the others; commits.

    With the site's settings in `tell`, the resident, who knows who was to come, is told too. Raises `IllegalTransition` for an
    order that nobody has, or where somebody is there already.
    """
    order = lock_order(session, order_id)
    if order.status not in NOT_YET_THERE:
        raise IllegalTransition(f"order {order.id}: {order.status}, not to be taken back")
    told = _take_from(session, order, now, by)
    if tell:
        told += tell_resident(session, tell, order, "resident_given_back", now)
    session.commit()
    log.info("order %s: taken back by %s", order.id, by)
    nudge_messages(queue, told)
    queue.nudge(Job.OFFER_ORDER, order.id)


def offer_again(session: Session, queue: JobQueue, order_id: int, by: str, now: datetime) -> None:
    """Offer an unfilled order once more, to providers that have not been asked; commits, then nudges.

    Raises `IllegalTransition` for an order that is not unfilled, NoResultFound for one that is not there.
    """
    order = lock_order(session, order_id)
    if order.status is not OrderStatus.UNFILLED:
        raise IllegalTransition(f"order {order.id}: {order.status}, not unfilled")
    order.code = free_code(session, order.code)  # another order may have it by now
    order.asked_again += 1
    order.move(OrderStatus.PLACED, now, by)
    session.commit()
    queue.nudge(Job.OFFER_ORDER, order.id)


def providers_for(session: Session, order: Order) -> list[Provider]:
    """Whom a person may give the order to: those of the trade, of the order's area first."""
    active = select(Provider).where(Provider.active, has_skill(order.service.skill)).order_by(Provider.name)
    able = session.scalars(active.options(selectinload(Provider.areas))).all()
    return sorted(able, key=lambda one: order.resident.area_id not in {area.id for area in one.areas})


def _take_from(session: Session, order: Order, now: datetime, by: str, unless: int | None = None) -> list[Message]:
    """Take the order from whoever has it, and write to them."""
    if order.provider_id is None or order.provider_id == unless:
        return []
    won = select(Offer).where(Offer.order_id == order.id, Offer.status == OfferStatus.ACCEPTED)
    offer = session.scalars(won).one()
    give_back(session, offer, OfferStatus.WITHDRAWN, now, by)
    return [tell_provider(session, offer, "taken_back", now)]


def _open(session: Session, order: Order, provider: Provider, now: datetime, by: str) -> None:
    """Show the order to the provider, however it was shown before."""
    known = select(Offer).where(Offer.order_id == order.id, Offer.provider_id == provider.id)
    offer = session.scalar(known) or Offer(order=order, provider=provider, made_at=now, reasons={})
    offer.status, offer.way, offer.expires_at = OfferStatus.OPEN, OfferWay.PERSON, now + timedelta(minutes=1)
    session.add(offer)
    session.flush()
    if order.status is OrderStatus.UNFILLED:
        order.code = free_code(session, order.code)
        order.move(OrderStatus.PLACED, now, by)
    if order.status is OrderStatus.PLACED:
        order.move(OrderStatus.OFFERED, now, by, provider=provider.name, offer=offer.id)
    else:
        order.record("offered", now, by, provider=provider.name, offer=offer.id)
