"""What a resident says on the telephone becomes an order that a provider has accepted. Real calls with real speech."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.town import Town, eventually, say

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

REPAIR = "我家水管漏水了，找人来修一下"

# Who calls, and what they say and press; several at a time, as on a real line.
CALLS: dict[str, list[str]] = {
    "13800000001": say(REPAIR, "明天上午九点", "是的"),
    "13800000008": say(REPAIR, "明天上午九点"),  # and hangs up before the yes
    "13800000018": say("后天下午三点来打扫卫生", "对的"),
    "13800000020": say("我想请人上门来给我理个头发", "明天下午两点", "好的，可以"),
    "13800000023": say("帮我交一下电费", "明天上午十点", "没错"),
    "13800000024": say(REPAIR, "明天上午九点", "不对，改成后天下午三点", "是的"),
    "13800000010": [*say("明天上午十点来打扫卫生"), "--dtmf", "2", "--dtmf", "2", *say("后天下午三点"), "--dtmf", "1"],
    "057188000004": ["--dtmf", "2", *say("明天上午十点来打扫卫生", "是的")],
}
AT_ONCE = 4


@pytest.fixture(scope="module")
def orders_of(town: Town) -> Callable[[str], list[Any]]:
    """Place all of CALLS; then tell the orders that a call from a number left."""
    waiting = list(CALLS.items())
    while waiting:
        batch, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        running = [town.start_call("--from", number, *actions) for number, actions in batch]
        for call in running:
            out, problems = call.communicate(timeout=200)
            assert json.loads(out)["error"] is None, problems
    return town.orders_of


def from_now(days: int, hour: int) -> str:
    """How an order's start is written, in the community's time."""
    day = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()


def test_a_burst_pipe_becomes_an_order_that_a_provider_has_accepted(town: Town, orders_of: Callable[[str], list[Any]]) -> None:
    caller = "13800000001"
    [order] = orders_of(caller)
    assert order["resident"]["name"] == "王秀英"
    assert order["service"]["key"] == "repair"
    assert order["when"]["start"] == from_now(1, 9)

    def offer() -> Any:
        return next((m for m in town.linli("messages") if f"1 {order['code']}" in m["body"] and m["status"] == "sent"), None)

    sms = eventually(offer)
    answer = town.linli("reply", sms["number"], f"1 {order['code']}")
    assert "已接单" in answer["answers"][0]["body"]
    [order] = town.orders_of(caller)
    assert order["status"] == "accepted"
    assert order["provider"]["number"] == sms["number"]
    assert [line["happened"] for line in order["history"]] == ["placed", "offered", "offer_accepted", "accepted"]
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in order["history"])
    [call] = town.calls_from(caller)
    assert call["outcome"] in ("goodbye", "hung_up")
    assert Path(call["recordings"][0]["file"]).stat().st_size > 100_000


@pytest.mark.parametrize(
    ("caller", "service", "days", "hour"),
    [("13800000018", "cleaning", 2, 15), ("13800000020", "haircut", 1, 14), ("13800000023", "payment", 1, 10)],
)
def test_other_sentences_of_callers_at_the_same_time_become_other_orders(
    orders_of: Callable[[str], list[Any]], caller: str, service: str, days: int, hour: int
) -> None:
    [order] = orders_of(caller)
    assert order["service"]["key"] == service
    assert order["when"]["start"] == from_now(days, hour)


def test_a_no_to_the_read_back_changes_the_time(orders_of: Callable[[str], list[Any]]) -> None:
    [order] = orders_of("13800000024")
    assert order["service"]["key"] == "repair"
    assert order["when"]["start"] == from_now(2, 15)


def test_keys_do_where_speech_does_not(orders_of: Callable[[str], list[Any]]) -> None:
    [order] = orders_of("13800000010")
    assert order["when"]["start"] == from_now(2, 15)


def test_one_of_two_on_a_shared_telephone_says_who_it_is(town: Town, orders_of: Callable[[str], list[Any]]) -> None:
    number = "057188000004"
    second = sorted(one["id"] for one in town.linli("residents") if number in one["numbers"])[1]
    [call] = town.calls_from(number)
    assert [order["resident"]["id"] for order in town.orders_placed_in(call["id"])] == [second]


def test_hanging_up_before_the_yes_places_nothing_and_keeps_what_was_said(
    town: Town, orders_of: Callable[[str], list[Any]]
) -> None:
    caller = "13800000008"
    assert orders_of(caller) == []
    [call] = town.calls_from(caller)
    assert call["outcome"] == "hung_up"
    assert call["collected"]["service"] == "repair"
    assert call["collected"]["when"][0] == from_now(1, 9)
    assert any(turn["speaker"] == "caller" for turn in call["turns"])
