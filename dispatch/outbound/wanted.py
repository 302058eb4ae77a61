"""What a call is still wanted for, and whom it rings."""

from sqlalchemy.orm import Session

from models.follow_ups import FollowUpStatus
from models.orders import OfferStatus, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall
from models.residents import Resident

# While the work is to be done the provider and the resident may speak with each other through us.
IN_HAND = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)


def is_wanted(session: Session, call: OutboundCall) -> bool:
    """Whether what the call is about still waits for it."""
    if call.purpose is CallPurpose.OFFER:
        return call.offer is not None and call.offer.status is OfferStatus.OPEN
    if call.purpose is CallPurpose.FOLLOW_UP:
        return call.follow_up is not None and call.follow_up.status is FollowUpStatus.DUE
    if call.purpose is CallPurpose.CONNECT:
        return call.order is not None and call.order.status in IN_HAND
    return call.message is not None and call.message.delivered_at is None


def resident_to_ring(call: OutboundCall) -> Resident | None:
    """Whose telephones are tried in turn; None where a number is rung."""
    order = call.follow_up.order if call.follow_up else call.order
    return order.resident if order and not call.number else None
