"""Alarms are made of Asterisk's event log: the same ones, with the same times, whenever and however it is read."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from dispatch.alarms import raise_alarm
from dispatch.alarms.following import AlarmFollower
from exchange.spool import Spool
from models.alarms import Alarm, AlarmSource, SpoolPosition
from models.database import SessionMaker
from models.devices import Device
from models.residents import Contact, ContactRole
from tests.dispatch.alarm_story import (
    CALL,
    DAUGHTER,
    KEYHOLDER,
    NEIGHBOUR,
    ORDINARY,
    STORY,
    TOLD,
    WINDOW,
    WRITTEN,
    seconds,
    written,
)
from tests.dispatch.facts import Community
from tests.dispatch.test_races import at_once
from tests.exchange.event_log import BEGIN, Line


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


@pytest.fixture
def follow(sessions: SessionMaker, community: Community, path: Path) -> Callable[[], AlarmFollower]:
    """Make a follower, as a program that starts does."""
    with sessions.begin() as session:
        session.add(Device(resident_id=community.resident_id, number="057188886666", model="SOS-1", place="床头", secret="x"))
        near = {"resident_id": community.resident_id, "role": ContactRole.KEYHOLDER}
        session.add(Contact(name="张大妈", relation="邻居", number=NEIGHBOUR, call_order=1, **near))
    return lambda: AlarmFollower(sessions, Spool(path, rotated_at_bytes=1000), WINDOW)


def test_the_whole_story_of_an_alarm_is_told_from_the_log(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower]
) -> None:
    path.write_bytes(b"".join(STORY))
    follow().read_on()
    assert written(sessions) == WRITTEN


@pytest.mark.parametrize("seed", range(2))
def test_however_it_is_read_the_record_is_the_same(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower], seed: int
) -> None:
    """Torn lines, restarts, a log put aside, rubbish between the lines, and all of it once more at the end."""
    chance = random.Random(seed)
    follower, data = follow(), b"".join(chance.choice([b"", b"rubbish\n", b"\0\0\0"]) + line for line in STORY)
    while data:
        piece = chance.choice([90, 200, 2000])
        with path.open("ab") as file:
            file.write(data[:piece])
        data = data[piece:]
        if chance.random() < 0.5:
            follower.read_on()
        if chance.random() < 0.3:
            follower = follow()
    follower.read_on()
    assert written(sessions) == WRITTEN
    with sessions.begin() as session:
        session.query(SpoolPosition).delete()
    path.write_bytes(b"".join(STORY))
    follow().read_on()
    assert written(sessions) == WRITTEN


@contextmanager
def one_fault(sessions: SessionMaker, error: type[DBAPIError], at_statement: str, nth: int = 1) -> Iterator[list[str]]:
    """The database fails once, at the nth statement that holds these words; yields the statements that failed."""
    engine: Engine = sessions.kw["bind"]
    seen: list[str] = []
    failed: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def fail(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if at_statement in statement and not failed:
            seen.append(statement)
            if len(seen) == nth:
                failed.append(statement)
                raise error(statement, None, Exception("as a test wants"))

    yield failed
    event.remove(engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("nth", [1, 40])
def test_a_database_that_goes_away_in_the_middle_costs_nothing(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower], nth: int
) -> None:
    path.write_bytes(b"".join(STORY))
    follower = follow()
    with one_fault(sessions, OperationalError, " ", nth) as failed:
        with pytest.raises(OperationalError):
            follower.read_on()
        assert failed
        assert written(sessions) == []
        follower.read_on()
    assert written(sessions) == WRITTEN


def test_a_fault_in_a_detail_is_left_out_and_the_alarm_is_not(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower]
) -> None:
    path.write_bytes(b"".join(STORY))
    follower = follow()
    with one_fault(sessions, DataError, "FROM devices") as failed:
        follower.read_on()
    assert failed
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (seconds(alarm.raised_at), seconds(alarm.answered_at), alarm.reference) == (0.02, 31.5, "device-1")
        assert alarm.device_id == 1  # told with the next press


def test_one_event_that_cannot_be_told_holds_up_no_other(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower], caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"".join(STORY))
    follower = follow()
    with one_fault(sessions, DataError, "FROM contacts"):
        follower.read_on()
    assert "(LINLI_RUNG in call 1795312800.1) cannot be told" in caplog.text
    [(history, *_)] = written(sessions)
    assert history == [line for line in TOLD if line[0] != 20.05]


def test_two_programs_that_read_one_log_write_it_once(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower]
) -> None:
    path.write_bytes(b"".join(STORY[:12]))
    followers = [follow(), follow()]
    followers[0].read_on()
    path.write_bytes(b"".join(STORY))
    at_once(*(follower.read_on for follower in followers))
    assert written(sessions) == WRITTEN


def test_what_the_conversation_wrote_and_what_the_log_tells_is_one_alarm(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower]
) -> None:
    follower = follow()
    help_asked = [CALL.line(10, "LINLI_HELP"), CALL.line(10.01, "LINLI_RUNG", "operators"), CALL.line(20, "LINLI_HELP")]
    with sessions() as session:
        raise_alarm(session, CALL.unique_id, AlarmSource.WORDS, BEGIN + timedelta(seconds=9.9), words="我摔倒了", device_id=1)
    path.write_bytes(b"".join(help_asked))
    follower.read_on()
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.words, seconds(alarm.raised_at), len(alarm.attempts)) == ("我摔倒了", 9.9, 1)
        assert seconds(alarm.waiting[0].waiting_since) == 9.9


@pytest.mark.parametrize(
    ("line", "source", "number"),
    [
        (CALL.line(5, "LINLI_RUNG", "operators"), AlarmSource.KEY, "057188886666"),
        (KEYHOLDER.line(5, "LINLI_ACCEPTED", f"keyholder-1,{NEIGHBOUR}"), AlarmSource.NUMBER, ""),
        (Line("PJSIP/carrier-1", number=DAUGHTER).line(5, "LINLI_SOS"), AlarmSource.NUMBER, DAUGHTER),
        (CALL.line(5, "LINLI_SOS", "99999999999999999999"), AlarmSource.KEY, "057188886666"),
    ],
)
def test_whoever_is_rung_for_an_sos_there_is_an_alarm_also_where_its_line_was_lost(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower], line: bytes, source: AlarmSource, number: str
) -> None:
    path.write_bytes(line)
    follow().read_on()
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.channel_id, alarm.source, alarm.number) == (CALL.unique_id, source, number)


def test_when_whoever_answered_is_gone_the_resident_waits_again(
    sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower]
) -> None:
    path.write_bytes(b"".join(STORY[:13]))
    follower = follow()
    follower.read_on()
    with sessions() as session:
        assert session.scalars(select(Alarm)).one().waiting == []
    path.write_bytes(b"".join(STORY[:14]))
    follower.read_on()
    with sessions() as session:
        [waiting] = session.scalars(select(Alarm)).one().waiting
        assert seconds(waiting.waiting_since) == 40.1


def test_ordinary_calls_cost_no_transaction(sessions: SessionMaker, path: Path, follow: Callable[[], AlarmFollower]) -> None:
    path.write_bytes(STORY[0])
    follower = AlarmFollower(sessions, Spool(path), WINDOW)
    follower.read_on()
    begun: list[object] = []
    count = begun.append
    event.listen(sessions.kw["bind"], "begin", count)
    with path.open("ab") as file:
        for n in range(10):
            file.write(b"".join(ORDINARY.line(n * 100 + m, "BRIDGE_ENTER") for m in range(100)))
            file.flush()
            follower.read_on()
    event.remove(sessions.kw["bind"], "begin", count)
    assert path.stat().st_size > 100_000
    assert begun == []
