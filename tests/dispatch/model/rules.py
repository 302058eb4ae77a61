"""What must hold of orders at every moment, whatever has happened."""

from collections import Counter
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dispatch.next_step import ENDED, Step, Waits, next_step, stuck_orders
from models.follow_ups import Supervision
from models.messages import Direction, Message
from models.orders import TRANSITIONS, Offer, OfferStatus, OfferWay, Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall
from tests.dispatch.model.world import World

AT_WORK = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)
AFTERWARDS = (OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.DISPUTED)
# What waits for a person has no time of its own.
BY_A_PERSON = (Waits.DISPATCHER, Waits.ASKING, Waits.FINDING, Waits.SETTLEMENT)

Line = tuple[int, str, Any, str, str]


class Memory:
    """What was seen before: histories only grow, and whoever refused stays refused."""

    def __init__(self) -> None:
        self.histories: dict[int, list[Line]] = {}
        self.refused: set[int] = set()

    def check(self, world: World) -> None:
        """Look at every order, and remember."""
        with world.sessions() as session:
            orders = session.scalars(select(Order).options(selectinload(Order.history), selectinload(Order.service))).all()
            offers = session.scalars(select(Offer).order_by(Offer.id)).all()
            for order in orders:
                theirs = [offer for offer in offers if offer.order_id == order.id]
                check_offers(order, theirs)
                self.check_history(order)
                self.check_refusals(theirs)
                check_next_step(world, session, order)
            assert stuck_orders(session) == []
            check_asked_once(world, session)

    def check_history(self, order: Order) -> None:
        """It only grows, its changes of status are legal, and it tells of every one."""
        lines = [(line.id, line.happened, line.at, line.by, str(line.details)) for line in order.history]
        known = self.histories.get(order.id, [])
        assert lines[: len(known)] == known
        self.histories[order.id] = lines
        steps = [OrderStatus(happened) for _, happened, *_ in lines if happened in set(OrderStatus)]
        assert steps[0] is OrderStatus.PLACED
        # It is offered to several; else nothing is reported twice.
        changes = [(before, after) for before, after in pairwise(steps) if not before is after is OrderStatus.OFFERED]
        assert all(after in TRANSITIONS[before] for before, after in changes), steps
        assert steps[-1] is order.status

    def check_refusals(self, offers: list[Offer]) -> None:
        """Whoever refused is not asked again, unless by a person who spoke with them."""
        for offer in offers:
            if offer.outdated_at:
                self.refused.discard(offer.id)  # what they refused is no more
            elif offer.id in self.refused and offer.way is not OfferWay.PERSON:
                assert offer.status is OfferStatus.REFUSED
            if offer.status is OfferStatus.REFUSED and not offer.outdated_at:
                self.refused.add(offer.id)


def check_offers(order: Order, offers: list[Offer]) -> None:
    """One winner at most, who has the order; and offers wait only while the order does."""
    won = [offer.provider_id for offer in offers if offer.status is OfferStatus.ACCEPTED]
    waiting = [offer for offer in offers if offer.status is OfferStatus.OPEN]
    assert len(won) <= 1
    if order.status in (*AT_WORK, *AFTERWARDS):
        assert won == [order.provider_id]
    elif order.status is not OrderStatus.CANCELLED:
        assert won == []
        assert order.provider_id is None
    assert not waiting or order.status is OrderStatus.OFFERED
    assert len(waiting) <= order.service.offered_at_once


def check_next_step(world: World, session: Session, order: Order) -> None:
    """Every open order waits for something; one that has ended waits for nothing."""
    step = next_step(session, world.settings, order, world.clock())
    assert (step is None) == (order.status in ENDED), (order.status, step)


def check_asked_once(world: World, session: Session) -> None:
    """No provider is shown an order twice by SMS as it is, nor telephoned twice about it."""
    written = Counter(
        session.scalars(select(Message.offer_id).where(Message.offer_id.is_not(None), Message.direction == Direction.OUT))
    )
    for offer_id, count in written.items():
        lines = session.get_one(Offer, offer_id).order.history
        assert count <= 1 + sum(line.happened == "changed" and "was" in line.details for line in lines)
    sent = Counter(sms for sms in world.gateway.sent if "新订单" in sms[1])
    assert all(count == 1 for count in sent.values())
    rung = Counter(session.scalars(select(OutboundCall.offer_id).where(OutboundCall.purpose == CallPurpose.OFFER)))
    assert all(count == 1 for count in rung.values())


def unsettled(world: World) -> list[tuple[int, Step]]:
    """The orders that wait neither for a person, nor for work that a person has been told is late."""
    with world.sessions() as session:
        found = []
        for order in session.scalars(select(Order).order_by(Order.id)):
            step = next_step(session, world.settings, order, world.clock())
            if step is None or step.waits_for in BY_A_PERSON:
                continue
            late = session.scalar(select(Supervision.id).where(Supervision.order_id == order.id, Supervision.ended_at.is_(None)))
            if not (late and step.waits_for in (Waits.ARRIVAL, Waits.COMPLETION)):
                found.append((order.id, step))
        return found
