"""Sealing: a finished recording is encrypted at rest. What may still be written is left alone."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from audio.sealing import ENDING, SealError, find_recording, seal
from audio.sealing_keys import KEY_BYTES
from models.alarms import AlarmAttempt
from models.calls import Call, Recording
from models.database import SessionMaker
from models.secrets import own_secret
from models.settings import Settings
from models.voice_mails import VoiceMail

log = logging.getLogger(__name__)

AT_A_TIME = 50
# A file that is not there so long after its call was never written, or is gone.
LOST_AFTER = timedelta(hours=1)


class Finished(NamedTuple):
    """A row whose recording is finished and not sealed."""

    model: type[Recording | VoiceMail | AlarmAttempt]
    row_id: int
    path: str
    ended_at: datetime | None


def seal_recordings(settings: Settings, sessions: SessionMaker, now: datetime) -> None:
    """Seal what has been finished, the oldest first, and commit."""
    own_secret(settings, "recordings", KEY_BYTES)
    with sessions() as session:
        finished = list(_finished(session, now - timedelta(seconds=settings.seal_after_s)))
    sealed = 0
    for one in finished:  # outside of any session: a long recording takes a while
        done = _seal(settings.recordings_dir / Path(one.path).name)
        sealed += done is True
        if done or (done is None and one.ended_at is not None and one.ended_at < now - LOST_AFTER):
            with sessions.begin() as session:
                session.execute(update(one.model).where(one.model.id == one.row_id).values(sealed_at=now))
    if sealed:
        log.info("sealed %d recordings", sealed)


def _seal(path: Path) -> bool | None:
    """Whether it is sealed now; None where there is no such file."""
    found = find_recording(path)
    if found is None:
        return None
    try:
        if found.suffix != ENDING:
            seal(path)
    except (OSError, SealError) as error:
        log.error("%s was not sealed: %s", path.name, error)
        return False
    return True


def _finished(session: Session, before: datetime) -> Iterator[Finished]:
    """An alarm's call is finished when its sound has been hashed, as what was recorded."""
    unhashed = exists().where(AlarmAttempt.recording == Recording.path, AlarmAttempt.recording_sha256 == "")
    calls = select(Recording.id, Recording.path, Call.ended_at).join(Recording.call)
    calls = calls.where(Recording.sealed_at.is_(None), Call.ended_at < before, ~unhashed)
    yield from (Finished(Recording, *row) for row in session.execute(calls.order_by(Recording.id).limit(AT_A_TIME)).all())
    mails = select(VoiceMail.id, VoiceMail.path, Call.ended_at).join(VoiceMail.call)
    mails = mails.where(VoiceMail.sealed_at.is_(None), VoiceMail.path != "", Call.ended_at < before)
    yield from (Finished(VoiceMail, *row) for row in session.execute(mails.order_by(VoiceMail.id).limit(AT_A_TIME)).all())
    attempts = select(AlarmAttempt.id, AlarmAttempt.recording, AlarmAttempt.ended_at)
    attempts = attempts.where(AlarmAttempt.sealed_at.is_(None), AlarmAttempt.recording_sha256 != "", AlarmAttempt.recording != "")
    attempts = attempts.where(AlarmAttempt.ended_at < before)
    rows = session.execute(attempts.order_by(AlarmAttempt.id).limit(AT_A_TIME)).all()
    yield from (Finished(AlarmAttempt, *row) for row in rows)
