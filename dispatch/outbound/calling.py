"""Placing a call that is due."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dispatch.means import Means
from dispatch.outbound.after import end_overtaken, give_up, go_on_without
from dispatch.outbound.attempts import end_attempt, lock_outbound_call
from dispatch.outbound.waking import waking_moment_for
from dispatch.outbound.wanted import is_wanted, resident_to_ring
from dispatch.queue import Job
from dispatch.ringing.attempts import ring_attempt
from dispatch.ringing.availability import LOOK_AGAIN, is_taken_up
from dispatch.ringing.ways import ways_to
from exchange.originating import OUTBOUND, CannotCall, NoExchange
from models.carrier import carrier_for_calls
from models.outbound_calls import CallPurpose, OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from models.settings import Settings

log = logging.getLogger(__name__)


def place_call(means: Means, outbound_call_id: int) -> None:
    """Ring whom the call is for; one that is not due, or is being placed already, is left alone."""
    now = means.clock()
    with means.sessions() as session:
        call = lock_outbound_call(session, outbound_call_id)
        if call.status is not OutboundStatus.DUE:
            return
        if not is_wanted(session, call):
            call.status, call.ended_at = OutboundStatus.DROPPED, now
            session.commit()
            log.info("outbound call %s: not wanted any more", call.id)
            end_overtaken(means.sessions, call, now)
            return
        if put_off := _put_off_until(session, call, means.settings, now):
            call.due_at = put_off
            session.commit()
            means.queue.nudge(Job.PLACE_CALL, call.id, delay_s=(put_off - now).total_seconds())
            return
        attempt = _begin_attempt(session, call, means.settings, now)
        session.commit()
    if attempt:
        _ring(means, attempt)
    else:
        go_on_without(means.sessions, means.queue, call, now)


def _ring(means: Means, attempt: OutboundAttempt) -> None:
    settings = means.settings
    try:
        ring_attempt(settings, OUTBOUND, attempt, settings.outbound_ring_s)
    except CannotCall as error:
        log.warning("outbound call %s: %s", attempt.outbound_call_id, error)
        down, now = isinstance(error, NoExchange), means.clock()
        end_attempt(means.sessions, means.queue, settings, attempt.id, result=OutboundResult.FAILED, now=now, no_exchange=down)


def _put_off_until(session: Session, call: OutboundCall, settings: Settings, now: datetime) -> datetime | None:
    """When to look again, where nobody must be rung now."""
    if call.due_at > now:
        return call.due_at
    if call.purpose is CallPurpose.FOLLOW_UP and (resident := resident_to_ring(call)) and is_taken_up(session, resident, now):
        return now + LOOK_AGAIN
    waking = waking_moment_for(session, call, settings, now) or now + timedelta(days=1)
    return waking if waking > now else None


def _begin_attempt(session: Session, call: OutboundCall, settings: Settings, now: datetime) -> OutboundAttempt | None:
    """The next attempt, by the next telephone; without any the call is over before it began."""
    ways = _ways(call, settings)
    if not ways:
        log.warning("outbound call %s: there is no telephone to ring", call.id)
        give_up(call, now)
        return None
    attempt = OutboundAttempt(outbound_call=call, way=ways[len(call.attempts) % len(ways)], began_at=now)
    session.add(attempt)
    call.status = OutboundStatus.CALLING
    session.flush()
    log.info("outbound call %s (%s): attempt %s", call.id, call.purpose, attempt.id)
    return attempt


def _ways(call: OutboundCall, settings: Settings) -> list[str]:
    if call.number:
        return [call.number] if carrier_for_calls(settings) else []
    resident = resident_to_ring(call)
    return ways_to(resident, settings) if resident else []
