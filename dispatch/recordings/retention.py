"""Retention: recordings are deleted when they have been kept for as long as the site wants; rows and words stay."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from audio.sealing import find_recording
from models.alarms import Alarm, AlarmAttempt
from models.calls import Call, Recording
from models.database import SessionMaker
from models.follow_ups import Complaint
from models.orders import Order
from models.settings import Settings
from models.voice_mails import VoiceMail

log = logging.getLogger(__name__)

AT_A_TIME = 200
EVERY = timedelta(hours=1)
GONE = "deleted-"  # before a voice mail's id, where its file was

Row = TypeVar("Row", Recording, VoiceMail)


class RetentionRound:
    """Looks every hour for what has been kept long enough."""

    def __init__(self, settings: Settings, sessions: SessionMaker) -> None:
        self._settings, self._sessions = settings, sessions
        self._next_at: datetime | None = None

    def delete_old_recordings(self, now: datetime) -> None:
        """A round of the sweep; what is more than a round deletes follows in the next."""
        if self._next_at and now < self._next_at:
            return
        deleted = delete_old_recordings(self._settings, self._sessions, now)
        self._next_at = now if deleted else now + EVERY


def delete_old_recordings(settings: Settings, sessions: SessionMaker, now: datetime) -> int:
    """Delete files first and then what names them, so that a row that is left leads to no file and is deleted next time.

    An alarm's recordings, and those of a call about whose order there was a complaint, are kept for longer.
    """
    routine, long = (now - timedelta(days=days) for days in (settings.recordings_days, settings.recordings_sos_days))
    with sessions.begin() as session:
        rows: list[Recording | VoiceMail | AlarmAttempt] = [
            *session.scalars(_old(Recording, Recording.made_at, routine, long)),
            *session.scalars(_old(VoiceMail, VoiceMail.left_at, routine, long).where(VoiceMail.path.not_like(f"{GONE}%"))),
            *session.scalars(
                select(AlarmAttempt)
                .where(AlarmAttempt.recording != "", AlarmAttempt.began_at < long)
                .order_by(AlarmAttempt.id)
                .limit(AT_A_TIME)
            ),
        ]
        for row in rows:
            _delete(session, settings.recordings_dir, row)
    return len(rows)


def _old(model: type[Row], at: InstrumentedAttribute[datetime], routine: datetime, long: datetime) -> Select[Row]:
    """Those of calls that ended before the one date, or the other where somebody may still ask."""
    of_alarm = exists().where(AlarmAttempt.channel_id == Call.channel_id) | exists().where(Alarm.call_id == Call.id)
    ordered_in = exists().where(Order.call_id == Call.id, Complaint.order_id == Order.id)
    disputed = exists().where(Complaint.call_id == Call.id) | ordered_in
    old = (at < long) | ((at < routine) & ~of_alarm & ~disputed)
    return select(model).join(model.call).where(old).order_by(model.id).limit(AT_A_TIME)


def _delete(session: Session, folder: Path, row: Recording | VoiceMail | AlarmAttempt) -> None:
    name = row.recording if isinstance(row, AlarmAttempt) else row.path
    if found := find_recording(folder / Path(name).name):
        found.unlink()
    log.info("recording %s deleted: kept for as long as it was to be", Path(name).name)
    if isinstance(row, Recording):
        session.delete(row)
    elif isinstance(row, VoiceMail):
        row.path = f"{GONE}{row.id}"  # the words stay
    else:
        row.recording = ""  # its hash stays
