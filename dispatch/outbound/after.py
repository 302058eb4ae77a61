"""What follows where nobody was reached: the next provider, or a person."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.follow_ups.asking import leave_to_a_person
from dispatch.offers import lock_offer, lock_order
from dispatch.queue import Job, JobQueue
from dispatch.telling import OVERTAKEN, is_overtaken
from models.database import SessionMaker
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.messages import Message, MessageStatus
from models.orders import OfferStatus
from models.outbound_calls import OutboundCall, OutboundStatus

log = logging.getLogger(__name__)

NOT_REACHED = "not reached by telephone"


def give_up(call: OutboundCall, now: datetime) -> None:
    """End a call that reached nobody; the caller commits, then goes on without it."""
    call.status, call.ended_at = OutboundStatus.UNREACHED, now
    log.warning("outbound call %s (%s): nobody was reached", call.id, call.purpose)


def not_gone_on(session: Session) -> list[OutboundCall]:
    """Calls that reached nobody, and whose program ended before it could see to what follows; of offers the time runs out."""
    unreached = select(OutboundCall).where(OutboundCall.status == OutboundStatus.UNREACHED)
    follow_ups = unreached.join(OrderFollowUp).where(OrderFollowUp.status == FollowUpStatus.DUE)
    messages = unreached.join(Message).where(Message.status == MessageStatus.BY_VOICE)
    return [*session.scalars(follow_ups), *session.scalars(messages)]


def go_on_without(sessions: SessionMaker, queue: JobQueue, call: OutboundCall, now: datetime) -> None:
    """See to what follows, in a transaction of its own: an order is locked before the calls about it. It may be repeated."""
    if call.follow_up_id:
        with sessions() as session:
            leave_to_a_person(session, call.follow_up_id, now)
            session.commit()
    if call.message_id:
        with sessions() as session:
            _fail_message(session, call, NOT_REACHED, now)
            session.commit()
    if call.offer_id:
        with sessions() as session:
            offer = lock_offer(session, call.offer_id)
            if offer.status is not OfferStatus.OPEN:
                return
            offer.expires_at = min(offer.expires_at, now)
            session.commit()
        queue.nudge(Job.EXPIRE_OFFER, call.offer_id)


def end_overtaken(sessions: SessionMaker, call: OutboundCall, now: datetime) -> None:
    """What is not spoken because a later message tells otherwise waits for nobody; in a transaction of its own, as above."""
    if call.message_id:
        with sessions() as session:
            if is_overtaken(session, session.get_one(Message, call.message_id)):
                _fail_message(session, call, OVERTAKEN, now)
                session.commit()


def _fail_message(session: Session, call: OutboundCall, error: str, now: datetime) -> None:
    """Neither SMS nor telephone brings it."""
    if call.order_id:
        lock_order(session, call.order_id)
    message = session.get_one(Message, call.message_id, with_for_update=True)
    if message.status is MessageStatus.BY_VOICE:
        message.status, message.error, message.updated_at = MessageStatus.FAILED, error, now
