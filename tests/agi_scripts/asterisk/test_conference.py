"""A third person is called into an SOS: real telephones, and what each of them hears."""

import csv
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from dispatch.alarms.following import AlarmFollower
from exchange.ami import AsteriskManager
from exchange.conference import Conference
from exchange.desk_calls import DeskCalls
from exchange.obstacles import CannotAct, Obstacle
from exchange.spool import Spool
from exchange.switchboard import Switchboard
from linli.softphone import Call, Identity, Softphone, WaitedTooLong
from models.alarms import Alarm
from models.database import session_maker
from models.secrets import own_secret
from operator_console.alarm_story import lines_of_talking
from tests.agi_scripts.asterisk.joined import hears, wait_until_joined
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.desk_manager import desk_manager

pytestmark = pytest.mark.e2e

DAUGHTER = "13900000001"


@pytest.fixture
def manager(asterisk: RunningAsterisk) -> Iterator[AsteriskManager]:
    with desk_manager(asterisk.settings) as manager:
        yield manager


@pytest.fixture
def conference(manager: AsteriskManager) -> Conference:
    return Conference(Switchboard(manager))


@dataclass
class Sos:
    """A resident who has pressed the red key, and who answers them."""

    switchboard: Switchboard
    phones: dict[str, Softphone]
    resident: Call
    operators: list[Call] = field(default_factory=list)
    call_id: str = ""

    def answered(self) -> Call:
        """The operator's end of it once their telephone has rung and both talk."""
        operator = self.phones["desk"].wait_incoming(30)
        operator.answer()
        wait_until_joined(self.switchboard, self.call_id)
        self.operators.append(operator)
        return operator


@pytest.fixture
def sos(asterisk: RunningAsterisk, events: Events, manager: AsteriskManager, phones: dict[str, Softphone]) -> Iterator[Sos]:
    """The red key was pressed just now; afterwards every telephone is free again."""
    sos = Sos(Switchboard(manager), phones, phones["resident"].dial("sos"))
    sos.call_id = events.wait_for("QueueCallerJoin", Queue="sos")["Uniqueid"]
    yield sos
    sos.resident.hang_up()
    for operator in sos.operators:
        operator.hang_up()
    wait_until_all_is_over(asterisk, phones["outside"])


def wait_until_all_is_over(asterisk: RunningAsterisk, outside: Softphone) -> None:
    """Refuse whatever still rings, so that it is not taken for a call of the next test."""
    deadline = time.monotonic() + 60
    while not asterisk.cli("core show channels count").startswith("0 active channels"):
        assert time.monotonic() < deadline, asterisk.cli("core show channels concise")
        with suppress(WaitedTooLong):
            outside.wait_incoming(0.1).decline()


def test_a_keyholder_is_called_in_and_whoever_leaves_the_resident_is_never_left_alone(
    asterisk: RunningAsterisk, conference: Conference, phones: dict[str, Softphone], sos: Sos
) -> None:
    call_id, resident, operator = sos.call_id, sos.resident, sos.answered()
    hears(operator, resident)
    conference.call_in(call_id, "17", DAUGHTER)
    daughter = phones["outside"].wait_incoming(30)
    assert daughter.number == asterisk.settings.hotline_number
    hears(resident, operator)
    with pytest.raises(CannotAct, match=Obstacle.ALREADY):
        conference.call_in(call_id, "17", DAUGHTER)
    daughter.answer()
    daughter.press("1")
    hears(daughter, resident)
    hears(resident, daughter)

    operator.hang_up()
    hears(resident, daughter)
    daughter.hang_up()
    sos.answered()
    lasted_s = resident.now_s
    resident.hang_up()
    wait_recorded(asterisk.settings.recordings_dir / f"{call_id}.wav", lasted_s - 0.7)
    wait_until_written(asterisk, call_id, ("LINLI_JOIN", f"17,{DAUGHTER}"), ("LINLI_JOINED", f"17,{DAUGHTER},ANSWER"))


