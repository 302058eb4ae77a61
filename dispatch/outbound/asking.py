"""Asking for a call to be placed: written with whatever caused it, placed after the commit."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.queue import Job, JobQueue
from models.outbound_calls import CallPurpose, OutboundCall


def ask_for_call(
    session: Session,
    purpose: CallPurpose,
    number: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
    order_id: int | None = None,
    offer_id: int | None = None,
    message_id: int | None = None,
    follow_up_id: int | None = None,
) -> OutboundCall:
    """Put a call among those to be placed, now or at `due_at`; the one that is there already about the same thing is returned.

    `number` is as normalise_number writes it, "" for the resident's own telephones in turn. The caller commits, then nudges.
    """
    about = {"offer_id": offer_id, "message_id": message_id, "follow_up_id": follow_up_id}
    named = {name: value for name, value in about.items() if value is not None}
    if named:
        known = session.scalar(select(OutboundCall).filter_by(**named))
        if known:
            return known
    call = OutboundCall(purpose=purpose, number=number, due_at=due_at or now, made_at=now, order_id=order_id, **about)
    session.add(call)
    session.flush()
    return call


def nudge_calls(queue: JobQueue, calls: Iterable[OutboundCall], now: datetime) -> None:
    """Ask for each to be placed when it is due; if the queue cannot be reached, the sweep asks for them all."""
    for call in calls:
        if not queue.nudge(Job.PLACE_CALL, call.id, delay_s=max(0.0, (call.due_at - now).total_seconds())):
            return
