"""Waiting callers hear something, operators' phones ring, and an SOS comes first, with nothing of ours running but Asterisk."""

import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.sos_story import RED_KEY, story
from tests.e2e.town import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(asterisk: RunningAsterisk, events: Events) -> Iterator[SipPhone]:
    """An operator's desk phone that is registered and free; unregistered afterwards."""
    with registered_desk(asterisk, events, "desk-1") as phone:
        yield phone


def call_hotline(asterisk: RunningAsterisk, phone: SipPhone) -> None:
    """Call the hotline while no Python is there."""
    phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
    phone.wait_answered()


def test_an_operator_takes_the_call_and_both_are_recorded(asterisk: RunningAsterisk, events: Events, desk: SipPhone) -> None:
    with asterisk.phone("carrier-demo") as caller:
        call_hotline(asterisk, caller)
        invite = desk.wait_ringing()
        assert "13800000001" in invite["From"]
        desk.answer()
        connected = events.wait_for("AgentConnect", Queue="operators")
        assert (connected["MemberName"], connected["Interface"]) == ("话务台 1", "PJSIP/desk-1")
        caller.wait_heard(seconds=0.5)
        caller.hang_up()
        desk.wait_hung_up()
        events.wait_for("Hangup", Uniqueid=connected["Uniqueid"])
    recording = asterisk.settings.recordings_dir / f"{connected['Uniqueid']}.wav"
    assert seconds_of(recording) > 0


def seconds_of(recording: Path, within_s: float = 30) -> float:
    """A recording's length; its header is written a moment after the call's end, of which Asterisk does not tell."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with wave.open(str(recording)) as file:
            assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
            if file.getnframes():
                return float(file.getnframes() / 8000)
        time.sleep(0.02)
    return 0


def test_without_any_operator_the_caller_waits_and_hears_something(asterisk: RunningAsterisk, events: Events) -> None:
    with asterisk.phone("carrier-demo") as caller:
        call_hotline(asterisk, caller)
        caller.wait_sound()
        assert events.lacks("QueueCallerLeave", for_s=3)
        caller.wait_sound()
        caller.hang_up()
    events.wait_for("QueueCallerAbandon")


def test_the_red_key_rings_people_at_once_and_is_written_down(asterisk: RunningAsterisk, events: Events, desk: SipPhone) -> None:
    with asterisk.phone(RED_KEY) as resident:
        resident.call("sos")
        began = time.monotonic()
        desk.wait_ringing(10)  # 2 s are promised, where nothing else takes the processors
        print(f"SOS: the operator's phone rings after {time.monotonic() - began:.2f} s")
        told = events.wait_for("UserEvent", UserEvent="LinliSOS")
        assert (told["Device"], told["CallerIDNum"]) == (str(DEVICE.id), DEVICE.number)
        resident.wait_answered()
        desk.answer()
        events.wait_for("AgentConnect", Queue="sos", Uniqueid=told["Uniqueid"])
        resident.hang_up()
    assert story(asterisk, told["Uniqueid"])[0] == ("SOS", str(DEVICE.id))
    eventually((asterisk.settings.recordings_dir / f"{told['Uniqueid']}.wav").is_file)


def test_the_red_key_is_answered_by_our_words_at_once(asterisk: RunningAsterisk, events: Events, help_is_coming: Path) -> None:
    with asterisk.phone(RED_KEY) as resident:
        resident.call("sos")
        resident.wait_answered()
        assert resident.wait_sound() < 5
        assert help_is_coming.is_file()
        assert events.lacks("QueueCallerLeave", for_s=2)
        resident.hang_up()


@pytest.fixture
def help_is_coming(asterisk: RunningAsterisk) -> Iterator[Path]:
    """The words that a resident hears after pressing the red key, here a second of noise."""
    path = asterisk.settings.data_dir / "sounds/linli/sos_help_coming.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10\x00\xf0" * 4000)
    yield path
    path.unlink()


def test_an_sos_reaches_an_operator_who_is_busy(asterisk: RunningAsterisk, events: Events, desk: SipPhone) -> None:
    with asterisk.phone("carrier-demo") as caller, asterisk.phone(RED_KEY) as resident:
        call_hotline(asterisk, caller)
        desk.answer()
        events.wait_for("AgentConnect", Queue="operators")
        desk.messages.clear()
        resident.call("sos")
        assert DEVICE.number in desk.wait_ringing()["From"]
        resident.wait_answered()
        resident.hang_up()
        caller.hang_up()


def test_an_sos_rings_beside_a_call_that_is_ringing_already(asterisk: RunningAsterisk, events: Events, desk: SipPhone) -> None:
    with asterisk.phone("carrier-demo") as caller, asterisk.phone(RED_KEY) as resident:
        call_hotline(asterisk, caller)
        desk.wait_ringing()
        desk.messages.clear()
        resident.call("sos")
        assert DEVICE.number in desk.wait_ringing()["From"]
        resident.wait_answered()
        resident.hang_up()
        caller.hang_up()


def test_a_more_urgent_call_overtakes_in_the_operators_queue(asterisk: RunningAsterisk, events: Events) -> None:
    with asterisk.phone("carrier-demo") as caller, asterisk.phone(RED_KEY) as resident:
        call_hotline(asterisk, caller)
        events.wait_for("QueueCallerJoin", Queue="operators", Position="1")
        resident.call("family2")
        events.wait_for("QueueCallerJoin", Queue="operators", CallerIDNum=DEVICE.number, Position="1")
        resident.wait_answered()
        resident.hang_up()
        caller.hang_up()


def test_the_call_goes_on_when_the_operator_s_phone_does_not_answer(asterisk: RunningAsterisk, events: Events) -> None:
    with (
        registered_desk(asterisk, events, "desk-1") as first,
        registered_desk(asterisk, events, "desk-2") as second,
        asterisk.phone("carrier-demo") as caller,
    ):
        call_hotline(asterisk, caller)
        first.wait_ringing()
        second.wait_ringing()
        first.decline()
        second.answer()
        events.wait_for("AgentConnect", Interface="PJSIP/desk-2")
        caller.hang_up()
