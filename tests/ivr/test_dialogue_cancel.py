"""Taking an order back, and asking after one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.residents import residents_by_number
from tests.ivr.conftest import HANG_UP, NOW, SILENT
from tests.ivr.orders import place
from tests.ivr.telling import ALONE


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@pytest.fixture
def ordered(tell, sessions: SessionMaker) -> Callable[..., int]:
    """Place an order of the resident's who calls, and bring it to a status."""

    def order(key: str, days: float = 1, status: OrderStatus = OrderStatus.PLACED, **facts: object) -> int:
        with sessions() as session:
            [resident] = residents_by_number(session, ALONE)
            return place(session, resident.id, key, NOW + timedelta(days=days), status, **facts)

    return order


def status_of(told, order_id: int) -> OrderStatus:
    return next(order.status for order in told.orders if order.id == order_id)


def test_the_only_order_is_read_back_and_cancelled_at_a_yes(tell, ordered) -> None:
    order = ordered("repair")
    told = tell("把修水管的取消了吧", "对", SILENT)
    assert told.prompts == ["welcome_resident", "which_order", "cancelled", "goodbye"]
    assert "水电维修" in told.words[1]
    assert status_of(told, order) is OrderStatus.CANCELLED
    [line] = [line for line in told.orders[0].history if line.happened == "cancelled"]
    assert line.by == "resident"
    assert told.ending == "goodbye"


@pytest.mark.parametrize("answer", ["对，取消吧", "取消", "不要了", "是的，不要了", "key:1"])
def test_to_say_cancel_again_is_a_yes(tell, ordered, answer: str) -> None:
    order = ordered("repair")
    assert status_of(tell("我要取消订单", answer, SILENT), order) is OrderStatus.CANCELLED


@pytest.mark.parametrize(
    "answers",
    [["不对"], ["key:2"], ["不要取消"], ["别取消了"], ["不，还要的"], [HANG_UP], [SILENT, SILENT], ["嗯那什么", "啥"], ["key:0"]],
)
def test_without_a_yes_nothing_is_cancelled(tell, ordered, answers: list[str]) -> None:
    order = ordered("repair")
    told = tell("我要取消订单", *answers, SILENT)
    assert status_of(told, order) is OrderStatus.PLACED


def test_without_an_order_there_is_nothing_to_cancel(tell, ordered) -> None:
    ordered("repair", status=OrderStatus.COMPLETED)
    told = tell("我要取消订单", SILENT)
    assert told.prompts == ["welcome_resident", "nothing_to_cancel", "goodbye"]


def test_of_several_at_most_three_are_named_with_their_keys(tell, ordered) -> None:
    orders = [ordered(key, days) for days, key in enumerate(("repair", "meal", "cleaning", "haircut"), start=1)]
    told = tell("我要取消订单", "key:2", "对", SILENT)
    assert told.words[1] == "您要取消哪一个？水电维修，请按一。送餐，请按二。打扫卫生，请按三。"
    assert status_of(told, orders[1]) is OrderStatus.CANCELLED


def test_two_of_one_service_are_told_apart_by_their_time(tell, ordered) -> None:
    ordered("meal", 1)
    ordered("meal", 2)
    told = tell("我要取消订单", HANG_UP)
    assert told.words[1] == "您要取消哪一个？明天上午十点半的送餐，请按一。后天上午十点半的送餐，请按二。"


@pytest.mark.parametrize("words", ["取消送餐", "后天的取消掉"])
def test_the_service_or_the_day_says_which(tell, ordered, words: str) -> None:
    kept, cancelled = ordered("cleaning", 1), ordered("meal", 2)
    told = tell(words, "是的", SILENT)
    assert told.prompts[1] == "which_order"
    assert status_of(told, cancelled) is OrderStatus.CANCELLED
    assert status_of(told, kept) is OrderStatus.PLACED


