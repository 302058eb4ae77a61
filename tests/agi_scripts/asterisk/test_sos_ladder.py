"""Nobody answers a call for help at first: it goes from rung to rung and around again, and is never dropped."""

import time
import wave
from collections.abc import Iterator

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered, registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.sos_story import DUTY, KEYHOLDERS, RED_KEY, kept, rows, story
from tests.e2e.town import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def outside(ladder: RunningAsterisk) -> Iterator[SipPhone]:
    """Every telephone that Linli can call."""
    with registered(ladder.phone("carrier-demo")) as phone:
        yield phone


@pytest.fixture
def keyholders(ladder: RunningAsterisk) -> Iterator[None]:
    """The resident's three keyholders."""
    with kept(ladder, keyholders={str(DEVICE.id): "-".join(KEYHOLDERS)}):
        yield


@pytest.fixture
def words(ladder: RunningAsterisk) -> Iterator[None]:
    """The words that help is coming, here a second of noise, much louder than the ringing."""
    path = ladder.settings.data_dir / "sounds/linli/sos_help_coming.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x60\x00\xa0" * 4000)
    yield
    path.unlink()


def times_of_words(phone: SipPhone) -> list[float]:
    """When the words began, in seconds since the first sound came."""
    loud = [at for at, level in phone.loudness if level > 15_000]
    starts = [at for before, at in zip([0.0, *loud], loud, strict=False) if at - before > 0.5]
    return [at - phone.loudness[0][0] for at in starts]


def linked_id(events: Events) -> str:
    """The name under which all that comes of the call for help is told."""
    return events.wait_for("UserEvent", UserEvent="LinliSOS")["Linkedid"]


def rungs(ladder: RunningAsterisk, call: str) -> list[str]:
    """Who was rung so far, one after the other."""
    return [text for name, text in story(ladder, call) if name == "RUNG"]


def test_it_climbs_every_rung_and_around_again_while_a_silent_resident_hears_that_help_is_coming(
    ladder: RunningAsterisk, ladder_events: Events, outside: SipPhone, keyholders: None, words: None
) -> None:
    with registered_desk(ladder, ladder_events, "desk-1") as desk:
        ladder.cli("queue pause member PJSIP/desk-1")  # rings from the second rung on
        with ladder.phone(RED_KEY, sends_sound=False) as resident:
            resident.call("sos")
            resident.wait_answered()
            call = linked_id(ladder_events)
            desk.wait_ringing()
            for number in (DUTY, *KEYHOLDERS):
                outside.wait_ringing(number=number)
            with resident.arrived:
                assert resident.arrived.wait_for(lambda: len(times_of_words(resident)) == 2, 30)
            begun = times_of_words(resident)
            eventually(lambda: len(rungs(ladder, call)) >= 7)
            resident.hang_up()
        ladder.cli("queue unpause member PJSIP/desk-1")
        outside_numbers = [f"keyholder-{place},{number}" for place, number in enumerate(KEYHOLDERS, 1)]
        expected = ["operators", "everybody", f"mobile,{DUTY}", *outside_numbers]
        assert rungs(ladder, call)[:7] == [*expected, "operators"]
        assert story(ladder, call)[:3] == [("SOS", str(DEVICE.id)), ("RUNG", "operators"), ("RUNG_OVER", "operators,TIMEOUT")]
        assert ("RUNG_OVER", f"keyholder-3,{KEYHOLDERS[2]},NOANSWER") in story(ladder, call)
        assert begun[0] < 0.5
        assert 8 < begun[1] - begun[0] < 20  # a second of words, ten of ringing, whatever rung it is
        assert {row[7] for row in rows(ladder, call) if row[5] == call} == {DEVICE.number}


def test_a_cascade_ends_at_the_third_person_who_alone_presses_one(
    ladder: RunningAsterisk, ladder_events: Events, outside: SipPhone, keyholders: None
) -> None:
    nobody, voicemail, neighbour = KEYHOLDERS
    with ladder.phone(RED_KEY) as resident:
        resident.call("sos")
        resident.wait_answered()
        call = linked_id(ladder_events)
        outside.wait_ringing(number=voicemail)
        outside.answer()  # and presses nothing
        outside.wait_ringing(number=neighbour)
        assert ladder.settings.hotline_number in outside.ringing["From"]
        assert DEVICE.number not in outside.ringing["From"] + outside.ringing["P-Asserted-Identity"]
        outside.answer()
        assert ladder_events.lacks("BridgeEnter")
        outside.press("1")
        ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
        outside.wait_heard(5.2)
        outside.hang_up()
        resident.wait_hung_up()  # by a person: nobody is rung again
    told = story(ladder, call)
    assert told[-2:] == [("RUNG", f"keyholder-3,{neighbour}"), ("ACCEPTED", f"keyholder-3,{neighbour}")]
    assert ("RUNG_OVER", f"keyholder-1,{nobody},NOANSWER") in told
    assert ("RUNG_OVER", f"keyholder-2,{voicemail},NOKEY") in told


def test_without_a_phone_that_could_ring_the_line_stays_open(ladder: RunningAsterisk, ladder_events: Events) -> None:
    with ladder.phone(RED_KEY) as resident:
        resident.call("sos")
        resident.wait_answered()
        call = linked_id(ladder_events)
        for _ in range(2):
            ladder_events.wait_for("QueueCallerJoin", Queue="sos")
            ladder_events.wait_for("QueueCallerLeave", Queue="sos")
            ladder_events.seen.clear()
        resident.hang_up()
    assert story(ladder, call).count(("RUNG", "operators")) >= 2


def test_an_operator_s_phone_that_loses_power_is_followed_by_another(ladder: RunningAsterisk, ladder_events: Events) -> None:
    with ladder.phone(RED_KEY) as resident, ladder.phone("desk-2") as lost:
        assert lost.register() == 200
        lost.messages.clear()
        resident.call("sos")
        resident.wait_answered()
        lost.wait_ringing()
        lost.answer()
        ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
        began = time.monotonic()
        with lost.without_power(), registered_desk(ladder, ladder_events, "desk-1") as desk:
            desk.wait_ringing()
            print(f"the next phone rings {time.monotonic() - began:.1f} s after the first was lost")
            desk.answer()
            ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
            resident.hang_up()
            desk.wait_hung_up()
        assert lost.register(expires_s=0) == 200


def test_whoever_hangs_up_within_five_seconds_has_not_helped(ladder: RunningAsterisk, ladder_events: Events) -> None:
    with registered_desk(ladder, ladder_events, "desk-1") as desk, ladder.phone(RED_KEY) as resident:
        resident.call("sos")
        resident.wait_answered()
        desk.wait_ringing()
        desk.answer()
        ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
        desk.hang_up()
        desk.messages.clear()
        desk.wait_ringing()
        assert not [one for _, one in resident.messages if one.start.startswith("BYE")]
        resident.hang_up()
