"""What becomes of a message that no SMS brings: an offer goes to the next provider, anything else is spoken on the telephone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.offers import close_offer
from dispatch.outbound.asking import ask_for_call, nudge_calls
from dispatch.queue import Job, JobQueue
from models.messages import Message, MessageStatus, OptOut
from models.orders import Offer, OfferStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.phones import takes_sms

# Texts that only answer an SMS, or are about SMS: nobody is telephoned for them.
ONLY_BY_SMS = frozenset({"new_link", "sms_not_understood", "sms_unknown_number", "sms_opted_out", "sms_opted_in"})
# Texts that are sent to whoever wants no more SMS, because they ask for it.
ALWAYS_SENT = frozenset({"sms_opted_out"})


@dataclass(frozen=True)
class NextStep:
    """What is to be nudged after the commit: an order to be offered again, a call to be placed."""

    order_id: int | None = None
    call: OutboundCall | None = None


def why_not_by_sms(session: Session, message: Message) -> str:
    """Why no SMS can bring this message; "" where one can."""
    if not takes_sms(message.number):
        return "a number that takes no SMS"
    opted_out = message.template not in ALWAYS_SENT and session.get(OptOut, message.number) is not None
    return "opted out of SMS" if opted_out else ""


def fail_message(
    session: Session, message: Message, offer: Offer | None, error: str, now: datetime, *, is_stale: bool = False
) -> NextStep:
    """Give a message up as an SMS. The caller holds the order's lock, commits, then nudges.

    An open offer that its provider cannot read is withdrawn; what is not about an offer is spoken instead, unless it `is_stale`.
    """
    message.status, message.error, message.updated_at = MessageStatus.FAILED, error, now
    if message.offer_id is not None:
        if offer is None or offer.status is not OfferStatus.OPEN:
            return NextStep()
        close_offer(offer, OfferStatus.WITHDRAWN, now, "dispatch", "unreachable")
        return NextStep(order_id=offer.order_id)
    only_an_answer = message.order_id is None and message.template.startswith("reply_")
    if is_stale or only_an_answer or message.template in ONLY_BY_SMS:
        return NextStep()
    message.status = MessageStatus.BY_VOICE
    call = ask_for_call(session, CallPurpose.TELL, message.number, now, order_id=message.order_id, message_id=message.id)
    if call.status in (OutboundStatus.DROPPED, OutboundStatus.UNREACHED):  # the message was sent again since, in vain
        call.status, call.due_at, call.ended_at = OutboundStatus.DUE, now, None
    return NextStep(call=call)


def drop_call(session: Session, message: Message, now: datetime) -> None:
    """Let a message's call be, if it has not begun: it was delivered after all."""
    call = session.scalar(select(OutboundCall).where(OutboundCall.message_id == message.id).with_for_update())
    if call and call.status is OutboundStatus.DUE:
        call.status, call.ended_at = OutboundStatus.DROPPED, now


def nudge_next(queue: JobQueue, step: NextStep, now: datetime) -> None:
    """Ask for what follows; call it after the commit."""
    if step.order_id:
        queue.nudge(Job.OFFER_ORDER, step.order_id)
    if step.call:
        nudge_calls(queue, [step.call], now)