def test_the_answer_says_which(tell, ordered) -> None:
    ordered("cleaning", 1)
    cancelled = ordered("meal", 2)
    told = tell("我要取消订单", "送餐的那个", "是的", SILENT)
    assert status_of(told, cancelled) is OrderStatus.CANCELLED


def test_who_has_set_out_is_called_back_by_a_person(tell, ordered) -> None:
    order = ordered("repair", 0.01, OrderStatus.ON_THE_WAY)
    told = tell("我要取消订单", "对")
    assert told.prompts[-1] == "cancel_by_person"
    assert told.ending == "operator:cancel"
    assert status_of(told, order) is OrderStatus.ON_THE_WAY


@pytest.mark.parametrize(
    ("status", "prompt"),
    [
        (OrderStatus.PLACED, "order_stands_placed"),
        (OrderStatus.OFFERED, "order_stands_placed"),
        (OrderStatus.ACCEPTED, "order_stands_accepted"),
        (OrderStatus.ON_THE_WAY, "order_stands_on_the_way"),
        (OrderStatus.ARRIVED, "order_stands_arrived"),
    ],
)
def test_how_an_order_stands_is_told_in_words(tell, ordered, status: OrderStatus, prompt: str) -> None:
    ordered("repair", status=status)
    told = tell("师傅怎么还没来", SILENT)
    assert told.prompts == ["welcome_resident", prompt, "goodbye"]
    assert "水电维修" in told.words[1]


def test_who_comes_and_when_is_told(tell, ordered) -> None:
    ordered("repair", status=OrderStatus.ACCEPTED)
    assert "明天，十一月二十四号" in tell("师傅什么时候来", SILENT).words[1]


def test_the_visits_own_time_is_told_where_it_is_known(tell, ordered) -> None:
    ordered("repair", status=OrderStatus.ACCEPTED, visit_at=datetime(2026, 11, 24, 2, 20, tzinfo=UTC))
    words = tell("师傅什么时候来", SILENT).words[1]
    assert "明天，十一月二十四号上午十点二十分上门" in words


def test_the_two_nearest_are_told(tell, ordered) -> None:
    for days, key in ((3, "repair"), (1, "meal"), (2, "cleaning")):
        ordered(key, days)
    told = tell("我订的东西到哪了", SILENT)
    assert [words[8:10] for words in told.words[1:3]] == ["送餐", "打扫"]
    assert told.prompts[3] == "goodbye"


def test_the_one_that_is_named_is_told(tell, ordered) -> None:
    ordered("meal", 1)
    ordered("cleaning", 2)
    told = tell("打扫卫生的什么时候来", SILENT)
    assert len([prompt for prompt in told.prompts if prompt.startswith("order_stands")]) == 1
    assert "打扫卫生" in told.words[1]


def test_an_order_that_nobody_takes_goes_to_a_person(tell, ordered) -> None:
    ordered("repair", status=OrderStatus.UNFILLED)
    assert tell("师傅怎么还没来").ending == "operator:unfilled"


def test_what_was_done_today_is_still_known(tell, ordered) -> None:
    ordered("repair", -0.1, OrderStatus.COMPLETED)
    assert tell("师傅来了没有", SILENT).prompts[1] == "order_stands_completed"


def test_without_an_order_that_is_said(tell) -> None:
    assert tell("师傅怎么还没来", SILENT).prompts == ["welcome_resident", "nothing_ordered_yet", "goodbye"]


def test_after_hearing_how_it_stands_it_can_be_cancelled(tell, ordered) -> None:
    order = ordered("repair")
    told = tell("师傅什么时候来", "那帮我取消了吧", "是的", SILENT)
    assert status_of(told, order) is OrderStatus.CANCELLED


def test_nobody_cancels_a_neighbour_s_order(tell, sessions: SessionMaker) -> None:
    with sessions() as session:
        other: Order = session.get_one(Order, place(session, 2, "repair", NOW + timedelta(days=1)))
    told = tell("我要取消订单", SILENT)
    assert told.prompts[1] == "nothing_to_cancel"
    assert status_of(told, other.id) is OrderStatus.PLACED
