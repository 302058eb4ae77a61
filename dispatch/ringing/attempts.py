"""One time that a telephone is rung, whatever for: begun by a job, taken by whoever answers, ended by the first word on it."""

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dispatch.ringing.ways import endpoint_of
from exchange.originating import ring
from models.calls import Call
from models.care_calls import CareAttempt, CareResult
from models.outbound_calls import OutboundAttempt, OutboundResult
from models.secrets import own_secret
from models.settings import Settings

# An attempt of which nothing was heard for so long after it should have ended is lost.
LOST_AFTER = timedelta(seconds=30)

A = TypeVar("A", CareAttempt, OutboundAttempt)


def ring_attempt(settings: Settings, context: str, attempt: CareAttempt | OutboundAttempt, ring_s: int) -> None:
    """Have its telephone rung, and led to its extension of the dialplan's `context` once answered. Raises `CannotCall`."""
    ring(
        settings.ami_port,
        own_secret(settings, "ami-calls"),
        endpoint=endpoint_of(attempt.way, settings),
        context=context,
        extension=str(attempt.id),
        caller_id=settings.hotline_number,
        ring_s=ring_s,
    )


def take_attempt(session: Session, kind: type[A], attempt_id: int, call_id: int) -> A | None:
    """Note in which call an attempt was answered, and commit; None for one that is over, or taken already."""
    attempt = _lock(session, kind, attempt_id)
    if attempt is None or attempt.result is not None or attempt.call_id is not None:
        session.rollback()
        return None
    attempt.call_id = call_id
    session.commit()
    return attempt


def close_attempt(
    session: Session, kind: type[A], attempt_id: int, result: CareResult | OutboundResult, now: datetime
) -> A | None:
    """Write down what came of an attempt; None where that was known. The caller holds it from now on, and commits."""
    attempt = _lock(session, kind, attempt_id)
    if attempt is None or attempt.result is not None:
        session.rollback()
        return None
    attempt.result = result  # type: ignore[assignment]  # each kind with its own results
    attempt.ended_at = now
    return attempt


def lost_attempts(session: Session, kind: type[A], ring_s: int, now: datetime) -> list[int]:
    """Attempts that should have ended: never answered, or in a call that is over."""
    before = now - timedelta(seconds=ring_s) - LOST_AFTER
    asked = select(kind.id).outerjoin(Call, Call.id == kind.call_id)
    over = or_(kind.call_id.is_(None), Call.ended_at < now - LOST_AFTER)
    return list(session.scalars(asked.where(kind.result.is_(None), kind.began_at < before, over)))


def _lock(session: Session, kind: type[A], attempt_id: int) -> A | None:
    return session.get(kind, attempt_id, with_for_update=True, populate_existing=True)
