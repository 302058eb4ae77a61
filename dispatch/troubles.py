"""Jobs that keep failing: written down where a person looks, and ended when they fail no more."""

import logging
import traceback
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.troubles import Trouble

log = logging.getLogger(__name__)

# From so many failures on a job "keeps failing": the sweep has had it tried again, and in vain.
KEEPS_FAILING = 3
# A job that is still wanted is asked for by every sweep; one of which nothing was heard for so long fails no more.
QUIET_AFTER = timedelta(minutes=15)
_ERROR_AT_MOST = 200


def note_trouble(sessions: SessionMaker, job: str, subject_id: int, error: BaseException, now: datetime) -> None:
    """Count a failure of `job` for the row `subject_id`, and commit; a database that is down is logged, not raised."""
    try:
        try:
            _count(sessions, job, subject_id, error, now)
        except IntegrityError:  # another worker was first
            _count(sessions, job, subject_id, error, now)
    except SQLAlchemyError as fault:
        log.error("the trouble with %s %s cannot be written down: %s", job, subject_id, type(fault).__name__)


def end_quiet_troubles(session: Session, now: datetime) -> None:
    """End what has not failed again for a while; commits."""
    quiet = Trouble.ended_at.is_(None), Trouble.last_at < now - QUIET_AFTER
    if session.scalar(select(Trouble.id).where(*quiet).limit(1)) is not None:
        session.execute(update(Trouble).where(*quiet).values(ended_at=now, ended_by="dispatch"))
    session.commit()


def see_to(session: Session, trouble_id: int, by: str, now: datetime) -> None:
    """Note that a person has looked; a new failure opens it again. Commits; raises NoResultFound for what is not there."""
    trouble = session.get_one(Trouble, trouble_id, with_for_update=True)
    if trouble.ended_at is None:
        trouble.ended_at, trouble.ended_by = now, by
    session.commit()


def _count(sessions: SessionMaker, job: str, subject_id: int, error: BaseException, now: datetime) -> None:
    with sessions() as session:
        known = select(Trouble).where(Trouble.job == job, Trouble.subject_id == subject_id).with_for_update()
        trouble = session.scalar(known)
        if trouble is None:
            trouble = Trouble(job=job, subject_id=subject_id, times=0, first_at=now, last_at=now, error="")
            session.add(trouble)
        elif trouble.ended_at is not None:
            trouble.times, trouble.first_at, trouble.ended_at, trouble.ended_by = 0, now, None, ""
        trouble.times += 1
        trouble.last_at, trouble.error = now, _in_brief(error)
        session.commit()


def _in_brief(error: BaseException) -> str:
    """The kind of fault and where it was raised. Not its text: that may hold what a resident said."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno} {frames[-1].name})" if frames else ""
    return f"{type(error).__name__}{place}"[:_ERROR_AT_MOST]
