"""What comes of the attempts to reach a resident: held, tried again, or left to a person. Every function commits."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.care.facts import care_facts
from dispatch.care.planning import waking_moment
from dispatch.care.tasks import raise_task
from dispatch.queue import Job, JobQueue
from dispatch.ringing.attempts import close_attempt
from models.care_calls import CareAttempt, CareCall, CareConcern, CareResult, CareStatus
from models.settings import Settings

log = logging.getLogger(__name__)

# Whom we reached, though not for a talk, is left in peace for longer.
LATER = frozenset({CareResult.NOT_NOW, CareResult.OTHER_PERSON})


def lock_care_call(session: Session, care_call_id: int) -> CareCall:
    """The care call as it is now, held until the transaction ends. Raises NoResultFound for one that is not there."""
    return session.get_one(CareCall, care_call_id, with_for_update=True, populate_existing=True)


def end_attempt(
    session: Session, queue: JobQueue, settings: Settings, attempt_id: int, *, result: CareResult, now: datetime
) -> None:
    """Write down what came of an attempt, commit, and nudge for the next; the first word on it counts."""
    attempt = close_attempt(session, CareAttempt, attempt_id, result, now)
    if attempt is None:
        return
    care_call = lock_care_call(session, attempt.care_call_id)
    due_at = None if result is CareResult.HELD else _try_again_at(session, care_call, result, settings, now)
    if due_at:
        care_call.status, care_call.due_at = CareStatus.PLANNED, due_at
    else:
        care_call.status = CareStatus.HELD if result is CareResult.HELD else CareStatus.UNREACHED
        care_call.ended_at = now
    if care_call.status is CareStatus.UNREACHED:
        raise_task(session, care_call, CareConcern.UNREACHED, now, call_id=attempt.call_id)
    session.commit()
    log.info("care call %s: attempt %s %s, now %s", care_call.id, attempt_id, result, care_call.status)
    if due_at:
        queue.nudge(Job.CALL_RESIDENT, care_call.id, delay_s=(due_at - now).total_seconds())


def _try_again_at(
    session: Session, care_call: CareCall, result: CareResult, settings: Settings, now: datetime
) -> datetime | None:
    """When the next attempt is due; None once a person is to call."""
    if len(care_call.attempts) >= settings.care_attempts:
        return None
    wait_s = settings.care_later_s if result in LATER else settings.care_retry_s
    [facts] = care_facts(session, [care_call.resident_id], settings)
    return waking_moment(facts, now + timedelta(seconds=wait_s), ZoneInfo(settings.timezone))
