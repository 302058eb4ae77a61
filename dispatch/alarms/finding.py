"""Finding alarms and their calls, locked for whoever is about to write."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmAttempt


def lock_alarm(session: Session, alarm_id: int) -> Alarm:
    """The alarm as it is now, which nobody else changes until the transaction ends; raise `NoResultFound` if there is none."""
    found = select(Alarm).where(Alarm.id == alarm_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one()


def find_attempt(session: Session, channel_id: str) -> AlarmAttempt | None:
    """The alarm's call on this channel; its alarm is not locked."""
    return session.scalar(select(AlarmAttempt).where(AlarmAttempt.channel_id == channel_id))


def lock_attempt(session: Session, channel_id: str) -> AlarmAttempt | None:
    """The alarm's call on this channel, with its alarm locked."""
    attempt = find_attempt(session, channel_id)
    if attempt:
        lock_alarm(session, attempt.alarm_id)
        session.refresh(attempt)
    return attempt


def alarm_of_call(session: Session, channel_id: str) -> Alarm | None:
    """The alarm that the call on this channel belongs to, its first or a later one."""
    attempt = find_attempt(session, channel_id)
    return attempt.alarm if attempt else None
