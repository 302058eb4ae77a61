"""What an alarm still asks for when it is over: a follow-up within 24 h, and an investigation where nobody came in time."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.alarms.finding import lock_alarm
from dispatch.alarms.handling import NOTE_AT_MOST
from dispatch.alarms.lateness import mark_if_unanswered
from dispatch.cleaning import clean_words
from models.alarms import INVESTIGATED_AFTER, Alarm, AlarmAttempt, AlarmHappened, AlarmStatus
from models.orders import IllegalTransition

log = logging.getLogger(__name__)

# What has happened may be written down so much later.
WRITTEN_WITHIN = timedelta(seconds=3)


def follow_ups_due(session: Session) -> Sequence[Alarm]:
    """The closed alarms that nobody has followed up, the most urgent first (`follow_up_due_at`, which may be past)."""
    due = select(Alarm).where(Alarm.follow_up_due_at.is_not(None), Alarm.followed_up_at.is_(None))
    return session.scalars(due.order_by(Alarm.follow_up_due_at)).all()


def record_follow_up(session: Session, alarm_id: int, note: str, by: str, now: datetime) -> Alarm:
    """Note that the resident was asked how they are, and commit; raise `IllegalTransition` if no follow-up is due."""
    alarm = lock_alarm(session, alarm_id)
    if alarm.follow_up_due_at is None or alarm.followed_up_at is not None:
        raise IllegalTransition(f"求助 {alarm.id} 没有待做的回访 / alarm {alarm.id} has no follow-up due")
    alarm.follow_up_note = clean_words(note, NOTE_AT_MOST)
    alarm.followed_up_at, alarm.followed_up_by = now, by
    alarm.record(AlarmHappened.FOLLOWED_UP, now, by, note=alarm.follow_up_note)
    session.commit()
    return alarm


def investigations_due(session: Session) -> Sequence[Alarm]:
    """The alarms for which nobody came within 180 s and nobody has found out why, the oldest first."""
    due = select(Alarm).where(Alarm.investigation_due_at.is_not(None), Alarm.investigated_at.is_(None))
    return session.scalars(due.order_by(Alarm.investigation_due_at)).all()


def record_investigation(session: Session, alarm_id: int, finding: str, by: str, now: datetime) -> Alarm:
    """Note why nobody came in time, and commit; raise `IllegalTransition` without a finding or where none is asked for."""
    alarm = lock_alarm(session, alarm_id)
    finding = clean_words(finding, NOTE_AT_MOST)
    if alarm.investigation_due_at is None or alarm.investigated_at is not None:
        raise IllegalTransition(f"求助 {alarm.id} 没有待做的调查 / alarm {alarm.id} has no investigation due")
    if not finding:
        raise IllegalTransition(f"求助 {alarm.id} 的调查要写结论 / the investigation of alarm {alarm.id} needs a finding")
    alarm.finding, alarm.investigated_at, alarm.investigated_by = finding, now, by
    alarm.record(AlarmHappened.INVESTIGATED, now, by, finding=finding)
    session.commit()
    return alarm


def mark_unanswered(session: Session, now: datetime) -> int:
    """Mark every open alarm that nobody has answered in time, and commit; to be called when all events have been read."""
    begun = select(AlarmAttempt.alarm_id).where(AlarmAttempt.began_at < now - INVESTIGATED_AFTER - WRITTEN_WITHIN)
    suspects = select(Alarm.id).where(
        Alarm.status != AlarmStatus.CLOSED, Alarm.investigation_due_at.is_(None), Alarm.id.in_(begun)
    )
    marked = 0
    for alarm_id in session.scalars(suspects).all():
        if mark_if_unanswered(lock_alarm(session, alarm_id), now - WRITTEN_WITHIN):
            log.error("alarm %s: nobody answered within %d s; to be investigated", alarm_id, INVESTIGATED_AFTER.total_seconds())
            marked += 1
        session.commit()
    return marked
