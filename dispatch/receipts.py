"""What became of a message, as its gateway reports it: in any order, more than once, and before we know that it was sent."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.outbox import hold_message
from dispatch.queue import JobQueue
from dispatch.undelivered import NextStep, drop_call, fail_message, nudge_next
from models.messages import Direction, EarlyReceipt, Message, MessageStatus

log = logging.getLogger(__name__)

_EARLY_KEPT = timedelta(days=1)


def record_receipt(
    session: Session, queue: JobQueue, gateway: str, gateway_ref: str, status: MessageStatus | None, *, now: datetime
) -> bool:
    """Note what became of the message `gateway_ref` of a gateway, and commit; False if there is no such message yet.

    Delivered is the last word. An offer that was not delivered is withdrawn, and the order goes to the next provider; what else
    was not delivered is spoken. A receipt that comes before its message was written down as sent is kept for it.
    """
    message_id = _sent_message(session, gateway, gateway_ref)
    if message_id is None:
        _keep_early(session, gateway, gateway_ref, status, now)
        message_id = _sent_message(session, gateway, gateway_ref)  # it may have been written down meanwhile
    if message_id is None:
        log.warning("gateway %s: a receipt for a message that is not known", gateway)
        return False
    message, offer = hold_message(session, message_id)
    step = NextStep()
    if status is MessageStatus.DELIVERED:
        if message.status is MessageStatus.BY_VOICE:
            drop_call(session, message, now)
        message.status, message.error, message.updated_at = MessageStatus.DELIVERED, "", now
        message.delivered_at = message.delivered_at or now
    elif status is MessageStatus.FAILED and message.status is MessageStatus.SENT:
        step = fail_message(session, message, offer, "not delivered", now)
    session.commit()
    log.info("message %s: receipt %s", message.id, status)
    nudge_next(queue, step, now)
    return True


def use_early_receipt(session: Session, queue: JobQueue, gateway: str, gateway_ref: str, now: datetime) -> None:
    """Note a receipt that came before its message was written down as sent; commits. Call it after that was committed."""
    early = session.get(EarlyReceipt, (gateway, gateway_ref))
    if early is None:
        return
    session.delete(early)
    record_receipt(session, queue, gateway, gateway_ref, early.status, now=now)


def _sent_message(session: Session, gateway: str, gateway_ref: str) -> int | None:
    known = (Message.gateway == gateway, Message.gateway_ref == gateway_ref, Message.direction == Direction.OUT)
    return session.scalar(select(Message.id).where(*known))


def _keep_early(session: Session, gateway: str, gateway_ref: str, status: MessageStatus | None, now: datetime) -> None:
    if status not in (MessageStatus.DELIVERED, MessageStatus.FAILED):
        return
    session.execute(delete(EarlyReceipt).where(EarlyReceipt.at < now - _EARLY_KEPT))
    early = session.get(EarlyReceipt, (gateway, gateway_ref))
    try:
        if early is None:
            session.add(EarlyReceipt(gateway=gateway, gateway_ref=gateway_ref, status=status, at=now))
        elif early.status is not MessageStatus.DELIVERED:
            early.status = status
        session.commit()
    except IntegrityError:  # the same receipt came twice at once
        session.rollback()
