"""What people do with an alarm: answer it, send help, close it. Each function but `write_answer` locks the alarm and commits."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from dispatch.alarms.finding import lock_alarm, lock_attempt
from dispatch.alarms.lateness import mark_if_unanswered
from dispatch.cleaning import clean_words
from models.alarms import Alarm, AlarmAttempt, AlarmHappened, AlarmStatus

log = logging.getLogger(__name__)

NOTE_AT_MOST = 2000


def answer_alarm(session: Session, channel_id: str, by: str, now: datetime) -> Alarm | None:
    """Write down which person answered the alarm's call on this channel; None if that call belongs to no alarm."""
    attempt = lock_attempt(session, channel_id)
    if attempt:
        write_answer(attempt, by, now)
    session.commit()
    return attempt.alarm if attempt else None


def move_alarm(session: Session, alarm_id: int, status: AlarmStatus, by: str, now: datetime, *, note: str = "") -> Alarm:
    """Take the alarm's next step; raise `IllegalTransition` where it does not lead. Closing has a function of its own.

    A step to ANSWERED tells that a person has reached the resident in another way: by calling back, or at the door.
    """
    alarm = lock_alarm(session, alarm_id)
    mark_if_unanswered(alarm, now)
    alarm.move(status, now, by, **_noted(note))
    if status is AlarmStatus.ANSWERED:
        _keep_first_answer(alarm, by, now)
    session.commit()
    log.info("alarm %s: %s by %s", alarm.id, status, by)
    return alarm


def close_alarm(session: Session, alarm_id: int, outcome: str, by: str, now: datetime, *, note: str = "") -> Alarm:
    """Close the alarm with an outcome that its status allows, else raise `IllegalTransition`; a follow-up is due from then on."""
    alarm = lock_alarm(session, alarm_id)
    mark_if_unanswered(alarm, now)
    alarm.close(outcome, now, by, clean_words(note, NOTE_AT_MOST))
    session.commit()
    log.info("alarm %s: closed by %s, %s", alarm.id, by, outcome)
    return alarm


def note_alarm(session: Session, alarm_id: int, note: str, by: str, now: datetime) -> Alarm:
    """Add a note to the alarm's history, also to that of a closed one."""
    alarm = lock_alarm(session, alarm_id)
    alarm.record(AlarmHappened.NOTED, now, by, **_noted(note))
    session.commit()
    return alarm


def write_answer(attempt: AlarmAttempt, by: str, at: datetime, source_id: str | None = None, **details: str | int) -> None:
    """Note on a locked alarm that a person answered this call; the first counts, in whichever order they are told."""
    alarm = attempt.alarm
    mark_if_unanswered(alarm, at)
    if attempt.answered_at is None or at < attempt.answered_at:
        attempt.answered_at, attempt.answered_by = at, by
    attempt.waiting_since = None
    _keep_first_answer(alarm, by, at)
    if alarm.status is AlarmStatus.RAISED:
        alarm.move(AlarmStatus.ANSWERED, at, by, source_id, **details)
    else:
        alarm.record(AlarmHappened.ANSWERED, at, by, source_id, **details)
    log.info("alarm %s: answered by %s", alarm.id, by)


def _keep_first_answer(alarm: Alarm, by: str, at: datetime) -> None:
    if alarm.answered_at is None or at < alarm.answered_at:
        alarm.answered_at, alarm.answered_by = at, by


def _noted(note: str) -> dict[str, str]:
    note = clean_words(note, NOTE_AT_MOST)
    return {"note": note} if note else {}
