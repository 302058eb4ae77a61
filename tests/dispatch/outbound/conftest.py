"""An order with what calls are placed about: an offer, a message, a follow-up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from dispatch.outbound.asking import ask_for_call
from models.database import SessionMaker
from models.follow_ups import OrderFollowUp
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, Order, OrderStatus
from models.outbound_calls import CallPurpose
from models.residents import ResidentPhone
from models.settings import Settings
from tests.dispatch.facts import Clock, Community
from tests.exchange.fake_manager import FakeManager

PLUMBER = "13900000001"
RESIDENT = "13800000001"

Ask = Callable[..., int]


@pytest.fixture
def exchange_here(settings: Settings) -> Iterator[FakeManager]:
    """Asterisk's manager interface, where the settings look for it."""
    fake = FakeManager(settings.ami_port)
    yield fake
    fake.close()


@pytest.fixture
def order_id(sessions: SessionMaker, community: Community, place: Callable[..., int]) -> int:
    """An order of a resident who has a telephone."""
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number=RESIDENT))
    return place()


@pytest.fixture
def offer_id(sessions: SessionMaker, community: Community, order_id: int, clock: Clock) -> int:
    """It is offered to a plumber, who has ten minutes."""
    plumber = community.provider("老李水电", PLUMBER)
    with sessions.begin() as session:
        order = session.get_one(Order, order_id)
        order.status = OrderStatus.OFFERED
        until = clock() + timedelta(minutes=10)
        offer = Offer(order=order, provider_id=plumber, made_at=clock(), expires_at=until, reasons={})
        session.add(offer)
        session.flush()
        return offer.id


@pytest.fixture
def message_id(sessions: SessionMaker, order_id: int, clock: Clock) -> int:
    """A text that no SMS brought."""
    with sessions.begin() as session:
        facts = {"direction": Direction.OUT, "number": RESIDENT, "body": "【邻里】老李明天上午九点来。", "urgent": False}
        message = Message(status=MessageStatus.BY_VOICE, order_id=order_id, created_at=clock(), **facts)
        session.add(message)
        session.flush()
        return message.id


@pytest.fixture
def follow_up_id(sessions: SessionMaker, order_id: int, clock: Clock) -> int:
    """The work is done, and the resident is to be asked how it was."""
    with sessions.begin() as session:
        session.get_one(Order, order_id).status = OrderStatus.COMPLETED
        follow_up = OrderFollowUp(order_id=order_id, due_at=clock())
        session.add(follow_up)
        session.flush()
        return follow_up.id


@pytest.fixture
def ask(sessions: SessionMaker, order_id: int, clock: Clock) -> Ask:
    """Ask for a call now; its id."""

    def ask_so(purpose: CallPurpose, number: str = "", **about: Any) -> int:
        with sessions.begin() as session:
            return ask_for_call(session, purpose, number, clock(), order_id=order_id, **about).id

    return ask_so
