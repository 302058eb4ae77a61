"""What a provider hears of its orders on the telephone."""

from collections.abc import Callable

from dispatch.outbound.spoken import orders_of_provider
from models.database import SessionMaker
from models.orders import Offer, OfferStatus, Order, OrderStatus
from tests.dispatch.facts import Clock


def test_what_is_in_hand_is_told_before_any_number_of_offers(
    sessions: SessionMaker, offer_id: int, place: Callable[..., int], clock: Clock
) -> None:
    order_id = place()
    with sessions() as session:
        offered, theirs = session.get_one(Offer, offer_id), session.get_one(Order, order_id)
        theirs.status, theirs.provider_id, until = OrderStatus.ACCEPTED, offered.provider_id, offered.expires_at
        facts = {"provider_id": offered.provider_id, "made_at": clock(), "expires_at": until, "reasons": {}}
        session.add(Offer(order=theirs, status=OfferStatus.ACCEPTED, **facts))
        session.flush()
        assert [one.order_id for one in orders_of_provider(session, offered.provider_id, 1)] == [theirs.id]