def wait_recorded(recording: Path, seconds: float) -> None:
    """Wait until a recording is so long; its end is written a moment after the call's, of which Asterisk does not tell."""
    deadline = time.monotonic() + 30
    while recording.stat().st_size < seconds * 16_000:
        assert time.monotonic() < deadline, f"{recording.stat().st_size / 16_000} s were recorded of {seconds} s"
        time.sleep(0.02)


def wait_until_written(asterisk: RunningAsterisk, call_id: str, *lines: tuple[str, str]) -> None:
    """Wait until the spool says just this; a line is written a moment after what it tells."""
    deadline = time.monotonic() + 30
    while (found := written(asterisk, call_id)) != list(lines):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def written(asterisk: RunningAsterisk, call_id: str) -> list[tuple[str, str]]:
    """What the spool says of third persons in this call; their linked ids begin with the call's."""
    rows = csv.reader((asterisk.settings.asterisk_dir / "log/cel-custom/events.csv").read_text().splitlines())
    return [
        (row[1], json.loads(row[2])["extra"])
        for row in rows
        if row[1].startswith("LINLI_JOIN") and row[6].startswith(f"{call_id}-")
    ]


def test_a_third_person_who_does_not_come_leaves_the_two_as_they_are(
    asterisk: RunningAsterisk, events: Events, conference: Conference, phones: dict[str, Softphone], sos: Sos
) -> None:
    call_id, resident, operator = sos.call_id, sos.resident, sos.answered()
    refused = events.do(
        "Redirect", Channel=call_id, ExtraChannel="PJSIP/nobody", Context="conference", Exten="resident", Priority="1"
    )
    assert refused["Response"] == "Error"
    hears(operator, resident)
    conference.call_in(call_id, "120", "120")
    phones["outside"].wait_incoming(30).decline()
    events.wait_for("Hangup", Cause="17")
    hears(operator, resident)
    wait_until_written(asterisk, call_id, ("LINLI_JOIN", "120,120"), ("LINLI_JOIN_FAILED", "120,120,BUSY"))
    resident.hang_up()
    operator.wait_ended(30)  # nobody is there any more, and nobody is being called


def test_two_who_are_called_at_once_are_both_rung_and_the_call_stays_whole(
    conference: Conference, phones: dict[str, Softphone], sos: Sos
) -> None:
    call_id, resident, operator = sos.call_id, sos.resident, sos.answered()
    with ThreadPoolExecutor(2) as at_once:
        for calling in [at_once.submit(conference.call_in, call_id, number, number) for number in ("110", "120")]:
            calling.result()
    phones["outside"].wait_incoming(30).decline()  # one telephone plays both: it is engaged to the second
    hears(operator, resident)
    with pytest.raises(WaitedTooLong):
        phones["desk"].wait_incoming(0.1)


def test_who_answers_after_the_operator_has_gone_joins_the_resident_and_the_next_one(
    conference: Conference, phones: dict[str, Softphone], sos: Sos
) -> None:
    call_id, resident, operator = sos.call_id, sos.resident, sos.answered()
    conference.call_in(call_id, "120", "120")
    ambulance = phones["outside"].wait_incoming(30)
    operator.hang_up()
    again = sos.answered()
    ambulance.answer()
    hears(ambulance, resident)
    hears(again, ambulance)
    ambulance.hang_up()


