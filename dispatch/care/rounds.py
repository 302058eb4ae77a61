"""The care calls' round: plan them, ask for those that are due, end what was lost. The sweep makes it again and again."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from dispatch.care.attempts import end_attempt
from dispatch.care.facts import OPEN, care_facts
from dispatch.care.planning import plan_call
from dispatch.queue import Job, JobQueue
from dispatch.ringing.attempts import lost_attempts
from models.care_calls import CareAttempt, CareCall, CarePlan, CareReason, CareResult, CareStatus
from models.database import SessionMaker
from models.residents import Resident
from models.settings import Settings

log = logging.getLogger(__name__)

# So many residents are planned in one transaction: it holds the one writer of a SQLite.
PLANNED_AT_ONCE = 200
# What is due is asked for; its own nudge may be on the way.
LEFT_ALONE = timedelta(seconds=2)


def care_round(settings: Settings, sessions: SessionMaker, queue: JobQueue, now: datetime) -> None:
    """One round; a queue that is down leaves what is due for the next."""
    with sessions() as session:
        if settings.care_calls_per_hour:
            plan_care_calls(session, settings, now)
        for attempt_id in lost_attempts(session, CareAttempt, settings.care_ring_s, now):
            end_attempt(session, queue, settings, attempt_id, result=CareResult.FAILED, now=now)
        due = select(CareCall.id).where(CareCall.status == CareStatus.PLANNED, CareCall.due_at <= now - LEFT_ALONE)
        ids = session.scalars(due.order_by(CareCall.due_at)).all()
    all(queue.nudge(Job.CALL_RESIDENT, care_call_id) for care_call_id in ids)


def plan_care_calls(session: Session, settings: Settings, now: datetime) -> int:
    """Plan the next call of residents who have none, and commit; how many were planned."""
    without = select(Resident.id).where(Resident.left_on.is_(None), ~select(CareCall.id).where(_is_open(Resident.id)).exists())
    facts = care_facts(session, session.scalars(without.order_by(Resident.id)), settings)
    taken = set(session.scalars(select(CareCall.due_at).where(CareCall.status.in_(OPEN))))
    planned = 0
    for one in facts:
        call = plan_call(one, now, ZoneInfo(settings.timezone), settings.care_calls_per_hour, taken)
        if call and planned < PLANNED_AT_ONCE:
            taken.add(call.due_at)
            session.add(CareCall(resident_id=one.resident_id, reason=call.reason, due_at=call.due_at, planned_at=now))
            planned += 1
    session.commit()
    if planned:
        log.info("%d care calls planned", planned)
    return planned


def plan_anew(session: Session, resident_id: int, now: datetime) -> None:
    """Drop the call that is planned for a resident whose facts have changed; the next round plans another. The caller commits."""
    asked = select(CareCall).where(CareCall.resident_id == resident_id, CareCall.status == CareStatus.PLANNED)
    for care_call in session.scalars(asked.where(CareCall.reason != CareReason.ASKED)):
        care_call.status, care_call.ended_at = CareStatus.DROPPED, now


def ask_for_call(session: Session, queue: JobQueue, resident_id: int, now: datetime) -> CareCall:
    """Have a resident called at once, commit, then nudge; what is planned comes sooner, and what is under way stays."""
    care_call = session.scalar(select(CareCall).where(_is_open(resident_id)).with_for_update())
    if care_call is None:
        care_call = CareCall(resident_id=resident_id, reason=CareReason.ASKED, due_at=now, planned_at=now)
        session.add(care_call)
    elif care_call.status is CareStatus.PLANNED:
        care_call.reason, care_call.due_at = CareReason.ASKED, now
    session.commit()
    queue.nudge(Job.CALL_RESIDENT, care_call.id)
    return care_call


def care_plan_of(session: Session, resident_id: int) -> CarePlan:
    """A resident's plan; one that was never changed is not in the session."""
    usual = CarePlan(resident_id=resident_id, hours="", takes_medicine=False)
    return session.get(CarePlan, resident_id) or usual


def _is_open(resident_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return (CareCall.resident_id == resident_id) & CareCall.status.in_(OPEN)
