"""What a call is still wanted for, and whom it rings."""

from sqlalchemy.orm import Session

from dispatch.follow_ups.asking import is_wanted as follow_up_is_wanted
from dispatch.progress import AT_WORK
from dispatch.telling import is_overtaken
from models.orders import OfferStatus, Order
from models.outbound_calls import CallPurpose, OutboundCall
from models.residents import Resident


def is_wanted(session: Session, call: OutboundCall) -> bool:
    """Whether what the call is about still waits for it; who has left is not called."""
    resident = call.order.resident if call.order and _is_told_to_resident(call) else resident_to_ring(call)
    if resident is not None and resident.left_on is not None:
        return False
    if call.purpose is CallPurpose.OFFER:
        return call.offer is not None and call.offer.status is OfferStatus.OPEN
    if call.purpose is CallPurpose.FOLLOW_UP:
        return call.follow_up is not None and follow_up_is_wanted(call.follow_up)
    if call.purpose is CallPurpose.CONNECT:
        return call.order is not None and may_speak_to_resident(call.order, call.number)
    return call.message is not None and call.message.delivered_at is None and not is_overtaken(session, call.message)


def _is_told_to_resident(call: OutboundCall) -> bool:
    return call.message is not None and call.message.template.startswith("resident_")


def may_speak_to_resident(order: Order, number: str) -> bool:
    """Whether the work is to be done by whoever has this number: only then they are put through."""
    if order.provider is None or order.status not in AT_WORK:
        return False
    return number in {order.provider.number, *(worker.number for worker in order.provider.workers)}


def resident_to_ring(call: OutboundCall) -> Resident | None:
    """Whose telephones are tried in turn; None where a number is rung."""
    order = call.follow_up.order if call.follow_up else call.order
    return order.resident if order and not call.number else None
