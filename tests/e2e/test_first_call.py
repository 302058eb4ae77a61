"""What a resident says on the telephone becomes an order that a provider has accepted. Real calls with real speech."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.town import Town, eventually, say

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def tomorrow_at(hour: int, days: int = 1) -> str:
    """How an order's start is written in the community's time."""
    day = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()


def test_a_burst_pipe_becomes_an_order_that_a_provider_has_accepted(town: Town) -> None:
    caller = "13800000001"
    report = town.call(caller, *say("我家水管漏水了，找人来修一下", "明天上午九点", "是的"))
    assert report["error"] is None
    [order] = town.orders_of(caller)
    assert order["service"]["key"] == "repair"
    assert order["when"]["start"] == tomorrow_at(9)

    def offer() -> dict | None:
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
    assert call["recordings"]


@pytest.mark.parametrize(
    ("caller", "sentences", "service", "starts"),
    [
        ("13800000018", ("后天下午三点来打扫卫生", "对的"), "cleaning", (15, 2)),
        ("13800000020", ("我想请人上门来给我理个头发", "明天下午两点", "好的，可以"), "haircut", (14, 1)),
        ("13800000023", ("我的降压药吃完了，帮我去买点药", "明天上午十点", "没错"), "medicine", (10, 1)),
    ],
)
def test_other_sentences_become_other_orders(
    town: Town, caller: str, sentences: tuple[str, ...], service: str, starts: tuple[int, int]
) -> None:
    town.call(caller, *say(*sentences))
    [order] = town.orders_of(caller)
    assert order["service"]["key"] == service
    assert order["when"]["start"] == tomorrow_at(*starts)


def test_two_callers_at_once_are_both_served(town: Town) -> None:
    first = town.start_call("--from", "13800000006", *say("我家水管漏水了，找人来修一下", "明天上午九点", "是的"))
    second = town.start_call("--from", "13800000007", *say("明天上午来打扫卫生", "是的"))
    for call in (first, second):
        out, problems = call.communicate(timeout=150)
        assert json.loads(out)["error"] is None, problems
    assert [order["service"]["key"] for order in town.orders_of("13800000006")] == ["repair"]
    assert [order["service"]["key"] for order in town.orders_of("13800000007")] == ["cleaning"]


def test_hanging_up_before_the_yes_places_nothing_and_keeps_what_was_said(town: Town) -> None:
    caller = "13800000008"
    town.call(caller, *say("我家水管漏水了，找人来修一下", "明天上午九点"), stay=0.5)
    assert town.orders_of(caller) == []
    call = eventually(lambda: next((c for c in town.calls_from(caller) if c["status"] == "ended"), None))
    assert call["outcome"] == "hung_up"
    assert call["collected"]["service"] == "repair"
    assert call["collected"]["when"][0] == tomorrow_at(9)
    assert any("caller" in turn["speaker"] for turn in call["turns"])


def test_a_no_to_the_read_back_changes_the_time(town: Town) -> None:
    caller = "13800000024"
    town.call(caller, *say("我家水管漏水了，找人来修一下", "明天上午九点", "不对，改成后天下午三点", "是的"))
    [order] = town.orders_of(caller)
    assert order["service"]["key"] == "repair"
    assert order["when"]["start"] == tomorrow_at(15, days=2)


def test_keys_do_where_speech_does_not(town: Town) -> None:
    caller = "13800000010"
    town.call(caller, *say("明天上午十点来打扫卫生"), "--dtmf", "2", "--dtmf", "2", *say("后天下午三点"), "--dtmf", "1")
    [order] = town.orders_of(caller)
    assert order["when"]["start"] == tomorrow_at(15, days=2)


def test_one_of_two_on_a_shared_telephone_says_who_it_is(town: Town) -> None:
    number = "057188000004"
    town.call(number, "--dtmf", "2", *say("明天上午十点来打扫卫生", "是的"))
    second = sorted(one["id"] for one in town.linli("residents") if number in one["numbers"])[1]
    [call] = town.calls_from(number)
    [order] = [one for one in town.linli("orders", "--limit", "500") if one["call_id"] == call["id"]]
    assert order["resident"]["id"] == second
