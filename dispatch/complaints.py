"""Complaints: the provider gets no new offers until a person has looked at them."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.credit_changes import change_credit, lock_provider
from dispatch.follow_ups.asking import drop_follow_up
from dispatch.money import set_price
from dispatch.offers import lock_order
from dispatch.outbox import write_message
from dispatch.texts import text
from models.follow_ups import Complaint
from models.messages import Message
from models.orders import TRANSITIONS, Order, OrderStatus
from models.providers import CreditReason, Provider

log = logging.getLogger(__name__)

WORDS_AT_MOST = 2000
FINDING_AT_MOST = 500
# What may become of a disputed order: it is paid for as it is, or it is not.
OUTCOMES = frozenset({OrderStatus.CONFIRMED, OrderStatus.CANCELLED})


class NobodyToBlame(Exception):
    """No provider has the order that a complaint is about."""


def raise_complaint(
    session: Session, order: Order, words: str, now: datetime, *, by: str, call_id: int | None = None
) -> list[Message]:
    """Write down a complaint in the resident's words, freeze the provider and tell it; what is said later is added to it.

    The caller, who holds the order's lock, commits and then nudges the messages. Raises `NobodyToBlame`.
    """
    if order.provider_id is None:
        raise NobodyToBlame(f"order {order.id}")
    said = clean_words(words, WORDS_AT_MOST)
    known = session.scalar(select(Complaint).where(Complaint.order_id == order.id, Complaint.looked_at.is_(None)))
    if known:
        if said not in known.words:
            known.words = clean_words(f"{known.words}；{said}" if known.words else said, WORDS_AT_MOST)
        return []
    drop_follow_up(session, order, now)
    provider = lock_provider(session, order.provider_id)
    provider.frozen_at = provider.frozen_at or now
    session.add(Complaint(order_id=order.id, provider_id=provider.id, words=said, call_id=call_id, raised_at=now, raised_by=by))
    if OrderStatus.DISPUTED in TRANSITIONS[order.status]:
        order.move(OrderStatus.DISPUTED, now, by)
    order.record("complaint", now, by, provider=provider.name)
    log.warning("order %s: a complaint about provider %s, for a person", order.id, provider.id)
    return [_tell(session, provider, order, "complaint_raised", now)]


def look_at_complaint(
    session: Session, complaint_id: int, *, upheld: bool, finding: str, outcome: OrderStatus, by: str, now: datetime
) -> list[Message]:
    """Note what a person found, give a disputed order its outcome, move the credit, and thaw the provider; who was first stays.

    The provider stays frozen while another complaint waits, and where it was frozen for another reason. The caller commits and
    then nudges the messages. Raises NoResultFound, and ValueError for an outcome that is not among OUTCOMES.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"not an outcome of a complaint: {outcome}")
    order = lock_order(session, session.scalars(select(Complaint.order_id).where(Complaint.id == complaint_id)).one())
    complaint = session.get_one(Complaint, complaint_id, populate_existing=True)
    if complaint.looked_at:
        return []
    found = clean_words(finding, FINDING_AT_MOST)
    complaint.looked_at, complaint.looked_by, complaint.upheld, complaint.finding = now, by, upheld, found
    if order.status is OrderStatus.DISPUTED:
        order.move(outcome, now, by, reason=found)
        if outcome is OrderStatus.CANCELLED:
            set_price(order, None)  # nobody pays for it
    happened = "complaint_upheld" if upheld else "complaint_not_upheld"
    order.record(happened, now, by)
    provider = lock_provider(session, complaint.provider_id)
    if upheld:
        change_credit(session, provider.id, CreditReason.COMPLAINT, now, order_id=order.id)
    _thaw(session, provider)
    if provider.frozen_at:
        return []
    facts = {"finding": found} if upheld else {}
    return [_tell(session, provider, order, happened, now, **facts)]


def _thaw(session: Session, provider: Provider) -> None:
    session.flush()
    theirs = session.scalars(select(Complaint).where(Complaint.provider_id == provider.id)).all()
    if all(one.looked_at for one in theirs) and any(one.raised_at == provider.frozen_at for one in theirs):
        provider.frozen_at = None


def _tell(session: Session, provider: Provider, order: Order, template: str, now: datetime, **facts: str) -> Message:
    words = text(template, provider.language, code=order.code, **facts)
    return write_message(session, provider.number, words, now, order_id=order.id, template=template, urgent=False)
