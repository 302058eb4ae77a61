"""A person is always one key away, and comes by themselves when Linli fails."""

import socket
import threading
from contextlib import closing
from typing import Any

import pytest

from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def answered_call(town: Town, number: str) -> Any:
    """The call's file once an operator has it."""
    return eventually(lambda: next((call for call in town.calls_from(number) if call["status"] == "operator"), None))


def answered_alarm(town: Town, **facts: Any) -> Any:
    """The alarm of which this is true, once an operator has answered it; other tests leave alarms of their own in the town."""

    def answered() -> Any:
        return next((a for a in town.linli("alarms") if a["answered_at"] and facts.items() <= a.items()), None)

    return eventually(answered)


def test_zero_at_the_first_prompt_rings_an_operator(town: Town) -> None:
    with town.desk() as desk, town.caller("--from", "13800000025", "--dtmf", "0"):
        desk.wait_incoming(60).answer()
        assert answered_call(town, "13800000025")["outcome"] == "operator:asked"
    assert town.orders_of("13800000025") == []


def test_an_unknown_number_is_heard_and_reaches_an_operator(town: Town) -> None:
    with town.desk() as desk, town.caller("--from", "13911112222", *town.script("我家水管漏水了，找人来修一下")):
        desk.wait_incoming(60).answer()
        call = answered_call(town, "13911112222")
        assert call["outcome"] == "operator:enrol"
        assert call["collected"]["service"] == "repair"


def test_words_of_emergency_raise_an_alarm_and_bring_a_person(town: Town) -> None:
    with town.desk() as desk, town.caller("--from", "13800000027", *town.script("救命啊，我摔倒了，爬不起来了")):
        desk.wait_incoming(60).answer()
        alarm = answered_alarm(town, source="words")
        assert alarm["resident"]["name"]
        assert alarm["words"]


def test_the_red_key_rings_an_operator_and_is_written_down(town: Town) -> None:
    with town.desk() as desk, town.caller("--device", "1", "--key", "sos"):
        desk.wait_incoming(60).answer()
        assert answered_alarm(town, source="key", device_id=1)


def test_without_a_fastagi_server_an_operator_is_rung(town: Town) -> None:
    town.stack.stop_part("ivr")
    try:
        with town.desk() as desk, town.caller("--from", "13800000013"):
            desk.wait_incoming(60).answer()
    finally:
        town.stack.start_part("ivr")


def test_a_silent_fastagi_server_loses_the_call_to_an_operator(town: Town) -> None:
    town.stack.stop_part("ivr")
    held: list[socket.socket] = []
    try:
        with (
            closing(socket.create_server(("127.0.0.1", town.settings.agi_port))) as silent,
            town.desk() as desk,
            town.caller("--from", "13800000013"),
        ):
            accepting = threading.Thread(target=lambda: held.append(silent.accept()[0]))
            accepting.start()
            desk.wait_incoming(town.settings.python_answers_within_s + 60).answer()
            accepting.join(30)
    finally:
        for connection in held:
            connection.close()
        town.stack.start_part("ivr")
    assert held


def test_a_python_that_dies_in_the_conversation_loses_the_call_to_an_operator(town: Town) -> None:
    with town.desk() as desk, town.caller("--from", "13800000014", *town.script("我家水管漏水了，找人来修一下")):
        eventually(lambda: [call for call in town.calls_from("13800000014") if call["status"] == "talking"])
        town.stack.kill_part("ivr")
        desk.wait_incoming(town.settings.call_lease_s + 60).answer()
    town.stack.wait_until_ready("ivr")
