"""Messages to be sent: written with whatever caused them, sent after the commit."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.offers import lock_offer, lock_order
from dispatch.queue import Job, JobQueue
from dispatch.segments import count_segments
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer

# After this long in SENDING the worker that sent it is dead: two gateways are tried, and each is given up after 20 s at most.
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


def hold_message(session: Session, message_id: int) -> tuple[Message, Offer | None]:
    """A message and its offer as they are now, held; the order's lock comes first, so that nobody waits in a circle."""
    order_id, offer_id = session.execute(select(Message.order_id, Message.offer_id).where(Message.id == message_id)).one()
    offer = lock_offer(session, offer_id) if offer_id else None
    if order_id and not offer:
        lock_order(session, order_id)
    return session.get_one(Message, message_id, with_for_update=True, populate_existing=True), offer


def retry_delay_s(attempts: int) -> int:
    """How long to wait after so many attempts: 5 s, doubled each time, 10 min at most."""
    return int(min(_FIRST_RETRY_S * 2 ** min(attempts - 1, 10), _LAST_RETRY_S)) if attempts else 0


def is_due(message: Message, now: datetime) -> bool:
    """Whether an unsent message should be tried (again) now."""
    if message.not_before and now < message.not_before:
        return False
    if message.status is MessageStatus.SENDING:
        return now >= message.updated_at + SENDING_LEASE
    return message.status is MessageStatus.CREATED and now >= message.updated_at + timedelta(
        seconds=retry_delay_s(message.attempts)
    )
