"""A provider is put through to the resident of an order of theirs, and to nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dispatch.connecting import CALLS_AT_MOST, CALLS_PERIOD, connect_provider
from models.database import SessionMaker
from models.orders import Offer, OfferStatus, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.providers import Worker
from tests.dispatch.facts import NOW, Community, order_now


@pytest.fixture
def offer_id(sessions: SessionMaker, community: Community, place: Callable[..., int]) -> int:
    """An offer that was accepted."""
    provider_id, order_id = community.provider("顺达", "13700000001"), place()
    with sessions.begin() as session:
        order = order_now(session, order_id)
        order.provider_id = provider_id
        order.status = OrderStatus.ACCEPTED
        offer = Offer(order_id=order_id, provider_id=provider_id, made_at=NOW, expires_at=NOW, reasons={})
        offer.status = OfferStatus.ACCEPTED
        session.add(offer)
        session.flush()
        return offer.id


def connect(sessions: SessionMaker, offer_id: int, after: timedelta = timedelta()) -> int | None:
    with sessions.begin() as session:
        call = connect_provider(session, offer_id, NOW + after)
        return call.id if call else None


def test_the_providers_telephone_is_rung_first(sessions: SessionMaker, offer_id: int) -> None:
    call_id = connect(sessions, offer_id)
    with sessions() as session:
        call = session.get_one(OutboundCall, call_id)
        assert (call.purpose, call.number, call.due_at) == (CallPurpose.CONNECT, "13700000001", NOW)
        assert call.order_id == session.get_one(Offer, offer_id).order_id


def test_whoever_goes_is_rung(sessions: SessionMaker, offer_id: int) -> None:
    with sessions.begin() as session:
        offer = session.get_one(Offer, offer_id)
        offer.order.worker = Worker(provider_id=offer.provider_id, name="张师傅", number="13911112222", gender="male")
    call_id = connect(sessions, offer_id)
    with sessions() as session:
        assert session.get_one(OutboundCall, call_id).number == "13911112222"


def test_pressing_twice_is_one_call(sessions: SessionMaker, offer_id: int) -> None:
    assert connect(sessions, offer_id) == connect(sessions, offer_id)


def test_a_resident_is_not_rung_all_day(sessions: SessionMaker, offer_id: int) -> None:
    def one_more(after: timedelta = timedelta()) -> int | None:
        call_id = connect(sessions, offer_id, after)
        if call_id:
            with sessions.begin() as session:
                session.get_one(OutboundCall, call_id).status = OutboundStatus.DONE
        return call_id

    assert None not in [one_more() for _ in range(CALLS_AT_MOST)]
    assert one_more() is None
    assert one_more(CALLS_PERIOD) is not None


@pytest.mark.parametrize("status", [OrderStatus.COMPLETED, OrderStatus.CANCELLED, OrderStatus.PLACED])
def test_whose_order_is_over_is_put_through_no_more(sessions: SessionMaker, offer_id: int, status: OrderStatus) -> None:
    with sessions.begin() as session:
        session.get_one(Offer, offer_id).order.status = status
    assert connect(sessions, offer_id) is None


def test_an_order_that_went_to_another_provider_connects_only_that_one(
    sessions: SessionMaker, community: Community, offer_id: int
) -> None:
    other = community.provider("永安", "13700000002")
    with sessions.begin() as session:
        session.get_one(Offer, offer_id).order.provider_id = other
    assert connect(sessions, offer_id) is None
