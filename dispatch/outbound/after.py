"""What follows where nobody was reached: the next provider, or a person."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from dispatch.follow_ups.asking import leave_to_a_person
from dispatch.offers import lock_offer
from dispatch.queue import Job, JobQueue
from models.database import SessionMaker
from models.messages import MessageStatus
from models.orders import OfferStatus
from models.outbound_calls import OutboundCall, OutboundStatus

log = logging.getLogger(__name__)

NOT_REACHED = "not reached by telephone"


def give_up(session: Session, call: OutboundCall, now: datetime) -> None:
    """End a call that reached nobody; what it was to tell has failed. The caller commits, then sees to what follows."""
    call.status, call.ended_at = OutboundStatus.UNREACHED, now
    log.warning("outbound call %s (%s): nobody was reached", call.id, call.purpose)
    if call.message and call.message.status is MessageStatus.BY_VOICE:
        call.message.status, call.message.error, call.message.updated_at = MessageStatus.FAILED, NOT_REACHED, now


def go_on_without(sessions: SessionMaker, queue: JobQueue, call: OutboundCall, now: datetime) -> None:
    """See to what follows, in a transaction of its own: an order is locked before the calls about it. It may be repeated."""
    if call.follow_up_id:
        with sessions() as session:
            leave_to_a_person(session, call.follow_up_id, now)
            session.commit()
    if call.offer_id:
        with sessions() as session:
            offer = lock_offer(session, call.offer_id)
            if offer.status is not OfferStatus.OPEN:
                return
            offer.expires_at = min(offer.expires_at, now)
            session.commit()
        queue.nudge(Job.EXPIRE_OFFER, call.offer_id)
