"""The family keys ring the resident's family by themselves, with Python down; a voicemail is nobody; a person comes at last."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from agi_scripts.watching import CallWatch
from exchange.ami import AsteriskManager
from models.calls import Call, CallStatus
from models.database import SessionMaker, session_maker
from models.devices import Device
from models.secrets import own_secret
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.sos_story import RED_KEY, kept
from tests.dispatch.facts import add_community
from tests.e2e.town import eventually

pytestmark = pytest.mark.e2e

SON, DAUGHTER, SISTER = "13900000021", "13900000022", "13900000023"
LANDLINE = "057188000002"


@pytest.fixture
def family(ladder: RunningAsterisk) -> Iterator[SipPhone]:
    """A family of two, and a sister who has the second key only; all their telephones."""
    known = {"family": {str(DEVICE.id): f"{SON}-{DAUGHTER}"}, "keys": {str(DEVICE.id): f"{SON}-{SISTER}--"}}
    with kept(ladder, **known), registered(ladder.phone("carrier-demo")) as phone:
        yield phone


@pytest.mark.parametrize(
    ("key", "rung"),
    [
        ("family", [SON, DAUGHTER]),
        ("family1", [SON, DAUGHTER]),
        ("family2", [SISTER, SON, DAUGHTER]),
        ("family4", [SON, DAUGHTER]),
    ],
)
def test_a_key_rings_its_own_person_first_then_the_family_and_then_an_operator(
    ladder: RunningAsterisk, ladder_events: Events, family: SipPhone, key: str, rung: list[str]
) -> None:
    with ladder.phone(RED_KEY) as resident:
        resident.call(key)
        resident.wait_answered()
        for number in rung:
            family.wait_ringing(number=number)
            family.reply(family.ringing, "486 Busy Here")
        ladder_events.wait_for("QueueCallerJoin", Queue="operators", CallerIDNum=DEVICE.number)
        resident.hang_up()
    assert [one.start.split()[1][4:15] for _, one in family.messages if one.start.startswith("INVITE")] == rung


def test_a_voicemail_is_followed_by_the_next_who_presses_one_and_talks(
    ladder: RunningAsterisk, ladder_events: Events, family: SipPhone
) -> None:
    with ladder.phone(RED_KEY) as resident:
        resident.call("family1")
        resident.wait_answered()
        resident.wait_sound()  # it rings
        family.wait_ringing(number=SON)
        family.answer()  # his voicemail
        family.wait_ringing(number=DAUGHTER)
        assert ladder_events.lacks("BridgeEnter")
        family.answer()
        family.press("1")
        ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
        resident.wait_heard(0.2)
        family.wait_heard(0.2)
        family.hang_up()
        resident.wait_hung_up()
    assert ladder_events.lacks("QueueCallerJoin")


def test_who_is_asked_to_press_one_is_released_when_the_resident_hangs_up(ladder: RunningAsterisk, family: SipPhone) -> None:
    with ladder.phone(RED_KEY) as resident:
        resident.call("family1")
        resident.wait_answered()
        family.wait_ringing(number=SON)
        family.answer()
        resident.hang_up()
        family.wait_hung_up(5)  # not only after twice asking


def test_a_telephone_that_is_lost_while_they_talk_brings_an_operator(
    ladder: RunningAsterisk, ladder_events: Events, family: SipPhone
) -> None:
    with ladder.phone(RED_KEY) as resident:
        resident.call("family")
        resident.wait_answered()
        family.wait_ringing(number=SON)
        family.answer()
        family.press("1")
        ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
        family.hang_up(reason="Q.850;cause=41")  # the mobile network gave up
        ladder_events.wait_for("QueueCallerJoin", Queue="operators")
        resident.hang_up()


def test_the_call_has_a_file_from_the_key_to_the_end(ladder: RunningAsterisk, family: SipPhone, sessions: SessionMaker) -> None:
    manager = AsteriskManager("127.0.0.1", ladder.settings.ami_port, "linli", own_secret(ladder.settings, "ami"))
    watch = CallWatch(manager, sessions)
    watch.start()
    manager.start()
    with closing(manager), ladder.phone(RED_KEY) as resident:
        assert manager.wait_connected(20)
        resident.call("family1")
        family.wait_ringing(number=SON)
        eventually(lambda: call_of(sessions).outcome == "family")
        assert call_of(sessions).device_id == DEVICE.id
        resident.wait_answered()
        resident.hang_up()
        eventually(lambda: call_of(sessions).status is CallStatus.ENDED)
    watch.stop()


def call_of(sessions: SessionMaker) -> Call:
    """The only call's file, or an empty one before it is there."""
    with sessions() as session:
        return session.scalar(select(Call)) or Call(outcome="")


@pytest.fixture
def sessions(tmp_path: Path, migrated_sqlite: Path) -> Iterator[SessionMaker]:
    """A database that knows the one-key phone."""
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    maker = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    resident_id = add_community(maker).resident_id
    with maker.begin() as session:
        session.add(Device(id=DEVICE.id, resident_id=resident_id, number=DEVICE.number, model="", place="", secret=""))
    yield maker
    maker.kw["bind"].dispose()


def test_a_speed_dial_key_of_a_plain_telephone_rings_the_family_of_its_number(ladder: RunningAsterisk) -> None:
    known = {"family": {f"n{LANDLINE}": DAUGHTER}}
    with (
        kept(ladder, **known),
        registered(ladder.phone("carrier-demo")) as family,
        ladder.phone("carrier-demo") as resident,
    ):
        resident.call("96119", f"<sip:+86{LANDLINE[1:]}@127.0.0.1>")
        resident.wait_answered()
        family.wait_ringing(number=DAUGHTER)
        assert LANDLINE not in family.ringing["From"]
        resident.hang_up()
