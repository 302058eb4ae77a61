"""Sending an SMS: claimed, sent, written down, with no database session open while the gateway is talked to.

When a worker dies between sending and writing it down, or the gateway's answer is lost, nobody knows whether a message went out.
An offer then counts as sent: no provider is asked twice, and one who never read it does not answer, so that the order goes on.
Any other message is sent again: who reads a confirmation twice loses nothing, who never reads it waits in vain.
"""

import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.means import Means
from dispatch.offering import answer_within_s
from dispatch.offers import lock_offer
from dispatch.outbox import fail_message, is_due, retry_delay_s
from dispatch.queue import Job
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus
from models.phones import mask_number

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
# At this failed attempt the order's history says that its offer does not get through, so that a person can telephone.
_TELL_AT_ATTEMPT = 3


def send_message(means: Means, message_id: int) -> None:
    """Send a message that is due to be sent; any other is left alone."""
    message, is_doubtful = _claim(means, message_id)
    if message is None:
        return
    try:
        if is_doubtful and message.offer_id:
            raise GatewayUncertain("its worker died")
        if means.clock() - message.created_at > GIVE_UP_AFTER:
            raise MessageRejected("not sent within 24 hours")
        ref = means.gateway.send(message.number, message.body)
    except GatewayUnavailable as error:
        log.warning("message %s to %s: %s; attempt %s", message.id, mask_number(message.number), error, message.attempts)
        _put_back(means, message, str(error))
    except GatewayUncertain as error:
        log.warning("message %s to %s: perhaps sent, %s", message.id, mask_number(message.number), error)
        if message.offer_id:
            _write_down_success(means, message, None, str(error))
        else:
            _put_back(means, message, str(error))
    except MessageRejected as error:
        log.warning("message %s to %s: rejected, %s", message.id, mask_number(message.number), error)
        _write_down_failure(means, message, str(error))
    else:
        _write_down_success(means, message, ref, "")
        log.info("message %s to %s: sent", message.id, mask_number(message.number))


def _claim(means: Means, message_id: int) -> tuple[Message | None, bool]:
    """The message, in SENDING and ours for SENDING_LEASE, and whether it may have been sent; none where nothing is to do."""
    now = means.clock()
    with means.sessions() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.direction is not Direction.OUT or not is_due(message, now):
            return None, False
        message.updated_at = now
        offer = session.get(Offer, message.offer_id) if message.offer_id else None
        if offer and offer.status is not OfferStatus.OPEN:
            message.status, message.error = MessageStatus.FAILED, "the offer is over"
            session.commit()
            return None, False
        is_doubtful = message.status is MessageStatus.SENDING  # whoever claimed it never came back
        message.status = MessageStatus.SENDING
        message.attempts += 1
        message.gateway = means.settings.gateway.value
        session.commit()
        return message, is_doubtful


def _put_back(means: Means, claimed: Message, error: str) -> None:
    now = means.clock()
    with means.sessions() as session:
        message, offer = _claimed_again(session, claimed)
        if message is None:
            return
        message.status, message.error, message.updated_at = MessageStatus.CREATED, error, now
        if offer and offer.status is OfferStatus.OPEN and message.attempts == _TELL_AT_ATTEMPT:
            offer.order.record("sms_delayed", now, "dispatch", provider=offer.provider.name, offer=offer.id)
        session.commit()
    means.queue.nudge(Job.SEND_MESSAGE, claimed.id, delay_s=retry_delay_s(claimed.attempts))


def _write_down_failure(means: Means, claimed: Message, error: str) -> None:
    with means.sessions() as session:
        message, offer = _claimed_again(session, claimed)
        if message is None:
            return
        order_id = fail_message(message, offer, error, means.clock())
        session.commit()
    if order_id:
        means.queue.nudge(Job.OFFER_ORDER, order_id)


def _write_down_success(means: Means, claimed: Message, ref: str | None, doubt: str) -> None:
    now = means.clock()
    with means.sessions() as session:
        message, offer = _claimed_again(session, claimed)
        if message is None:
            return
        message.status, message.gateway_ref, message.error, message.updated_at = MessageStatus.SENT, ref, doubt, now
        valid_for_s = 0
        if offer and offer.status is OfferStatus.OPEN:
            valid_for_s = answer_within_s(offer.order, means.settings)
            offer.expires_at = now + timedelta(seconds=valid_for_s)
        session.commit()
    if offer and valid_for_s:
        means.queue.nudge(Job.EXPIRE_OFFER, offer.id, delay_s=valid_for_s)


def _claimed_again(session: Session, claimed: Message) -> tuple[Message | None, Offer | None]:
    """The message and its offer, held; no message if another worker has taken it over since."""
    offer = lock_offer(session, claimed.offer_id) if claimed.offer_id else None
    message = session.get_one(Message, claimed.id, with_for_update=True)
    if message.status is MessageStatus.SENDING and message.attempts == claimed.attempts:
        return message, offer
    log.warning("message %s was taken over by another worker", claimed.id)
    return None, None
