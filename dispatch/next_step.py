"""What an open order waits for, and until when. An open order that waits for nothing is a fault: see `dispatch.watching`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from dispatch.lateness import due_there
from dispatch.offers import is_unsent, open_offers
from dispatch.planning.waiting import waits_for_plan
from models.follow_ups import Complaint, FollowUpStatus, OrderFollowUp
from models.orders import OfferWay, Order, OrderStatus
from models.settings import Settings


class Waits(StrEnum):
    """What for. The sweep sees to the first that is overdue; the last four wait for a person, as long as it takes."""

    PLAN = "plan"  # the day's plan
    OFFERING = "offering"
    SENDING = "sending"  # of an offer's SMS
    ANSWER = "answer"  # a provider's, to an SMS
    CALL = "call"  # a provider is being telephoned
    ARRIVAL = "arrival"
    COMPLETION = "completion"
    FOLLOW_UP = "follow_up"  # the call to the resident
    DISPATCHER = "dispatcher"  # somebody is to be found by hand
    ASKING = "asking"  # a person is to ask the resident how it was
    FINDING = "finding"  # a person is to look at a complaint
    SETTLEMENT = "settlement"


ENDED = frozenset({OrderStatus.CANCELLED, OrderStatus.SETTLED})


@dataclass(frozen=True)
class Step:
    """What an order waits for; `until` is when it is overdue, None where a person takes as long as it takes."""

    waits_for: Waits
    until: datetime | None


def next_step(session: Session, settings: Settings, order: Order, now: datetime) -> Step | None:
    """What `order` waits for; None for one that has ended, and for one that is stuck."""
    if order.status in (OrderStatus.PLACED, OrderStatus.OFFERED):
        return _until_accepted(session, settings, order, now)
    if order.status in (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED):
        return _until_done(settings, order) if order.provider_id else None
    if order.status is OrderStatus.COMPLETED:
        return _until_confirmed(session, order)
    if order.status is OrderStatus.DISPUTED:
        open_complaint = select(Complaint.id).where(Complaint.order_id == order.id, Complaint.looked_at.is_(None))
        return Step(Waits.FINDING, None) if session.scalar(open_complaint.limit(1)) else None
    person = {OrderStatus.UNFILLED: Waits.DISPATCHER, OrderStatus.CONFIRMED: Waits.SETTLEMENT}.get(order.status)
    return Step(person, None) if person else None


def _until_accepted(session: Session, settings: Settings, order: Order, now: datetime) -> Step:
    waiting = open_offers(session, order.id)
    if not waiting:
        plan = waits_for_plan(order, settings, now)
        # A round of the sweep later at the latest.
        return Step(Waits.PLAN, plan) if plan else Step(Waits.OFFERING, now + timedelta(seconds=settings.sweep_every_s))
    last = max(waiting, key=lambda offer: offer.expires_at)
    waits_for = Waits.CALL if last.way is OfferWay.CALL else Waits.SENDING if is_unsent(session, last) else Waits.ANSWER
    return Step(waits_for, min(last.expires_at, order.ends_at))


def _until_done(settings: Settings, order: Order) -> Step:
    if order.status is not OrderStatus.ARRIVED:
        return Step(Waits.ARRIVAL, due_there(order) + timedelta(seconds=settings.arrival_grace_s))
    arrived = max((line.at for line in order.history if line.happened == OrderStatus.ARRIVED), default=order.starts_at)
    takes = timedelta(minutes=order.service.duration_min, seconds=settings.completion_grace_s)
    return Step(Waits.COMPLETION, arrived + takes)


def _until_confirmed(session: Session, order: Order) -> Step | None:
    follow_up = session.scalar(select(OrderFollowUp).where(OrderFollowUp.order_id == order.id))
    if follow_up is None:
        return None
    if follow_up.status is FollowUpStatus.DUE:
        return Step(Waits.FOLLOW_UP, follow_up.due_at)
    return Step(Waits.ASKING, None) if follow_up.status is FollowUpStatus.BY_HAND else None


def stuck_orders(session: Session) -> list[int]:
    """The open orders that wait for nothing: `next_step` has nothing for them, found by one query."""
    at_work = Order.status.in_((OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED))
    asked = select(OrderFollowUp.id).where(OrderFollowUp.order_id == Order.id, OrderFollowUp.status.in_(_TO_BE_ASKED)).exists()
    complaint = select(Complaint.id).where(Complaint.order_id == Order.id, Complaint.looked_at.is_(None)).exists()
    stuck = or_(
        and_(at_work, Order.provider_id.is_(None)),
        and_(Order.status == OrderStatus.COMPLETED, ~asked),
        and_(Order.status == OrderStatus.DISPUTED, ~complaint),
    )
    return list(session.scalars(select(Order.id).where(stuck).order_by(Order.id)))


_TO_BE_ASKED = (FollowUpStatus.DUE, FollowUpStatus.BY_HAND)
