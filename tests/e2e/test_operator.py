"""A person is always one key away, and comes by themselves when Linli fails."""

import json
import socket
import threading
from contextlib import closing

import pytest

from tests.e2e.town import Town, eventually, say

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_zero_at_the_first_prompt_rings_an_operator(town: Town) -> None:
    with town.desk() as desk:
        call = town.start_call("--from", "13800000025", "--dtmf", "0", stay=2)
        ringing = desk.wait_incoming(30)
        ringing.answer()
        waiting = eventually(lambda: next((c for c in town.calls_from("13800000025") if c["status"] == "operator"), None))
        assert waiting["outcome"] == "operator:asked"
        ringing.hang_up()
        assert json.loads(call.communicate(timeout=60)[0])["error"] is None
    assert town.orders_of("13800000025") == []


def test_an_unknown_number_is_heard_and_reaches_an_operator(town: Town) -> None:
    with town.desk() as desk:
        call = town.start_call("--from", "13911112222", *say("我家水管漏水了，找人来修一下"), stay=30)
        desk.wait_incoming(60).answer()
        file = eventually(lambda: next((c for c in town.calls_from("13911112222") if c["status"] == "operator"), None))
        assert file["outcome"] == "operator:unknown_number"
        assert file["collected"]["service"] == "repair"
        call.terminate()
        call.communicate(timeout=30)


def test_words_of_emergency_raise_an_alarm_and_bring_a_person(town: Town) -> None:
    with town.desk() as desk:
        call = town.start_call("--from", "13800000027", *say("救命啊，我摔倒了，爬不起来了"), stay=30)
        desk.wait_incoming(60).answer()
        [alarm] = eventually(lambda: [a for a in town.linli("alarms") if a["source"] == "words" and a["answered_at"]])
        assert alarm["resident"]["name"]
        assert alarm["words"]
        call.terminate()
        call.communicate(timeout=30)


def test_the_red_key_rings_an_operator_and_is_written_down(town: Town) -> None:
    with town.desk() as desk:
        call = town.start_call("--device", "1", "--key", "sos", stay=2)
        desk.wait_incoming(10).answer()
        [alarm] = eventually(lambda: [a for a in town.linli("alarms") if a["source"] == "key" and a["answered_at"]])
        assert alarm["device_id"] == 1
        call.terminate()
        call.communicate(timeout=30)


def test_the_green_key_knows_who_it_is(town: Town) -> None:
    report = town.linli("call", "--device", "2", "--key", "service", *say("明天上午来打扫卫生", "是的"), "--stay", "3")
    assert report["error"] is None
    [call] = [call for call in town.linli("calls") if call["device_id"] == 2]
    assert [order["service"]["key"] for order in town.orders_placed_in(call["id"])] == ["cleaning"]


def test_without_a_fastagi_server_an_operator_is_rung(town: Town) -> None:
    town.stack.stop_part("ivr")
    try:
        with town.desk() as desk:
            call = town.start_call("--from", "13800000013", stay=2)
            desk.wait_incoming(8).answer()
            call.terminate()
            call.communicate(timeout=30)
    finally:
        town.stack.start_part("ivr")


def test_a_silent_fastagi_server_loses_the_call_to_an_operator(town: Town) -> None:
    town.stack.stop_part("ivr")
    try:
        with closing(socket.create_server(("127.0.0.1", town.settings.agi_port))) as silent, town.desk() as desk:
            held: list[socket.socket] = []
            accepting = threading.Thread(target=lambda: held.append(silent.accept()[0]))
            accepting.start()
            call = town.start_call("--from", "13800000013", stay=2)
            desk.wait_incoming(town.settings.python_answers_within_s + 5).answer()
            accepting.join(5)
            held[0].close()
            call.terminate()
            call.communicate(timeout=30)
    finally:
        town.stack.start_part("ivr")


def test_a_python_that_dies_in_the_conversation_loses_the_call_to_an_operator(town: Town) -> None:
    with town.desk() as desk:
        call = town.start_call("--from", "13800000014", *say("我家水管漏水了，找人来修一下"), stay=30)
        eventually(lambda: [c for c in town.calls_from("13800000014") if c["status"] == "talking"])
        town.stack.kill_part("ivr")
        desk.wait_incoming(town.settings.call_lease_s + 5).answer()
        call.terminate()
        call.communicate(timeout=30)
    town.stack.wait_until_ready("ivr")
