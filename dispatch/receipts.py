"""What became of a message, as its gateway reports it: in any order, and more than once."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.offers import lock_offer
from dispatch.outbox import fail_message
from dispatch.queue import Job, JobQueue
from models.messages import Direction, Message, MessageStatus

log = logging.getLogger(__name__)


def record_receipt(session: Session, queue: JobQueue, gateway_ref: str, status: MessageStatus | None, now: datetime) -> bool:
    """Note what became of the message `gateway_ref`, and commit; False if there is no such message.

    Delivered is the last word. An offer that was not delivered is withdrawn, and the order goes to the next provider.
    """
    known = session.scalar(select(Message).where(Message.gateway_ref == gateway_ref, Message.direction == Direction.OUT))
    if known is None:
        log.warning("a receipt for a message that is not known")
        return False
    offer = lock_offer(session, known.offer_id) if known.offer_id else None
    message = session.get_one(Message, known.id, with_for_update=True, populate_existing=True)
    order_id = None
    if status is MessageStatus.DELIVERED:
        message.status, message.error, message.updated_at = MessageStatus.DELIVERED, "", now
    elif status is MessageStatus.FAILED and message.status is MessageStatus.SENT:
        order_id = fail_message(message, offer, "not delivered", now)
    session.commit()
    log.info("message %s: receipt %s", message.id, status)
    if order_id:
        queue.nudge(Job.OFFER_ORDER, order_id)
    return True
