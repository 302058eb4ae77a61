"""Whether a person was there in time, told from the times of the events alone."""

from datetime import datetime

from models.alarms import INVESTIGATED_AFTER, Alarm, AlarmAttempt, AlarmHappened


def mark_if_unanswered(alarm: Alarm, now: datetime) -> bool:
    """Mark a locked alarm for investigation, once, if on one of its calls nobody came within 180 s; whether it was marked now.

    Everything that happened until `now` must have been written down, but for an answer at `now` itself.
    """
    if alarm.investigation_due_at:
        return False
    ends = [(one, one.waiting_since + INVESTIGATED_AFTER) for one in alarm.attempts if one.waiting_since]
    late = [end for attempt, end in ends if end < now and not _somebody_came(alarm, attempt, end)]
    if late:
        alarm.investigation_due_at = min(late)
        alarm.record(AlarmHappened.UNANSWERED, min(late), "linli")
    return bool(late)


def _somebody_came(alarm: Alarm, attempt: AlarmAttempt, until: datetime) -> bool:
    """Whether a person reached the resident while this call waited: on another of their calls, or by calling back."""
    since = attempt.waiting_since or attempt.began_at
    if any(line.happened is AlarmHappened.ANSWERED and since <= line.at <= until for line in alarm.history):
        return True
    others = [other for other in alarm.attempts if other.answered_at and not other.waiting_since]
    return any(other.answered_at <= until and (other.ended_at or since) >= since for other in others if other.answered_at)
