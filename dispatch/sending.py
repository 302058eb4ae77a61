"""Sending an SMS: claimed, sent, written down, with no database session open while the gateway is talked to.

When a worker dies between sending and writing it down, or the gateway's answer is lost, nobody knows whether a message went out.
An offer then counts as sent: no provider is asked twice, and one who never read it does not answer, so that the order goes on.
Any other message is sent again: who reads a confirmation twice loses nothing, who never reads it waits in vain. Where that is
doubtful time and again it is spoken, so that nobody gets the same SMS all day long.
"""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.gateways.health import note_failure, weights_now
from dispatch.gateways.weights import put_in_order
from dispatch.means import Means
from dispatch.offering import answer_within_s
from dispatch.outbox import hold_message, is_due, retry_delay_s
from dispatch.queue import Job
from dispatch.quiet import quiet_until
from dispatch.receipts import use_early_receipt
from dispatch.telling import OVERTAKEN, is_overtaken
from dispatch.undelivered import fail_message, nudge_next, why_not_by_sms
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus
from models.phones import mask_number

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
_TOO_OLD = "not sent within 24 hours"
# At this failed attempt the order's history says that its offer does not get through, so that a person can telephone.
_TELL_AT_ATTEMPT = 3
# After so many attempts a message that may have been sent is not sent once more.
_DOUBTFUL_AT_MOST = 3
# In one attempt; with more, an attempt could last longer than SENDING_LEASE.
_GATEWAYS_AT_MOST = 2


def send_message(means: Means, message_id: int) -> None:
    """Send a message that is due to be sent; any other is left alone."""
    message, is_doubtful = _claim(means, message_id)
    if message is None:
        return
    try:
        if is_doubtful and (message.offer_id or message.attempts > _DOUBTFUL_AT_MOST):
            raise GatewayUncertain("its worker died")
        gateway, ref = _hand_over(means, message)
    except GatewayUnavailable as error:
        log.warning("message %s to %s: %s; attempt %s", message.id, mask_number(message.number), error, message.attempts)
        _put_back(means, message, str(error))
    except GatewayUncertain as error:
        log.warning("message %s to %s: perhaps sent, %s", message.id, mask_number(message.number), error)
        if message.offer_id:
            _write_down_success(means, message, "", None, str(error))
        elif message.attempts >= _DOUBTFUL_AT_MOST:
            _write_down_failure(means, message, str(error))
        else:
            _put_back(means, message, str(error))
    except MessageRejected as error:
        log.warning("message %s to %s: rejected, %s", message.id, mask_number(message.number), error)
        _write_down_failure(means, message, str(error))
    else:
        _write_down_success(means, message, gateway, ref)
        log.info("message %s to %s: sent by %s", message.id, mask_number(message.number), gateway)


def _claim(means: Means, message_id: int) -> tuple[Message | None, bool]:
    """The message, in SENDING and ours for SENDING_LEASE, and whether it may have been sent; none where nothing is to do."""
    now = means.clock()
    with means.sessions() as session:
        message, offer = hold_message(session, message_id)
        if message.direction is not Direction.OUT or not is_due(message, now):
            return None, False
        message.updated_at = now
        if offer and offer.status is not OfferStatus.OPEN:
            message.status, message.error = MessageStatus.FAILED, "the offer is over"
            session.commit()
            return None, False
        if is_overtaken(session, message):
            message.status, message.error = MessageStatus.FAILED, OVERTAKEN
            session.commit()
            return None, False
        if why_not := why_not_by_sms(session, message):
            step = fail_message(session, message, offer, why_not, now)
            session.commit()
            log.info("message %s to %s: %s", message.id, mask_number(message.number), why_not)
            nudge_next(means.queue, step, now)
            return None, False
        is_doubtful = message.status is MessageStatus.SENDING  # whoever claimed it never came back
        message.not_before = None if message.urgent or is_doubtful else quiet_until(means.settings, now)
        if message.not_before:
            session.commit()
            return None, False
        message.status = MessageStatus.SENDING
        message.attempts += 1
        session.commit()
        return message, is_doubtful


def _hand_over(means: Means, message: Message) -> tuple[str, str]:
    """Which gateway took it, and its reference; where one fails the next is tried at once."""
    if means.clock() - message.created_at > GIVE_UP_AFTER:
        raise MessageRejected(_TOO_OLD)
    shares = {name: means.settings.gateway_shares.get(name, 1) for name in means.gateways}
    with means.sessions() as session:
        weights = weights_now(session, shares)
    faults = []
    for name in put_in_order(weights, f"{message.id}-{message.attempts}")[:_GATEWAYS_AT_MOST]:
        try:
            return name, means.gateways[name].send(message.number, message.body)
        except GatewayUnavailable as error:
            note_failure(means.sessions, name, shares[name], str(error), means.clock())
            faults.append(str(error))
        except GatewayUncertain as error:
            note_failure(means.sessions, name, shares[name], str(error), means.clock())
            raise
    raise GatewayUnavailable("; ".join(faults))


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
    now = means.clock()
    with means.sessions() as session:
        message, offer = _claimed_again(session, claimed)
        if message is None:
            return
        step = fail_message(session, message, offer, error, now, is_stale=error == _TOO_OLD)
        session.commit()
    nudge_next(means.queue, step, now)


def _write_down_success(means: Means, claimed: Message, gateway: str, ref: str | None, doubt: str = "") -> None:
    now = means.clock()
    with means.sessions() as session:
        message, offer = _claimed_again(session, claimed)
        if message is None:
            return
        message.status, message.gateway, message.gateway_ref = MessageStatus.SENT, gateway, _own_ref(session, gateway, ref)
        message.error, message.updated_at, message.sent_at = doubt, now, now
        valid_for_s = 0
        if offer and offer.status is OfferStatus.OPEN:
            valid_for_s = answer_within_s(offer.order, means.settings)
            offer.expires_at = now + timedelta(seconds=valid_for_s)
        session.commit()
        if ref:
            use_early_receipt(session, means.queue, gateway, ref, now)
    if offer and valid_for_s:
        means.queue.nudge(Job.EXPIRE_OFFER, offer.id, delay_s=valid_for_s)


def _own_ref(session: Session, gateway: str, ref: str | None) -> str | None:
    """The gateway's id of a message; None where it has given the same to another, whose receipts would be taken for ours."""
    known = select(Message.id).where(Message.gateway == gateway, Message.gateway_ref == ref)
    if ref is None or session.scalar(known) is None:
        return ref
    log.error("gateway %s gives the id of one message to another: look at its settings", gateway)
    return None


def _claimed_again(session: Session, claimed: Message) -> tuple[Message | None, Offer | None]:
    """The message and its offer, held; no message if another worker has taken it over since."""
    message, offer = hold_message(session, claimed.id)
    if message.status is MessageStatus.SENDING and message.attempts == claimed.attempts:
        return message, offer
    log.warning("message %s was taken over by another worker", claimed.id)
    return None, None
