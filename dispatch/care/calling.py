"""Placing a care call that is due."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.care.attempts import end_attempt, lock_care_call
from dispatch.care.facts import care_facts
from dispatch.care.planning import waking_moment
from dispatch.care.tasks import raise_task
from dispatch.means import Means
from dispatch.queue import Job
from dispatch.ringing.attempts import ring_attempt
from dispatch.ringing.availability import LOOK_AGAIN, is_taken_up
from dispatch.ringing.ways import device_of, ways_to
from exchange.originating import CARE, CannotCall
from models.care_calls import CareAttempt, CareCall, CareConcern, CareReason, CareResult, CareStatus
from models.settings import Settings

log = logging.getLogger(__name__)


def call_resident(means: Means, care_call_id: int) -> None:
    """Ring the resident of a care call that is due; one that is not, or is being placed already, is left alone."""
    now = means.clock()
    with means.sessions() as session:
        care_call = lock_care_call(session, care_call_id)
        if care_call.status is not CareStatus.PLANNED:
            return
        if care_call.due_at > now:
            session.rollback()
            means.queue.nudge(Job.CALL_RESIDENT, care_call_id, delay_s=(care_call.due_at - now).total_seconds())
            return
        if care_call.resident.left_on is not None:
            care_call.status, care_call.ended_at = CareStatus.DROPPED, now
            session.commit()
            log.info("care call %s: the resident has left", care_call_id)
            return
        if put_off := _put_off_until(session, care_call, means.settings, now):
            care_call.due_at = put_off
            session.commit()
            means.queue.nudge(Job.CALL_RESIDENT, care_call_id, delay_s=(put_off - now).total_seconds())
            return
        attempt = _begin_attempt(session, care_call, means.settings, now)
        session.commit()
    if attempt:
        _ring(means, attempt)


def _ring(means: Means, attempt: CareAttempt) -> None:
    try:
        ring_attempt(means.settings, CARE, attempt, means.settings.care_ring_s)
    except CannotCall as error:
        log.warning("care call %s: %s", attempt.care_call_id, error)
        with means.sessions() as session:
            end_attempt(session, means.queue, means.settings, attempt.id, result=CareResult.FAILED, now=means.clock())


def _put_off_until(session: Session, care_call: CareCall, settings: Settings, now: datetime) -> datetime | None:
    """When to look again, where the resident must not be rung now. What an operator asks for is rung at any hour."""
    if is_taken_up(session, care_call.resident, now):
        return now + LOOK_AGAIN
    if care_call.reason is CareReason.ASKED and not care_call.attempts:
        return None
    [facts] = care_facts(session, [care_call.resident_id], settings)
    waking = waking_moment(facts, now, ZoneInfo(settings.timezone)) or now + timedelta(days=1)
    return waking if waking > now else None


def _begin_attempt(session: Session, care_call: CareCall, settings: Settings, now: datetime) -> CareAttempt | None:
    """The next attempt, by the next of the resident's telephones; without any a person is to go and see."""
    ways = ways_to(care_call.resident, settings)
    if not ways:
        care_call.status, care_call.ended_at = CareStatus.UNREACHED, now
        raise_task(session, care_call, CareConcern.UNREACHED, now)
        return None
    attempt = CareAttempt(care_call=care_call, way=ways[len(care_call.attempts) % len(ways)], began_at=now)
    session.add(attempt)
    care_call.status = CareStatus.CALLING
    session.flush()
    log.info("care call %s: attempt %s, device %s", care_call.id, attempt.id, device_of(attempt.way))
    return attempt
