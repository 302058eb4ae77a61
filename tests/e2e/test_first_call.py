"""What a resident says on the telephone becomes an order that a provider has accepted. Real calls with real speech."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

REPAIR = "我家水管漏水了，找人来修一下"

# Who calls, and what they say and press until an order is placed; some at a time, as on a real line.
# In the mornings they say 早上十点: in this voice Whisper wavers between 上午 and 下午.
CALLS: dict[str, list[str]] = {
    "13800000020": ["我想请人上门来给我理个头发", "明天下午两点", "好的，可以"],
    "13800000023": ["帮我交一下电费", "明天早上十点", "没错"],
    "13800000024": [REPAIR, "明天早上十点", "不对，改成后天下午三点", "是的"],
    "057188000004": ["2", "明天早上十点来打扫卫生", "2", "2", "后天下午三点", "1"],  # the second of two, by keys
}
AT_ONCE = 3


@pytest.fixture(scope="module")
def orders_from(town: Town) -> Callable[[str], list[Any]]:
    """Place every call of this file; then tell the orders that the calls from a number left."""

    def orders_from(number: str) -> list[Any]:
        return [order for call in town.calls_from(number) for order in town.orders_placed_in(call["id"])]

    scripts = {number: town.script(*words) for number, words in CALLS.items()}
    green_key = town.script("后天下午三点来打扫卫生", "对的")
    no_yes = town.script(REPAIR, "明天早上十点")
    with ThreadPoolExecutor(AT_ONCE) as callers:
        calls = [
            callers.submit(town.call, "--from", "13800000001", "--say", REPAIR, "--say", "明天早上十点", "--say", "是的"),
            # Longer than the hotline may think about what was said, and shorter than it waits for an answer.
            callers.submit(town.call, "--from", "13800000008", *no_yes, stay=6),
            callers.submit(town.call_until, lambda: orders_by_device(town, 2), "--device", "2", "--key", "service", *green_key),
        ]
        for number, script in scripts.items():
            calls.append(callers.submit(town.call_until, partial(orders_from, number), "--from", number, *script))
        for call in calls:
            call.result()
    return orders_from


def orders_by_device(town: Town, device: int) -> list[Any]:
    """The orders that the calls from a one-key phone left."""
    calls = [call for call in town.linli("calls") if call["device_id"] == device]
    return [order for call in calls for order in town.orders_placed_in(call["id"])]


def finished_call(town: Town, number: str) -> Any:
    """The only call from this number, once its conversation has written down how it ended; a dialogue may take a while to."""
    [call] = eventually(lambda: [call for call in town.calls_from(number) if call["outcome"]])
    return call


def days_after(said_at: str, days: int, hour: int) -> str:
    """How an order's start is written, in the community's time; its midnight may lie between a call and the test of it."""
    day = datetime.fromisoformat(said_at).astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()


def test_a_burst_pipe_becomes_an_order_that_a_provider_has_accepted(town: Town, orders_from: Callable[[str], list[Any]]) -> None:
    caller = "13800000001"
    [order] = orders_from(caller)
    assert order["resident"]["name"] == "王秀英"
    assert order["service"]["key"] == "repair"
    assert order["when"]["start"] == days_after(order["placed_at"], 1, 10)

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
    call = finished_call(town, caller)
    assert call["outcome"] in ("goodbye", "hung_up")
    assert Path(call["recordings"][0]["file"]).stat().st_size > 100_000


@pytest.mark.parametrize(
    ("caller", "service", "days", "hour"),
    [("13800000020", "haircut", 1, 14), ("13800000023", "payment", 1, 10)],
)
def test_other_sentences_of_callers_at_the_same_time_become_other_orders(
    orders_from: Callable[[str], list[Any]], caller: str, service: str, days: int, hour: int
) -> None:
    [order] = orders_from(caller)
    assert order["service"]["key"] == service
    assert order["when"]["start"] == days_after(order["placed_at"], days, hour)


def test_a_no_to_the_read_back_changes_the_time(orders_from: Callable[[str], list[Any]]) -> None:
    [order] = orders_from("13800000024")
    assert order["service"]["key"] == "repair"
    assert order["when"]["start"] == days_after(order["placed_at"], 2, 15)


def test_the_green_key_knows_who_it_is_and_one_sentence_may_say_all(town: Town, orders_from: Callable[[str], list[Any]]) -> None:
    [order] = orders_by_device(town, 2)
    assert order["service"]["key"] == "cleaning"
    assert order["when"]["start"] == days_after(order["placed_at"], 2, 15)


def test_one_of_two_on_a_shared_telephone_says_who_it_is_and_keys_do_where_speech_does_not(
    town: Town, orders_from: Callable[[str], list[Any]]
) -> None:
    number = "057188000004"
    second = sorted(one["id"] for one in town.linli("residents") if number in one["numbers"])[1]
    [order] = orders_from(number)
    assert order["resident"]["id"] == second
    assert order["when"]["start"] == days_after(order["placed_at"], 2, 15)


def test_hanging_up_before_the_yes_places_nothing_and_keeps_what_was_said(
    town: Town, orders_from: Callable[[str], list[Any]]
) -> None:
    caller = "13800000008"
    assert orders_from(caller) == []
    call = finished_call(town, caller)
    assert call["outcome"] == "hung_up"
    assert call["collected"]["service"] == "repair"
    assert call["collected"]["when"][0] == days_after(call["started_at"], 1, 10)
    assert any(turn["speaker"] == "caller" for turn in call["turns"])
    again = town.linli("replay", str(call["id"]))
    assert again["diverged_at"] is None, again
    then, now = again["collected"]["then"], again["collected"]["now"]
    assert (now["service"], now["when"]) == (then["service"], then["when"])
