"""What follows where nobody was reached: a person, or the next provider."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from dispatch.offers import lock_offer
from dispatch.queue import Job, JobQueue
from models.database import SessionMaker
from models.follow_ups import FollowUpStatus
from models.messages import MessageStatus
from models.orders import OfferStatus
from models.outbound_calls import OutboundCall, OutboundStatus

log = logging.getLogger(__name__)

NOT_REACHED = "not reached by telephone"


def give_up(session: Session, call: OutboundCall, now: datetime) -> None:
    """End a call that reached nobody: a follow-up is for a person, a message has failed. The caller commits."""
    call.status, call.ended_at = OutboundStatus.UNREACHED, now
    log.warning("outbound call %s (%s): nobody was reached", call.id, call.purpose)
    if call.follow_up and call.follow_up.status is FollowUpStatus.DUE:
        call.follow_up.status = FollowUpStatus.BY_HAND
    if call.message and call.message.status is MessageStatus.BY_VOICE:
        call.message.status, call.message.error, call.message.updated_at = MessageStatus.FAILED, NOT_REACHED, now


def end_offer(sessions: SessionMaker, queue: JobQueue, offer_id: int | None, now: datetime) -> None:
    """The time of an offer whose provider cannot be reached is over now, and not only when it would have run out.

    In a transaction of its own: an order is never locked behind a call about it.
    """
    if offer_id is None:
        return
    with sessions() as session:
        offer = lock_offer(session, offer_id)
        if offer.status is not OfferStatus.OPEN:
            return
        offer.expires_at = min(offer.expires_at, now)
        session.commit()
    queue.nudge(Job.EXPIRE_OFFER, offer_id)