def test_after_an_operator_has_asked_first_and_left_the_alarm_tells_who_is_there_and_is_rung_again_when_nobody_is(
    asterisk: RunningAsterisk,
    phones: dict[str, Softphone],
    sos: Sos,
    migrated_sqlite: Path,
) -> None:
    desk_calls = DeskCalls(sos.switchboard, Conference(sos.switchboard))
    call_id, resident, operator = sos.call_id, sos.resident, sos.answered()
    there = partial(wait_until_told, asterisk, migrated_sqlite, call_id)
    desk_calls.ask_aside(call_id, 2001, 1, DAUGHTER, "sos", who="17")
    daughter = phones["outside"].wait_incoming(30)
    daughter.answer()
    daughter.press("1")
    hears(operator, daughter)
    there("desk-1", "17")
    desk_calls.complete(call_id, 1)
    operator.wait_ended(30)
    hears(resident, daughter)
    hears(daughter, resident)
    there("17")
    daughter.hang_up()

    again = sos.answered()
    desk_calls.ask_aside(call_id, 2002, 1, "120", "", who="120")
    ambulance = phones["outside"].wait_incoming(30)
    again.hang_up()  # before anybody has come
    hears(sos.answered(), resident)
    there("desk-1")
    ambulance.decline()

    server = f"127.0.0.1:{asterisk.settings.sip_port}"
    with Softphone(server, Identity("desk-2", own_secret(asterisk.settings, "desk-2"))) as colleague:
        colleague.register()
        desk_calls.ask_aside(call_id, 2003, 1, "seat-2", "", who="operator-2")
        second = colleague.wait_incoming(30)
        second.answer()
        hears(sos.operators[-1], second)
        desk_calls.complete(call_id, 1)
        hears(resident, second)
        there("desk-2")
        second.hang_up()
        hears(sos.answered(), resident)
    assert written(asterisk, call_id)[:3] == [
        ("LINLI_JOIN", f"17,{DAUGHTER}"),
        ("LINLI_JOINED", f"17,{DAUGHTER},ANSWER"),
        ("LINLI_JOIN", "120,120"),
    ]


def wait_until_told(asterisk: RunningAsterisk, template: Path, call_id: str, *there: str) -> None:
    """Wait until the record says that these are on the line; the file is written a moment after it has happened."""
    deadline = time.monotonic() + 30
    while (told := who_is_there(asterisk, template, call_id)) != list(there):
        assert time.monotonic() < deadline, told


def who_is_there(asterisk: RunningAsterisk, template: Path, call_id: str) -> list[object]:
    """Whom the alarm's record, made anew of what is written by now, has on the line with the resident."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "now.db")
        sessions = session_maker(f"sqlite:///{folder}/now.db")
        AlarmFollower(sessions, Spool(asterisk.settings.asterisk_dir / "log/cel-custom/events.csv"), timedelta()).read_on()
        with sessions() as session:
            alarm = session.scalars(select(Alarm).where(Alarm.channel_id == call_id)).one()
            there = [line.details["who"] for line in lines_of_talking(alarm)]
        sessions.kw["bind"].dispose()
    return there


def test_nobody_is_called_in_where_nobody_talks(conference: Conference, phones: dict[str, Softphone], sos: Sos) -> None:
    with pytest.raises(CannotAct, match=Obstacle.OVER):
        conference.call_in("1790000000.1", "17", DAUGHTER)
    ringing = phones["desk"].wait_incoming(30)
    with pytest.raises(CannotAct, match=Obstacle.NOBODY):
        conference.call_in(sos.call_id, "17", DAUGHTER)
    sos.resident.hang_up()
    ringing.wait_ended(30)


@pytest.mark.parametrize(
    "action",
    [
        {"Action": "Originate", "Channel": "Local/s@sos", "Application": "System", "Data": "true"},
        {"Action": "Originate", "Channel": "Local/s@sos", "Application": "AGI", "Data": "true"},
        {"Action": "Command", "Command": "core show channels"},
        {"Action": "UpdateConfig", "SrcFilename": "manager.conf", "DstFilename": "manager.conf"},
    ],
)
def test_the_desk_s_manager_account_reaches_no_shell(manager: AsteriskManager, action: dict[str, str]) -> None:
    answer = manager.send_action(action)
    assert answer.get_header("Message") in ("Permission denied", "Originate Access Forbidden: app or data blacklisted")
