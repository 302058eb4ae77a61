"""Changing an order that is placed: another time, other details, another note; and telling whoever goes by the old words."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.codes import free_code
from dispatch.money import set_price
from dispatch.offers import lock_order, open_offers
from dispatch.outbox import nudge_messages, write_message
from dispatch.placing import NOTE_AT_MOST
from dispatch.queue import Job, JobQueue
from dispatch.telling import is_urgent, tell_resident
from dispatch.texts import text
from dispatch.withdrawing import withdraw
from dispatch.wording import span_words, what_words
from models.messages import Message, MessageStatus
from models.orders import IllegalTransition, Offer, OfferStatus, Order, OrderStatus
from models.plans import PlannedVisit
from models.settings import Settings

log = logging.getLogger(__name__)

CAN_BE_CHANGED = (OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.UNFILLED, OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY)


@dataclass(frozen=True)
class Change:
    """How an order is to be from now on; times are aware, and `details` are the answer to the service's own question."""

    starts_at: datetime
    ends_at: datetime
    when_words: str
    details: Mapping[str, str | int]
    note: str

    @classmethod
    def of(cls, order: Order) -> "Change":
        """An order as it is."""
        return cls(order.starts_at, order.ends_at, order.when_words, order.details, order.note)


def change_order(
    session: Session, queue: JobQueue, settings: Settings, order_id: int, *, change: Change, now: datetime, operator: str
) -> bool:
    """Change what is asked for, and commit; False where it is so already.

    Who has accepted keeps the order and is told the new words, to answer 2 if they cannot; the resident is told of all but a
    note. Where nobody has it yet, another time or other details withdraw what is being offered, and whoever was asked may be
    asked anew. Raises `IllegalTransition` once somebody is there (for a time: on the way) or the work is over, ValueError for a
    span that is over, NoResultFound for an order that is not there.
    """
    order = lock_order(session, order_id)
    moved = (change.starts_at, change.ends_at) != (order.starts_at, order.ends_at)
    if order.status not in CAN_BE_CHANGED or (moved and order.status is OrderStatus.ON_THE_WAY):
        raise IllegalTransition(f"order {order.id}: {order.status}, not to be changed")
    if change.ends_at <= change.starts_at or (moved and change.ends_at <= now):
        raise ValueError(f"order {order.id}: not to be changed to a time that is over")
    note = clean_words(change.note, NOTE_AT_MOST)
    other = dict(change.details) != order.details
    if not (moved or other or note != order.note):
        session.rollback()
        return False
    was = {"was": order.when_words if moved else "", "were": order.details_in_words if other else ""}
    order.note = note
    order.details = dict(change.details)
    if moved:
        _move(session, order, change)
    order.record("changed", now, "operator", operator=operator, **{name: words for name, words in was.items() if words})
    told = _tell_and_offer_anew(session, settings, order, now, asked_for=moved or other)
    session.commit()
    log.info("order %s: changed by hand", order.id)
    nudge_messages(queue, told)
    if order.status is OrderStatus.PLACED:
        queue.nudge(Job.OFFER_ORDER, order.id)
    return True


def _move(session: Session, order: Order, change: Change) -> None:
    """To another time: what was planned or said of the old one is not true any more."""
    order.starts_at, order.ends_at = change.starts_at, change.ends_at
    order.when_words = clean_words(change.when_words, NOTE_AT_MOST)
    order.visit_at = order.delay_told_at = None
    if planned := session.get(PlannedVisit, order.id):
        session.delete(planned)
        session.flush()
        session.expire(order, ["planned_visit"])


def _tell_and_offer_anew(session: Session, settings: Settings, order: Order, now: datetime, *, asked_for: bool) -> list[Message]:
    """Tell the provider who has the order, or take it back from those who are being asked by the old words."""
    if order.provider:
        if asked_for and order.service.price_yuan is not None:  # else what was agreed at the door stays
            set_price(order, order.provider)
        told = [_tell_provider(session, settings, order, now)]
        return told + (tell_resident(session, settings, order, "resident_changed", now) if asked_for else [])
    if not asked_for:
        return []
    told = withdraw(session, open_offers(session, order.id), now, "operator", "changed_meanwhile")
    unsent = (Message.order_id == order.id, Message.offer_id.is_not(None), Message.status == MessageStatus.CREATED)
    session.execute(update(Message).where(*unsent).values(status=MessageStatus.FAILED, error="changed meanwhile", updated_at=now))
    asked = select(Offer).where(Offer.order_id == order.id)
    for offer in session.scalars(asked):
        if offer.status is not OfferStatus.WITHDRAWN or offer.answered_at is None:  # else it was taken from them by a person
            offer.outdated_at = now
    if order.status is OrderStatus.UNFILLED:
        order.code = free_code(session, order.code)  # another order may have it by now
    if order.status is not OrderStatus.PLACED:
        order.move(OrderStatus.PLACED, now, "operator")
    return told


def _tell_provider(session: Session, settings: Settings, order: Order, now: datetime) -> Message:
    provider = order.provider
    assert provider  # noqa: S101 - only where somebody has it
    facts = {"what": what_words(order, provider.language), "when": span_words(order, settings, provider.language)}
    note = f"备注：{order.note}。" if provider.language == "zh" else f"Note: {order.note}. "
    words = text("order_changed", provider.language, code=order.code, note=note if order.note else "", **facts)
    urgent = is_urgent(order, now)
    return write_message(session, provider.number, words, now, order_id=order.id, template="order_changed", urgent=urgent)
