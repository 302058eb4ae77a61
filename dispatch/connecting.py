"""Putting a provider through to the resident of their order, so that neither learns the other's number."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.offers import lock_offer
from dispatch.outbound.asking import ask_for_call
from models.orders import OfferStatus, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus

CALLS_AT_MOST = 6
CALLS_PERIOD = timedelta(hours=1)
_AT_WORK = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)
_GOING_ON = (OutboundStatus.DUE, OutboundStatus.CALLING)


def connect_provider(session: Session, offer_id: int, now: datetime) -> OutboundCall | None:
    """Have the telephone of whoever does the work rung, and put through to the resident's; the caller commits and nudges.

    The call that is on its way already is returned again. None where the order is not this provider's to do, or the resident
    has been called for them often enough of late.
    """
    offer = lock_offer(session, offer_id)
    order = offer.order
    if offer.status is not OfferStatus.ACCEPTED or order.provider_id != offer.provider_id or order.status not in _AT_WORK:
        return None
    wanted = (OutboundCall.order_id == order.id, OutboundCall.purpose == CallPurpose.CONNECT)
    of_late = list(session.scalars(select(OutboundCall).where(*wanted, OutboundCall.made_at > now - CALLS_PERIOD)))
    for call in of_late:
        if call.status in _GOING_ON:
            return call
    if len(of_late) >= CALLS_AT_MOST:
        return None
    worker = order.worker or offer.worker
    number = worker.number if worker and worker.number else offer.provider.number
    return ask_for_call(session, CallPurpose.CONNECT, number, now, order_id=order.id)
