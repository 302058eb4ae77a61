"""What becomes of an offer whose time is over."""

import logging
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.credit_changes import change_credit
from dispatch.means import Means
from dispatch.offering import answer_within_s
from dispatch.offers import close_offer, lock_offer
from dispatch.outbound.asking import nudge_calls
from dispatch.outbox import SENDING_LEASE
from dispatch.queue import Job
from dispatch.telephoning import telephone
from dispatch.withdrawing import drop_calls
from models.messages import Message, MessageStatus
from models.orders import Offer, OfferStatus, OfferWay
from models.outbound_calls import OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from models.providers import CreditReason
from models.settings import Settings

log = logging.getLogger(__name__)

# Somebody who is being telephoned may finish; a call of which nobody heard the end is not waited for longer than this.
_TALKS_AT_MOST = timedelta(minutes=15)
# What comes of an attempt only where it rang.
_RANG = (OutboundResult.NO_ANSWER, OutboundResult.BUSY, OutboundResult.SILENT)
_LOOK_AGAIN = timedelta(seconds=30)


def expire_offer(means: Means, offer_id: int) -> None:
    """End an offer whose time is over and nudge on to the next provider.

    An SMS that could not be sent uses up nobody's time: its provider is telephoned instead. One that is kept back for the
    quiet hours, or is just being sent, is waited for.
    """
    now = means.clock()
    with means.sessions() as session:
        offer = lock_offer(session, offer_id)
        if offer.status is not OfferStatus.OPEN:
            return
        waits_until = _waits_until(session, means.settings, offer, now)
        if waits_until > now:
            offer.expires_at = waits_until
            session.commit()
            means.queue.nudge(Job.EXPIRE_OFFER, offer_id, delay_s=ceil((waits_until - now).total_seconds()))
            return
        call = _end(session, means, offer, now)
        session.commit()
    if call:
        nudge_calls(means.queue, [call], now)
    else:
        means.queue.nudge(Job.OFFER_ORDER, offer.order_id)


def _waits_until(session: Session, settings: Settings, offer: Offer, now: datetime) -> datetime:
    """Until when the offer is to be left alone; `now` or earlier if its time is over."""
    if offer.order.ends_at <= now or offer.expires_at > now:
        return min(offer.expires_at, max(now, offer.order.ends_at))
    if offer.way is OfferWay.CALL:
        call = session.scalar(select(OutboundCall).where(OutboundCall.offer_id == offer.id))
        is_talking = call is not None and call.status is OutboundStatus.CALLING and call.due_at + _TALKS_AT_MOST > now
        return now + _LOOK_AGAIN if is_talking else now
    message = _unsent(session, offer)
    if message is None:
        return now
    if message.status is MessageStatus.SENDING:
        return message.updated_at + SENDING_LEASE + _LOOK_AGAIN  # then whoever takes it over writes down what became of it
    kept_until = message.not_before + timedelta(seconds=answer_within_s(offer.order, settings)) if message.not_before else now
    return min(kept_until, offer.order.ends_at)


def _end(session: Session, means: Means, offer: Offer, now: datetime) -> OutboundCall | None:
    """Close the offer, or have its provider telephoned where the SMS never went out."""
    message = _unsent(session, offer)
    if message and offer.way is not OfferWay.CALL:
        message.status, message.error, message.updated_at = MessageStatus.FAILED, "not sent in time", now
        if offer.order.ends_at > now:
            return telephone(session, means.settings, offer, now)
    drop_calls(session, [offer], now)
    close_offer(offer, OfferStatus.EXPIRED, now, "dispatch", "expired")
    if _had_the_chance(session, offer):
        change_credit(session, offer.provider_id, CreditReason.UNANSWERED, now, order_id=offer.order_id)
    log.info("order %s: offer %s expired", offer.order_id, offer.id)
    return None


def _had_the_chance(session: Session, offer: Offer) -> bool:
    """Whether the SMS went out, or the telephone rang: who never knew of the offer is not to blame for their silence."""
    sent = Message.status.in_((MessageStatus.SENT, MessageStatus.DELIVERED))
    if session.scalar(select(Message.id).where(Message.offer_id == offer.id, sent).limit(1)):
        return True
    rang = OutboundAttempt.result.in_(_RANG)
    return (
        session.scalar(select(OutboundAttempt.id).join(OutboundCall).where(OutboundCall.offer_id == offer.id, rang).limit(1))
        is not None
    )


def _unsent(session: Session, offer: Offer) -> Message | None:
    """The offer's SMS that waits to be sent, held."""
    unsent = Message.status.in_((MessageStatus.CREATED, MessageStatus.SENDING))
    return session.scalar(select(Message).where(Message.offer_id == offer.id, unsent).limit(1).with_for_update())
