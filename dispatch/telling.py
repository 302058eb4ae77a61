"""Telling a resident how their order stands: who comes and when, that it takes longer, that a person will call."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.outbox import write_message
from dispatch.texts import text
from dispatch.wording import moment_words, span_words, what_words
from models.messages import Message
from models.orders import Order
from models.phones import takes_sms
from models.providers import Provider
from models.residents import Resident
from models.settings import Settings

log = logging.getLogger(__name__)

# Why a text is sent and spoken no more: it needs nobody.
OVERTAKEN = "a later message tells otherwise"
# What concerns a visit that begins sooner than this is told in the quiet hours too.
URGENT_BEFORE = timedelta(hours=4)
# Each says how the order stands, whatever was to be said of it before.
_STANDS = ("resident_accepted", "resident_changed", "resident_given_back", "resident_unfilled", "resident_cancelled")
# Each says to a provider that somebody else has the order, or will have it.
_GONE = ("taken", "taken_back")


def tell_resident(session: Session, settings: Settings, order: Order, template: str, now: datetime) -> list[Message]:
    """Write the text `template` to the order's resident; where there is nobody to tell, a line in the order's history says so.

    The caller holds the order's lock, commits, then nudges.
    """
    resident = order.resident
    number = number_of(resident)
    if not number:
        order.record("not_told", now, "dispatch", what=template)
        log.warning("order %s: resident %s has no telephone, or has left, and is not told (%s)", order.id, resident.id, template)
        return []
    words = text(template, resident.language, **_facts(order, settings, resident.language))
    urgent = is_urgent(order, now)
    return [write_message(session, number, words, now, order_id=order.id, template=template, urgent=urgent)]


def is_urgent(order: Order, now: datetime) -> bool:
    """Whether what is to be said of an order cannot wait until the quiet hours are over."""
    return order.starts_at - now <= URGENT_BEFORE


def was_told_last(session: Session, order: Order, template: str) -> bool:
    """Whether `template` is the last that the resident was told of how the order stands, or could not be told."""
    told = select(Message.template).where(Message.order_id == order.id, Message.template.in_(_STANDS))
    if number_of(order.resident):
        return session.scalar(told.order_by(Message.id.desc()).limit(1)) == template
    not_told = [line.details.get("what") for line in order.history if line.happened == "not_told"]
    return not_told[-1:] == [template]


def is_overtaken(session: Session, message: Message) -> bool:
    """Whether a later text to the resident tells otherwise, or a provider has the order again: what had to wait is not sent."""
    if message.template in _GONE and message.order_id:
        has_it = session.scalar(
            select(Provider.number).join(Order, Order.provider_id == Provider.id).where(Order.id == message.order_id)
        )
        return has_it == message.number
    if message.order_id is None or not message.template.startswith("resident_"):
        return False
    later = (Message.order_id == message.order_id, Message.id > message.id, Message.template.in_(_STANDS))
    return session.scalar(select(Message.id).where(*later).limit(1)) is not None


def number_of(resident: Resident) -> str:
    """Where a resident is written to: a mobile telephone before a fixed line, and that before a one-key phone.

    "" for who has none, and for who has left.
    """
    if resident.left_on is not None:
        return ""
    numbers = [phone.number for phone in resident.phones] + [device.number for device in resident.devices]
    return next((number for number in numbers if takes_sms(number)), numbers[0] if numbers else "")


def _facts(order: Order, settings: Settings, language: str) -> dict[str, str]:
    provider = order.provider.name if order.provider else ""
    worker = order.worker.name if order.worker else ""
    visit = order.visit_at
    return {
        "who": order.resident.form_of_address,
        "what": what_words(order, language),
        "when": moment_words(visit, settings, language) if visit else span_words(order, settings, language),
        "provider": f"{provider} {worker}".strip(),
        "visit_code": order.visit_code,
        "hotline": settings.hotline_number,
    }
