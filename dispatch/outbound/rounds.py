"""The round of calls about orders: ask for those that are due, end what was lost. The sweep makes it again and again."""

from datetime import datetime, timedelta

from sqlalchemy import select

from dispatch.outbound.after import go_on_without, not_gone_on
from dispatch.outbound.attempts import end_attempt
from dispatch.queue import Job, JobQueue
from dispatch.ringing.attempts import lost_attempts
from models.database import SessionMaker
from models.outbound_calls import OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from models.settings import Settings

# What is due is asked for; its own nudge may be on the way.
LEFT_ALONE = timedelta(seconds=2)


def outbound_round(settings: Settings, sessions: SessionMaker, queue: JobQueue, now: datetime) -> None:
    """One round; a queue that is down leaves what is due for the next."""
    with sessions() as session:
        lost = lost_attempts(session, OutboundAttempt, settings.outbound_ring_s, now)
        due = select(OutboundCall.id).where(OutboundCall.status == OutboundStatus.DUE, OutboundCall.due_at <= now - LEFT_ALONE)
        ids = session.scalars(due.order_by(OutboundCall.due_at)).all()
        stopped = not_gone_on(session)
    for attempt_id in lost:
        end_attempt(sessions, queue, settings, attempt_id, result=OutboundResult.FAILED, now=now)
    for call in stopped:
        go_on_without(sessions, queue, call, now)
    all(queue.nudge(Job.PLACE_CALL, outbound_call_id) for outbound_call_id in ids)
