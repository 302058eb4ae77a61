"""An alarm's recordings: once finished, each is hashed, so that what is heard later is known to be what was recorded."""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from audio.sealing import SealError, open_recording
from dispatch.alarms.finding import lock_attempt
from models.alarms import AlarmAttempt, AlarmHappened
from models.database import SessionMaker

log = logging.getLogger(__name__)

# Asterisk writes the last of a recording a moment after the line has ended.
FINISHED_AFTER = timedelta(seconds=2)
LOST_AFTER = timedelta(hours=1)


def keep_recordings(sessions: SessionMaker, folder: Path, now: datetime) -> int:
    """Hash what has been finished since the last time, and commit; return how many recordings were."""
    with sessions() as session:
        ended = select(AlarmAttempt).where(
            AlarmAttempt.ended_at < now - FINISHED_AFTER, AlarmAttempt.recording != "", AlarmAttempt.recording_sha256 == ""
        )
        waiting = [(one.channel_id, one.recording, one.ended_at) for one in session.scalars(ended)]
    kept = 0
    for channel_id, name, ended_at in waiting:
        digest = _hash(folder / Path(name).name)  # outside of any session: a long recording takes a while
        with sessions() as session:
            if digest:
                kept += _keep(session, channel_id, digest, now)
            elif ended_at and ended_at < now - LOST_AFTER:
                _give_up(session, channel_id)
    return kept


def _hash(path: Path) -> str:
    try:
        with open_recording(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, SealError):
        return ""


def _keep(session: Session, channel_id: str, digest: str, now: datetime) -> bool:
    attempt = lock_attempt(session, channel_id)
    if attempt is None or attempt.recording_sha256:
        return False
    attempt.recording_sha256 = digest
    attempt.alarm.record(AlarmHappened.RECORDED, now, "linli", recording=attempt.recording, sha256=digest)
    session.commit()
    return True


def _give_up(session: Session, channel_id: str) -> None:
    attempt = lock_attempt(session, channel_id)
    if attempt:
        log.error("alarm %s: there is no recording %s", attempt.alarm_id, attempt.recording)
        attempt.recording = ""
    session.commit()
