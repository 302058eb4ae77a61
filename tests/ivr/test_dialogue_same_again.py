"""还是老样子: the last order once more."""

from collections.abc import Callable
from datetime import datetime

import pytest

from models.database import SessionMaker
from models.orders import OrderStatus
from models.residents import residents_by_number
from tests.ivr.conftest import HANG_UP, NOW, SILENT, ZONE
from tests.ivr.orders import place
from tests.ivr.telling import ALONE


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@pytest.fixture
def had(tell, sessions: SessionMaker) -> Callable[..., int]:
    """An order that was carried out some time ago."""

    def order(key: str, day: int, hour: int, status: OrderStatus = OrderStatus.COMPLETED, **facts: object) -> int:
        with sessions() as session:
            [resident] = residents_by_number(session, ALONE)
            return place(session, resident.id, key, datetime(2026, 11, day, hour, tzinfo=ZONE), status, **facts)

    return order


def starts(order) -> str:
    return order.starts_at.astimezone(NOW.tzinfo).strftime("%d %H:%M")


def test_the_last_order_is_placed_again_with_its_details_at_its_usual_time(tell, had) -> None:
    had("cleaning", 18, 15)
    had("meal", 20, 12, details={"份": 2})
    told = tell("还是老样子", "是的", SILENT, SILENT)
    assert told.prompts[:2] == ["welcome_resident", "same_as_last"]
    assert "还是送餐，两份。" in told.words[1]
    order = told.orders[-1]
    assert (order.service.key, order.details, starts(order)) == ("meal", {"份": 2}, "23 12:00")
    assert told.callers_turns == 2


def test_a_usual_time_that_is_too_near_is_tomorrow(tell, had) -> None:
    had("cleaning", 20, 11)
    assert starts(tell("跟上次一样", "是的", SILENT, SILENT).orders[-1]) == "24 11:00"


def test_a_service_and_a_time_may_be_named(tell, had) -> None:
    had("cleaning", 18, 15)
    had("meal", 20, 12)
    told = tell("打扫卫生，还是老样子，后天上午九点", "是的", SILENT, SILENT)
    assert (told.orders[-1].service.key, starts(told.orders[-1])) == ("cleaning", "25 09:00")


def test_a_no_mends_the_time(tell, had) -> None:
    had("meal", 20, 12)
    assert starts(tell("老样子", "不对，后天", "是的", SILENT, SILENT).orders[-1]).startswith("25")


@pytest.mark.parametrize("answers", [["不要了"], [HANG_UP], [SILENT, SILENT], ["key:0"]])
def test_without_a_yes_nothing_is_placed(tell, had, answers: list[str]) -> None:
    had("meal", 20, 12)
    assert len(tell("还是老样子", *answers).orders) == 1


def test_what_was_cancelled_is_no_usual_order(tell, had, sessions: SessionMaker) -> None:
    had("cleaning", 18, 15)
    with sessions() as session:
        from models.orders import Order

        order = session.get_one(Order, had("meal", 20, 12, OrderStatus.PLACED))
        order.move(OrderStatus.CANCELLED, NOW, "resident")
        session.commit()
    assert tell("还是老样子", "是的", SILENT, SILENT).orders[-1].service.key == "cleaning"


def test_without_a_last_order_one_is_taken_as_any(tell) -> None:
    told = tell("还是老样子", "打扫卫生", "明天上午九点", "是的", SILENT, SILENT)
    assert told.prompts[1:4] == ["no_last_order", "which_service", "when"]
    assert told.orders[-1].service.key == "cleaning"


def test_a_service_never_ordered_is_ordered_for_the_first_time(tell, had) -> None:
    had("meal", 20, 12)
    told = tell("理发，老样子", "明天下午两点", "是的", SILENT, SILENT)
    assert told.prompts[1:3] == ["no_last_order", "when"]
    assert told.orders[-1].service.key == "haircut"
