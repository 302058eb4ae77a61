"""`python -m dispatch alarms`: alarms are written down as Asterisk tells of them, or later, whatever was down meanwhile."""

import logging
import threading
import time
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from dispatch.alarms.due import mark_unanswered
from dispatch.alarms.following import AlarmFollower
from dispatch.alarms.lines import LineCheck
from dispatch.alarms.raising import link_calls
from dispatch.alarms.recordings import keep_recordings
from exchange.ami import AsteriskManager
from exchange.spool import Spool
from models.base import utc_now
from models.database import SessionMaker, session_maker
from models.secrets import own_secret
from models.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
# The manager may tell of an event before its line is in the file.
LINE_WITHIN_S = 0.05
DUE_EVERY_S = 2.0


def run_alarms(settings: Settings, stop: threading.Event) -> None:
    """Follow the event log until `stop`: when Asterisk's manager tells of an alarm, and every second without it."""
    sessions = session_maker(settings.database)
    spool = Spool(settings.asterisk_dir / "log/cel-custom/events.csv")
    follower = AlarmFollower(sessions, spool, timedelta(seconds=settings.alarm_window_s))
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli", own_secret(settings, "ami"))
    nudge = threading.Event()
    manager.on("CEL", lambda event: nudge.set() if _concerns_alarms(event) else None)
    lines = LineCheck(manager, sessions, utc_now)
    manager.start()
    due_at, troubled = time.monotonic(), False
    while not stop.is_set():
        try:
            follower.read_on()
            if time.monotonic() >= due_at:
                _see_what_is_due(sessions, settings, lines)
                due_at = time.monotonic() + DUE_EVERY_S
        except (SQLAlchemyError, OSError) as error:
            if not troubled:
                log.error("alarms wait in the event log, which cannot be brought into the database: %s", type(error).__name__)
            troubled = True
        else:
            if troubled:
                log.warning("the event log is read again")
            troubled = False
        if nudge.wait(LOOK_EVERY_S):
            nudge.clear()
            stop.wait(LINE_WITHIN_S)
    manager.close()
    sessions.kw["bind"].dispose()


def _concerns_alarms(event: Any) -> bool:
    name = str(event.get_header("EventName", ""))
    return name == "BRIDGE_ENTER" or name.startswith("LINLI_")


def _see_what_is_due(sessions: SessionMaker, settings: Settings, lines: LineCheck) -> None:
    lines.check()
    with sessions() as session:
        link_calls(session)
        mark_unanswered(session, utc_now())
    keep_recordings(sessions, settings.recordings_dir, utc_now())
