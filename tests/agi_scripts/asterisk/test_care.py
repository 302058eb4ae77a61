"""The exchange rings a resident for a care call: what becomes of it, with and without Python."""

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.originating import BUSY, CARE, NOT_ANSWERED, OUTBOUND, CannotCall, ring
from models.secrets import own_secret
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server

pytestmark = pytest.mark.e2e

NUMBER = "13800000001"
ATTEMPT = "41"
TONE = b"\x00\x10\x00\xf0"


def call_out(
    asterisk: RunningAsterisk, endpoint: str = f"PJSIP/{NUMBER}@carrier-demo", ring_s: int = 10, context: str = CARE
) -> None:
    settings = asterisk.settings
    facts = {"context": context, "extension": ATTEMPT, "caller_id": settings.hotline_number, "ring_s": ring_s}
    ring(settings.ami_port, own_secret(settings, "ami-calls"), endpoint=endpoint, **facts)


@pytest.fixture
def resident(asterisk: RunningAsterisk) -> Iterator[SipPhone]:
    """Every telephone that Linli can call."""
    with registered(asterisk.phone("carrier-demo")) as phone:
        yield phone


@pytest.fixture
def sorry(asterisk: RunningAsterisk) -> Iterator[Path]:
    """What is said where Python is down, here half a second of noise."""
    path = asterisk.settings.data_dir / "sounds/linli/care_sorry.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(TONE * 2000)
    yield path
    path.unlink()


@pytest.mark.parametrize("context", [CARE, OUTBOUND])
def test_without_python_whoever_answers_hears_that_we_are_sorry_and_is_hung_up(
    asterisk: RunningAsterisk, resident: SipPhone, sorry: Path, context: str
) -> None:
    call_out(asterisk, context=context)
    assert asterisk.settings.hotline_number in resident.wait_ringing(number=NUMBER)["From"]
    resident.answer()
    assert resident.wait_sound(resident.answered_at) < asterisk.settings.python_answers_within_s
    resident.wait_hung_up()


def test_a_python_that_hangs_is_not_waited_for(asterisk: RunningAsterisk, resident: SipPhone, sorry: Path) -> None:
    with agi_server(asterisk.settings.agi_port, lambda call: None):
        call_out(asterisk)
        resident.answer()
        assert resident.wait_sound(resident.answered_at) < asterisk.settings.python_answers_within_s + 8
        resident.wait_hung_up()


def test_python_is_told_which_attempt_it_is_and_ends_the_call(asterisk: RunningAsterisk, resident: SipPhone) -> None:
    def say_goodbye(call: AgiCall) -> None:
        call.ask('SET VARIABLE LINLI_OUTCOME "goodbye"')
        call.close()

    with agi_server(asterisk.settings.agi_port, say_goodbye) as calls:
        call_out(asterisk)
        resident.answer()
        resident.wait_hung_up()
        assert (calls[0].environment["agi_network_script"], calls[0].environment["agi_extension"]) == ("care", ATTEMPT)


@pytest.mark.parametrize(("outcome", "queue"), [("operator", "operators"), ("emergency", "sos")])
def test_whom_python_hands_over_waits_for_a_person_under_their_own_number(
    asterisk: RunningAsterisk, events: Events, resident: SipPhone, outcome: str, queue: str
) -> None:
    def hand_over(call: AgiCall) -> None:
        call.ask(f'SET VARIABLE CALLERID(num) "{NUMBER}"')
        call.ask(f'SET VARIABLE LINLI_OUTCOME "{outcome}"')
        call.close()

    with agi_server(asterisk.settings.agi_port, hand_over):
        call_out(asterisk)
        resident.answer()
        assert events.wait_for("QueueCallerJoin", Queue=queue)["CallerIDNum"] == NUMBER
        resident.hang_up()


def test_a_one_key_phone_is_rung_too(asterisk: RunningAsterisk, events: Events) -> None:
    with asterisk.phone(f"device-{DEVICE.id}") as phone:
        assert phone.register() == 200
        phone.messages.clear()
        call_out(asterisk, f"PJSIP/device-{DEVICE.id}")
        phone.wait_ringing()
        phone.decline()
        assert ended(events) == ("Failure", BUSY)
        assert phone.register(expires_s=0) == 200


def ended(events: Events) -> tuple[str, str]:
    """What Asterisk says of our call: whether it was answered, and why not."""
    response = events.wait_for("OriginateResponse", Context="care", Exten=ATTEMPT)
    if response["Reason"] != "0" or not events.find("Newchannel", {"Uniqueid": response["Uniqueid"]}):
        return response["Response"], response["Reason"]
    return response["Response"], events.wait_for("Hangup", Uniqueid=response["Uniqueid"])["Cause"]


def test_who_is_busy_is_told(asterisk: RunningAsterisk, events: Events, resident: SipPhone) -> None:
    call_out(asterisk)
    resident.decline()
    assert ended(events) == ("Failure", BUSY)


def test_who_does_not_answer_is_told(asterisk: RunningAsterisk, events: Events, resident: SipPhone) -> None:
    call_out(asterisk, ring_s=3)
    resident.wait_ringing()
    assert ended(events) == ("Failure", NOT_ANSWERED)


@pytest.mark.parametrize("endpoint", [f"PJSIP/{NUMBER}@carrier-demo", "PJSIP/device-99"])
def test_a_telephone_that_is_not_there_is_told(asterisk: RunningAsterisk, events: Events, endpoint: str) -> None:
    call_out(asterisk, endpoint)
    response, status = ended(events)
    assert response == "Failure"
    assert status not in (NOT_ANSWERED, BUSY)


def test_who_answers_is_told(asterisk: RunningAsterisk, events: Events, resident: SipPhone, sorry: Path) -> None:
    call_out(asterisk)
    resident.answer()
    assert ended(events) == ("Success", "4")
    resident.wait_hung_up()


def test_a_wrong_secret_rings_nobody(asterisk: RunningAsterisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.originating.CONNECTED_WITHIN_S", 0.3)
    facts = {"endpoint": "PJSIP/desk-1", "context": "care", "extension": "1", "caller_id": "1", "ring_s": 5}
    with pytest.raises(CannotCall):
        ring(asterisk.settings.ami_port, "wrong", **facts)
