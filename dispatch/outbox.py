"""Messages to be sent: written with whatever caused them, sent after the commit."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dispatch.offers import close_offer
from dispatch.queue import Job, JobQueue
from dispatch.segments import count_segments
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus

# After this long in SENDING the worker that sent it is dead: every gateway is given up after 10 s.
SENDING_LEASE = timedelta(seconds=60)
_FIRST_RETRY_S = 5
_LAST_RETRY_S = 600


def write_message(
    session: Session,
    number: str,
    body: str,
    now: datetime,
    *,
    order_id: int | None = None,
    offer_id: int | None = None,
    template: str = "",
    urgent: bool = True,
) -> Message:
    """Put an SMS among those to be sent; it has its id. The caller commits, then nudges.

    `template` names the text it was made from; what is not `urgent` waits while the quiet hours last.
    """
    message = Message(
        direction=Direction.OUT,
        number=number,
        body=body,
        status=MessageStatus.CREATED,
        order_id=order_id,
        offer_id=offer_id,
        template=template,
        urgent=urgent,
        segments=count_segments(body),
        created_at=now,
        updated_at=now,
    )
    session.add(message)
    session.flush()
    return message


def nudge_messages(queue: JobQueue, messages: Iterable[Message]) -> None:
    """Ask for each to be sent; if the queue cannot be reached, the sweep sends them all."""
    for message in messages:
        if not queue.nudge(Job.SEND_MESSAGE, message.id):
            return


def fail_message(message: Message, offer: Offer | None, error: str, now: datetime) -> int | None:
    """Give a message up; an open offer that its provider cannot read goes with it.

    Returns the id of an order that is to be offered again. The caller holds the order's lock, commits, then nudges.
    """
    message.status, message.error, message.updated_at = MessageStatus.FAILED, error, now
    if offer is None or offer.status is not OfferStatus.OPEN:
        return None
    close_offer(offer, OfferStatus.WITHDRAWN, now, "dispatch", "unreachable")
    return offer.order_id


def retry_delay_s(attempts: int) -> int:
    """How long to wait after so many attempts: 5 s, doubled each time, 10 min at most."""
    return int(min(_FIRST_RETRY_S * 2 ** min(attempts - 1, 10), _LAST_RETRY_S)) if attempts else 0


def is_due(message: Message, now: datetime) -> bool:
    """Whether an unsent message should be tried (again) now."""
    if message.status is MessageStatus.SENDING:
        return now >= message.updated_at + SENDING_LEASE
    return message.status is MessageStatus.CREATED and now >= message.updated_at + timedelta(
        seconds=retry_delay_s(message.attempts)
    )
