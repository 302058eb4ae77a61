"""What comes of the attempts to reach somebody about an order: done, tried again, or gone on without."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dispatch.outbound.after import give_up, go_on_without
from dispatch.outbound.waking import waking_moment_for
from dispatch.queue import Job, JobQueue
from dispatch.ringing.attempts import close_attempt
from models.database import SessionMaker
from models.outbound_calls import CallPurpose, OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from models.settings import Settings

log = logging.getLogger(__name__)

# Somebody waits for these: where our own exchange was at fault they are tried again soon, and otherwise not at all.
AT_ONCE = frozenset({CallPurpose.OFFER, CallPurpose.CONNECT})
OURSELVES_AGAIN_S = 5
EXCHANGE_AGAIN_S = 30  # it has to be started anew first


def lock_outbound_call(session: Session, outbound_call_id: int) -> OutboundCall:
    """The call as it is now, held until the transaction ends. Raises NoResultFound for one that is not there."""
    return session.get_one(OutboundCall, outbound_call_id, with_for_update=True, populate_existing=True)


def end_attempt(
    sessions: SessionMaker,
    queue: JobQueue,
    settings: Settings,
    attempt_id: int,
    *,
    result: OutboundResult,
    now: datetime,
    no_exchange: bool = False,
) -> None:
    """Write down what came of an attempt, commit, and see to what follows; the first word on it counts.

    `no_exchange`: it failed because our exchange is down, which a moment does not mend.
    """
    with sessions() as session:
        attempt = close_attempt(session, OutboundAttempt, attempt_id, result, now)
        if attempt is None:
            return
        call = lock_outbound_call(session, attempt.outbound_call_id)
        due_at = (
            None
            if result is OutboundResult.DONE
            else _try_again_at(session, call, result, settings, now, no_exchange=no_exchange)
        )
        if due_at:
            call.status, call.due_at = OutboundStatus.DUE, due_at
        elif result is OutboundResult.DONE:
            call.status, call.ended_at = OutboundStatus.DONE, now
        else:
            give_up(call, now)
        session.commit()
    log.info("outbound call %s: attempt %s %s, now %s", call.id, attempt_id, result, call.status)
    if due_at:
        queue.nudge(Job.PLACE_CALL, call.id, delay_s=(due_at - now).total_seconds())
    elif call.status is OutboundStatus.UNREACHED:
        go_on_without(sessions, queue, call, now)


def _try_again_at(
    session: Session, call: OutboundCall, result: OutboundResult, settings: Settings, now: datetime, *, no_exchange: bool
) -> datetime | None:
    """When the next attempt is due; None once all were in vain."""
    if len(call.attempts) >= settings.outbound_attempts:
        return None
    if call.purpose in AT_ONCE:
        again_s = EXCHANGE_AGAIN_S if no_exchange else OURSELVES_AGAIN_S
        return now + timedelta(seconds=again_s) if result is OutboundResult.FAILED else None
    return waking_moment_for(session, call, settings, now + timedelta(seconds=settings.outbound_retry_s))
