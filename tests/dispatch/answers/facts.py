"""Who answers, and how the order stands then."""

from collections.abc import Callable

from models.database import SessionMaker
from models.orders import OrderStatus
from tests.dispatch.facts import order_now

WorkOff = Callable[[], list[str]]
Place = Callable[..., int]
Say = Callable[..., str]
FIRST, SECOND = "13800000001", "13800000002"


def status(sessions: SessionMaker, order_id: int = 1) -> OrderStatus:
    with sessions() as session:
        return order_now(session, order_id).status
