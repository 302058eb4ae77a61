"""A provider's month is settled by a person: what was confirmed and has a price, once."""

from collections.abc import Callable
from datetime import date

import pytest

from dispatch.settling import MonthNotOver, settle_month, statements
from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.settings import Settings
from tests.dispatch.facts import NOW, Clock, Community

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def done(sessions: SessionMaker, community: Community, place: Callable[..., int]) -> Callable[..., int]:
    """An order of tomorrow's that somebody has done."""
    provider_id = community.provider("近水维修", "13800000001")

    def one(status: OrderStatus = OrderStatus.CONFIRMED, price_fen: int | None = 5000) -> int:
        order_id = place()
        with sessions.begin() as session:
            order = session.get_one(Order, order_id)
            order.provider_id, order.status = provider_id, status
            order.price_fen, order.subsidy_fen, order.owed_fen = price_fen, 0, price_fen
        return order_id

    return one


def test_what_is_confirmed_and_priced_is_settled_once(
    settings: Settings, sessions: SessionMaker, done: Callable[..., int], clock: Clock
) -> None:
    ready = done()
    for other in ({"price_fen": None}, {"status": OrderStatus.COMPLETED}, {"status": OrderStatus.DISPUTED}):
        done(**other)
    clock.now = NOW.replace(month=12)
    with sessions() as session:
        one = statements(session, settings, NOVEMBER)[0]
        assert (one.to_settle, one.unpriced, one.not_yet, one.settled, one.price_fen) == (1, 1, 2, 0, 5000)
        about = {"by": "wu", "now": clock()}
        assert settle_month(session, settings, one.provider_id, NOVEMBER, **about) == 1
        assert settle_month(session, settings, one.provider_id, NOVEMBER, **about) == 0
        order = session.get_one(Order, ready)
        assert (order.status, order.history[-1].by) == (OrderStatus.SETTLED, "wu")
        assert statements(session, settings, NOVEMBER)[0].settled == 1
        assert statements(session, settings, date(2026, 10, 1)) == []


def test_a_month_that_is_not_over_is_not_settled(settings: Settings, sessions: SessionMaker, done: Callable[..., int]) -> None:
    done()
    with sessions() as session, pytest.raises(MonthNotOver):
        settle_month(session, settings, 1, NOVEMBER, by="wu", now=NOW)
