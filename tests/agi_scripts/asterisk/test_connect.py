"""Providers and the exchange: their own line, calls about an order, and being put through to the resident."""

import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange.originating import OUTBOUND, ring
from models.secrets import own_secret
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server

pytestmark = pytest.mark.e2e

PROVIDER = "13700000001"
RESIDENT, AT_HOME = "13800000001", "057188000001"
OUTSIDE = "${SHELL(touch /tmp/linli-was-here)}"


def connect_to(*ways: str) -> Callable[[AgiCall], None]:
    """What Python says of a provider who wants to speak with the resident who has these telephones."""

    def put_through(call: AgiCall) -> None:
        call.ask("ANSWER")
        for place, way in enumerate(ways, start=1):
            call.ask(f'SET VARIABLE LINLI_WAY_{place} "{way}"')
        call.ask('SET VARIABLE LINLI_OUTCOME "connect"')
        call.close()

    return put_through


@contextmanager
def rung(asterisk: RunningAsterisk, *ways: str) -> Iterator[SipPhone]:
    """A provider whom we have rung, and who wants to be put through by one of these. A desk's telephone stands for theirs."""
    settings = asterisk.settings
    facts = {"context": OUTBOUND, "extension": "41", "caller_id": settings.hotline_number, "ring_s": 5}
    with agi_server(settings.agi_port, connect_to(*ways)) as calls, registered(asterisk.phone("desk-1")) as provider:
        ring(settings.ami_port, own_secret(settings, "ami-calls"), endpoint="PJSIP/desk-1", **facts)
        assert settings.hotline_number in provider.wait_ringing()["From"]
        provider.answer()
        yield provider
        assert calls[0].environment["agi_network_script"] == "outbound"
        assert calls[0].environment["agi_extension"] == "41"


@pytest.fixture
def resident(asterisk: RunningAsterisk) -> Iterator[SipPhone]:
    """Every telephone that Linli can call."""
    with registered(asterisk.phone("carrier-demo")) as phone:
        yield phone


@pytest.fixture
def words(asterisk: RunningAsterisk) -> Iterator[None]:
    """What the resident hears at first, and the provider where nobody answers: here half a second of noise."""
    paths = [asterisk.settings.data_dir / f"sounds/linli/{name}.wav" for name in ("connect_called", "connect_nobody")]
    for path in paths:
        _write_noise(path)
    yield
    for path in paths:
        path.unlink()


def _write_noise(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x10\x00\xf0" * 2000)


def test_neither_side_sees_the_others_number_and_the_resident_hears_who_wants_them(
    asterisk: RunningAsterisk, events: Events, resident: SipPhone, words: None
) -> None:
    with rung(asterisk, RESIDENT) as provider:
        invite = resident.wait_ringing(number=RESIDENT)
        assert asterisk.settings.hotline_number in invite["From"]
        assert "desk-1" not in str(invite.headers)
        provider.wait_sound()  # it rings
        resident.answer()
        resident.wait_sound(resident.answered_at)
        events.wait_for("BridgeEnter", BridgeNumChannels="2")
        assert RESIDENT not in str([message.headers for _, message in provider.messages])
        resident.hang_up()
        provider.wait_hung_up()


def test_the_residents_telephones_are_tried_in_turn(asterisk: RunningAsterisk, events: Events, resident: SipPhone) -> None:
    with asterisk.phone(f"device-{DEVICE.id}") as device:
        assert device.register() == 200
        device.messages.clear()
        with rung(asterisk, RESIDENT, AT_HOME, f"device-{DEVICE.id}") as provider:
            resident.decline()
            resident.wait_ringing(number=AT_HOME)
            resident.reply(resident.ringing, "486 Busy Here")
            assert asterisk.settings.hotline_number in device.wait_ringing()["From"]
            device.answer()
            events.wait_for("BridgeEnter", BridgeNumChannels="2")
            provider.hang_up()
            device.wait_hung_up()
        assert device.register(expires_s=0) == 200


@pytest.mark.parametrize("ways", [(), (RESIDENT,), (OUTSIDE,)])
def test_where_nobody_answers_the_provider_is_told_so_and_hung_up(
    asterisk: RunningAsterisk, words: None, ways: tuple[str, ...]
) -> None:
    with rung(asterisk, *ways) as provider:
        provider.wait_sound(provider.answered_at)
        provider.wait_hung_up()


def test_without_python_who_calls_the_providers_line_speaks_with_a_person(asterisk: RunningAsterisk, events: Events) -> None:
    with asterisk.phone("carrier-demo") as provider:
        provider.call(asterisk.settings.provider_number, f"<sip:{PROVIDER}@127.0.0.1>")
        assert events.wait_for("QueueCallerJoin", Queue="operators")["CallerIDNum"] == PROVIDER
        provider.wait_answered()
        provider.hang_up()


def test_python_is_told_who_calls_the_providers_line(asterisk: RunningAsterisk) -> None:
    def say_goodbye(call: AgiCall) -> None:
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "goodbye"')
        call.close()

    with agi_server(asterisk.settings.agi_port, say_goodbye) as calls, asterisk.phone("carrier-demo") as provider:
        provider.call(asterisk.settings.provider_number, f"<sip:{PROVIDER}@127.0.0.1>")
        provider.wait_answered()
        provider.wait_hung_up()
        environment = calls[0].environment
        assert (environment["agi_network_script"], environment["agi_callerid"]) == ("provider_line", PROVIDER)
