"""When an alarm's call is over its recording is hashed; its end is seen even where it was never told."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.alarms.lines import LineCheck, LinesUp, end_forgotten
from dispatch.alarms.recordings import keep_recordings
from exchange.ami import AsteriskManager
from models.alarms import AlarmAttempt
from models.database import SessionMaker
from tests.dispatch.alarm_facts import FIRST, SECOND, Press, happened, later
from tests.exchange.fake_manager import FakeManager


def attempt(sessions: SessionMaker, channel_id: str = FIRST) -> AlarmAttempt:
    with sessions() as session:
        return session.scalars(select(AlarmAttempt).where(AlarmAttempt.channel_id == channel_id)).one()


def end(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        session.get_one(AlarmAttempt, 1).ended_at = later(60)


def test_a_finished_recording_is_hashed_once(sessions: SessionMaker, press: Press, tmp_path: Path) -> None:
    press()
    (tmp_path / f"{FIRST}.wav").write_bytes(b"RIFF")
    assert keep_recordings(sessions, tmp_path, later(30)) == 0
    end(sessions)
    assert [keep_recordings(sessions, tmp_path, later(now_s)) for now_s in (61, 63, 70)] == [0, 1, 0]
    assert attempt(sessions).recording_sha256 == hashlib.sha256(b"RIFF").hexdigest()
    assert happened(sessions) == ["raised", "recorded"]


def test_a_recording_that_is_not_there_is_given_up_after_an_hour(
    sessions: SessionMaker, press: Press, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    press()
    end(sessions)
    assert keep_recordings(sessions, tmp_path, later(3000)) == 0
    assert attempt(sessions).recording == f"{FIRST}.wav"
    assert keep_recordings(sessions, tmp_path, later(4000)) == 0
    assert attempt(sessions).recording == ""
    assert "there is no recording" in caplog.text


def test_a_call_that_is_up_no_more_has_ended(sessions: SessionMaker, press: Press) -> None:
    press(FIRST)
    press(SECOND, after_s=20)
    end_forgotten(sessions, LinesUp(later(10), frozenset()))
    end_forgotten(sessions, LinesUp(later(40), frozenset({SECOND})))
    assert attempt(sessions, FIRST).ended_at == later(10)
    assert attempt(sessions, SECOND).ended_at is None
    assert happened(sessions) == ["raised", "hung_up", "pressed_again"]


def test_asterisk_is_asked_which_calls_are_up_while_an_alarm_is_open(sessions: SessionMaker, press: Press, clock: Any) -> None:
    asterisk = FakeManager()
    manager = AsteriskManager("127.0.0.1", asterisk.port, "linli", "secret")
    check = LineCheck(manager, sessions, clock)
    told = threading.Event()
    manager.on("CoreShowChannelsComplete", lambda event: told.set())
    manager.start()
    assert manager.wait_connected(30)
    check.check()
    press()
    clock.advance(10)
    check.check()
    asterisk.wait_for("CoreShowChannels")
    asterisk.event(Event="CoreShowChannel", Uniqueid="1.9")
    asterisk.event(Event="CoreShowChannelsComplete")
    assert told.wait(60)
    clock.advance(5)
    check.check()
    assert attempt(sessions).ended_at == later(10)
    clock.advance(60)
    check.check()
    manager.close()
    asterisk.close()
    assert [action["Action"] for action in asterisk.actions].count("CoreShowChannels") == 1
