"""What an operator may do about a message that did not go through: send it again, or let it be."""

from datetime import datetime

from sqlalchemy.orm import Session

from dispatch.outbox import hold_message
from dispatch.queue import Job, JobQueue
from dispatch.undelivered import drop_call, fail_message, nudge_next
from models.messages import Direction, MessageStatus

# What may be sent again. An offer may not: its order has gone on to the next provider.
AGAIN = (MessageStatus.FAILED, MessageStatus.BY_VOICE)


def send_again(session: Session, queue: JobQueue, message_id: int, now: datetime) -> bool:
    """Have a message sent once more, by SMS; commits, then nudges. False where that cannot be any more.

    A call that was to speak it is dropped, unless it has begun. Raises NoResultFound for a message that is not there.
    """
    message, _ = hold_message(session, message_id)
    if message.direction is not Direction.OUT or message.offer_id or message.status not in AGAIN:
        return False
    drop_call(session, message, now)
    message.status, message.error, message.attempts = MessageStatus.CREATED, "", 0
    # Asked for anew: it has a day from now on, and waits for no morning.
    message.created_at = message.updated_at = now
    message.not_before, message.urgent = None, True
    session.commit()
    queue.nudge(Job.SEND_MESSAGE, message.id)
    return True


def let_be(session: Session, queue: JobQueue, message_id: int, by: str, now: datetime) -> bool:
    """Send a waiting message no more; an open offer goes to the next provider. Commits, then nudges.

    False for a message that does not wait. Raises NoResultFound for a message that is not there.
    """
    message, offer = hold_message(session, message_id)
    if message.direction is not Direction.OUT or message.status is not MessageStatus.CREATED:
        return False
    step = fail_message(session, message, offer, f"given up by {by}", now, is_stale=True)
    session.commit()
    nudge_next(queue, step, now)
    return True
