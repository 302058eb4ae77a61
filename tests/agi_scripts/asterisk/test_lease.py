"""Python holds a call on a lease: it can renew it, and loses the call when it does not."""

import threading
import time
import uuid

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server
from tests.agi_scripts.asterisk.stub_media import silent_media

pytestmark = pytest.mark.e2e


def start_conversation(asterisk: RunningAsterisk, call: AgiCall) -> None:
    """What Python does at the start of a conversation; the answer to EXEC comes when that has ended."""
    call.ask("ANSWER")
    call.send(f"EXEC AudioSocket {uuid.uuid4()},127.0.0.1:{asterisk.settings.media_port}")


@pytest.mark.parametrize("sends_sound", [True, False], ids=["caller speaks", "caller sends no packets at all"])
def test_a_lease_renewed_over_the_manager_holds_during_a_conversation(
    asterisk: RunningAsterisk, events: Events, sends_sound: bool
) -> None:
    with (
        silent_media(asterisk.settings.media_port),
        agi_server(asterisk.settings.agi_port, lambda call: start_conversation(asterisk, call)) as calls,
        asterisk.phone("carrier-demo", sends_sound=sends_sound) as phone,
    ):
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        phone.wait_answered()
        for _ in range(8):  # 4 s, longer than the first lease and than any other
            answer = events.do("Setvar", Channel=calls[0].environment["agi_channel"], Variable="TIMEOUT(absolute)", Value="3")
            renewed = time.monotonic()
            assert answer["Response"] == "Success"
            assert events.lacks("QueueCallerJoin", for_s=0.5)
        events.wait_for("QueueCallerJoin", Queue="operators")
        lasted = time.monotonic() - renewed
        phone.hang_up()
    assert 2.9 < lasted < 10


def test_a_conversation_that_hangs_loses_the_call_to_an_operator(asterisk: RunningAsterisk, events: Events) -> None:
    with (
        silent_media(asterisk.settings.media_port),
        agi_server(asterisk.settings.agi_port, lambda call: start_conversation(asterisk, call)),
        asterisk.phone("carrier-demo") as phone,
    ):
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        phone.wait_answered()
        events.wait_for("QueueCallerJoin", within_s=asterisk.settings.python_answers_within_s + 8, Queue="operators")
        phone.hang_up()


def test_the_operators_line_has_no_lease(asterisk: RunningAsterisk, events: Events) -> None:
    def hand_over(call: AgiCall) -> None:
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "operator"')
        call.close()

    with agi_server(asterisk.settings.agi_port, hand_over), asterisk.phone("carrier-demo") as phone:
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        joined = events.wait_for("QueueCallerJoin", Queue="operators")
        answer = events.do("Getvar", Channel=joined["Channel"], Variable="TIMEOUT(absolute)")
        phone.wait_answered()
        phone.hang_up()
    assert answer["Value"] == "0"


def test_a_goodbye_hangs_up(asterisk: RunningAsterisk, events: Events) -> None:
    def say_goodbye(call: AgiCall) -> None:
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "goodbye"')
        call.close()

    with agi_server(asterisk.settings.agi_port, say_goodbye), asterisk.phone("carrier-demo") as phone:
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        phone.wait_answered()
        phone.wait_hung_up()
        events.wait_for("Hangup", Cause="16")
    assert events.lacks("QueueCallerJoin")


def test_the_caller_hears_ringing_until_python_answers(asterisk: RunningAsterisk) -> None:
    asked = threading.Event()

    def answer_when_asked(call: AgiCall) -> None:
        asked.wait(30)
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "goodbye"')
        call.close()

    with agi_server(asterisk.settings.agi_port, answer_when_asked), asterisk.phone("carrier-demo") as phone:
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        phone.wait_for(lambda message: message.status == 180)
        assert 200 not in phone.statuses()
        asked.set()
        phone.wait_answered()
        phone.wait_hung_up()


def test_a_caller_who_hangs_up_ends_python_s_connection_too(asterisk: RunningAsterisk) -> None:
    """What Python sees: the conversation's own answer, -1, the word HANGUP, and the end of the connection."""
    words: list[str] = []
    ended = threading.Event()

    def listen(call: AgiCall) -> None:
        start_conversation(asterisk, call)
        words.extend(line.strip() for line in call.reader)
        ended.set()

    with (
        silent_media(asterisk.settings.media_port) as conversation_begun,
        agi_server(asterisk.settings.agi_port, listen),
        asterisk.phone("carrier-demo") as phone,
    ):
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        phone.wait_answered()
        assert conversation_begun.wait(30)
        phone.hang_up()
        assert ended.wait(30)
    assert words[0] == "200 result=-1"
    assert set(words[1:]) == {"HANGUP"}
