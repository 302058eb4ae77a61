"""A resident is put through to their family: the exchange rings them one after the other, and a person when nobody answers."""

import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server

pytestmark = pytest.mark.e2e

RESIDENT = "13800000001"
SON, DAUGHTER = "13900000001", "13900000002"


def ask_for(*numbers: str) -> Callable[[AgiCall], None]:
    """What Python says of a resident who wants these numbers of their family."""

    def put_through(call: AgiCall) -> None:
        call.ask("ANSWER")
        for place, number in enumerate(numbers, start=1):
            call.ask(f'SET VARIABLE LINLI_FAMILY_{place} "{number}"')
        call.ask('SET VARIABLE LINLI_WHO_CALLS "ab12"')
        call.ask('SET VARIABLE LINLI_OUTCOME "family"')
        call.close()

    return put_through


@contextmanager
def calling(asterisk: RunningAsterisk, *numbers: str) -> Iterator[SipPhone]:
    """A resident who has just asked for these members of their family."""
    with agi_server(asterisk.settings.agi_port, ask_for(*numbers)), asterisk.phone("carrier-demo") as resident:
        resident.call(asterisk.settings.hotline_number, f"<sip:{RESIDENT}@127.0.0.1>")
        resident.wait_answered()
        yield resident


@pytest.fixture
def family(asterisk: RunningAsterisk) -> Iterator[SipPhone]:
    """Every telephone that Linli can call."""
    with registered(asterisk.phone("carrier-demo")) as phone:
        yield phone


@pytest.fixture
def words(asterisk: RunningAsterisk) -> Iterator[Path]:
    """What the family hears first, here a second of noise."""
    path = asterisk.settings.data_dir / "sounds/linli/who-ab12.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x10\x00\xf0" * 4000)
    yield path
    path.unlink()


def test_the_family_is_rung_hears_who_calls_and_talks_after_pressing_one(
    asterisk: RunningAsterisk, events: Events, family: SipPhone, words: Path
) -> None:
    with calling(asterisk, SON) as resident:
        invite = family.wait_ringing()
        assert invite.start.split()[1].startswith(f"sip:{SON}@")
        assert asterisk.settings.hotline_number in invite["From"]
        assert RESIDENT not in invite["From"]
        resident.wait_sound()  # it rings
        family.answer()
        family.wait_sound(family.answered_at)
        family.press("1")
        events.wait_for("BridgeEnter", BridgeNumChannels="2")
        resident.hang_up()
        family.wait_hung_up()


def test_one_who_is_engaged_is_followed_by_the_next_and_then_by_a_person(
    asterisk: RunningAsterisk, events: Events, family: SipPhone, words: Path
) -> None:
    with calling(asterisk, SON, DAUGHTER) as resident:
        family.decline()
        family.wait_for(lambda message: message.start.startswith(f"INVITE sip:{DAUGHTER}@"))
        family.reply(family.ringing, "486 Busy Here")
        joined = events.wait_for("QueueCallerJoin", Queue="operators")
        assert joined["CallerIDNum"] == RESIDENT
        resident.hang_up()


@pytest.mark.parametrize("numbers", [(), (SON,), ("${SHELL(touch /tmp/linli-was-here)}",)])
def test_without_a_telephone_that_can_be_rung_a_person_comes_at_once(
    asterisk: RunningAsterisk, events: Events, numbers: tuple[str, ...]
) -> None:
    with calling(asterisk, *numbers) as resident:
        events.wait_for("QueueCallerJoin", within_s=10, Queue="operators")
        resident.hang_up()


def test_a_resident_who_hangs_up_stops_the_ringing(asterisk: RunningAsterisk, family: SipPhone) -> None:
    with calling(asterisk, SON) as resident:
        family.wait_ringing()
        resident.hang_up()
        family.wait_for(lambda message: message.start.startswith("CANCEL"))
