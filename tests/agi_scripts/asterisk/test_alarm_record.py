"""What a real Asterisk tells of a real SOS is in the record within a second, and reads the same after an outage."""

import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from dispatch.alarms.following import AlarmFollower
from dispatch.alarms.program import run_alarms
from exchange.spool import Spool
from models.alarms import Alarm, AlarmStatus
from models.base import utc_now
from models.database import SessionMaker, session_maker
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.dispatch.alarm_story import written

pytestmark = pytest.mark.e2e


def fresh_database(template: Path, folder: Path, name: str) -> SessionMaker:
    shutil.copy(template, folder / name)
    return session_maker(f"sqlite:///{folder / name}")


def until(found: Callable[[], bool], within_s: float = 30) -> None:
    """Look again and again: a database tells nobody that it has changed."""
    deadline = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def live(
    asterisk: RunningAsterisk, migrated_sqlite: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[SessionMaker]:
    """The program, connected to Asterisk. Each press is an alarm of its own, whatever other tests left in the log."""
    sessions = fresh_database(migrated_sqlite, tmp_path, "live.db")
    settings = asterisk.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/live.db", "alarm_window_s": 0})
    stop = threading.Event()
    with caplog.at_level(logging.INFO):
        program = threading.Thread(target=run_alarms, args=(settings, stop))
        program.start()
        until(lambda: "connected to Asterisk's manager" in caplog.text)
        yield sessions
    stop.set()
    program.join(30)
    sessions.kw["bind"].dispose()


def newest(sessions: SessionMaker) -> Alarm | None:
    with sessions() as session:
        return session.scalar(select(Alarm).order_by(Alarm.id.desc()).limit(1).options(selectinload(Alarm.attempts)))


def test_an_sos_is_in_the_record_within_a_second_and_reads_the_same_after_an_outage(
    asterisk: RunningAsterisk, events: Events, live: SessionMaker, migrated_sqlite: Path, tmp_path: Path
) -> None:
    latencies_s = []

    def is_written(call_id: str, *statuses: AlarmStatus) -> bool:
        alarm = newest(live)
        return bool(alarm and alarm.channel_id == call_id and alarm.status in statuses)

    with registered_desk(asterisk, events, "desk-1") as desk, asterisk.phone(f"device-{DEVICE.id}") as phone:
        for _ in range(2):
            phone.call("sos")
            phone.wait_answered()
            call_id = events.wait_for("QueueCallerJoin", Queue="sos")["Uniqueid"]
            until(partial(is_written, call_id, AlarmStatus.RAISED))
            alarm = newest(live)
            assert alarm
            latencies_s.append((utc_now() - alarm.raised_at).total_seconds())
            desk.wait_ringing()
            desk.answer()
            until(partial(is_written, call_id, AlarmStatus.ANSWERED))
            phone.hang_up()
            desk.wait_hung_up()
            events.wait_for("Hangup", Uniqueid=call_id)
            for one in (desk, phone):
                one.messages.clear()
            events.seen.clear()
    assert min(latencies_s) < 1, latencies_s  # a busy machine may be late once
    until(lambda: all(attempt.recording_sha256 for attempt in (newest(live) or alarm).attempts))
    [attempt] = (newest(live) or alarm).attempts
    recording = asterisk.settings.recordings_dir / attempt.recording
    assert hashlib.sha256(recording.read_bytes()).hexdigest() == attempt.recording_sha256
    assert {line[1] for line in written(live)[-1][0]} == {"raised", "rung", "answered", "hung_up", "left", "recorded"}

    later = fresh_database(migrated_sqlite, tmp_path, "later.db")
    AlarmFollower(later, Spool(asterisk.settings.asterisk_dir / "log/cel-custom/events.csv"), timedelta()).read_on()
    for then, now in zip(written(live)[-2:], written(later)[-2:], strict=True):
        history, *rest = then
        assert ([line for line in history if line[1] != "recorded"], *rest) == now
    later.kw["bind"].dispose()
