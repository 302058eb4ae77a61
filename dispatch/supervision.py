"""督办: what is late is raised once for a person to see to, and ends by itself when it is mended."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.credit_changes import change_credit
from dispatch.lateness import Late, late_now
from dispatch.offers import lock_order
from models.database import SessionMaker
from models.follow_ups import LateKind, Supervision
from models.providers import CreditReason
from models.settings import Settings

log = logging.getLogger(__name__)

BY_ITSELF = "dispatch"
NOTE_AT_MOST = 500
NEVER = datetime.max.replace(tzinfo=UTC)


def supervise(settings: Settings, sessions: SessionMaker, now: datetime) -> None:
    """Raise what is late and end what is not any more; each order in a transaction of its own."""
    with sessions() as session:
        late = late_now(session, settings, now)
        wanted = Supervision.ended_at.is_(None) | Supervision.order_id.in_({order_id for order_id, _ in late})
        begun, mended = _compare(late, session.scalars(select(Supervision).where(wanted)).all())
        order_ids = sorted({order_id for order_id, _ in begun} | {one.order_id for one in mended})
    for order_id in order_ids:
        with sessions() as session:
            _supervise_order(session, settings, order_id, now)
            session.commit()


def _supervise_order(session: Session, settings: Settings, order_id: int, now: datetime) -> None:
    """Look again under the order's lock, and write down what has begun and what has ended."""
    order = lock_order(session, order_id)
    known = session.scalars(select(Supervision).where(Supervision.order_id == order_id)).all()
    begun, mended = _compare(late_now(session, settings, now, order_id), known)
    for one in mended:
        one.ended_at, one.ended_by = now, BY_ITSELF
    for _, kind in begun:
        session.add(Supervision(order_id=order_id, kind=kind, raised_at=now))
        order.record("late", now, BY_ITSELF, kind=kind.value)
        log.warning("order %s: %s, for a person", order_id, kind)
        if kind is LateKind.NOT_ARRIVED and order.provider_id:
            change_credit(session, order.provider_id, CreditReason.LATE, now, order_id=order_id)


def _compare(late: Late, known: Sequence[Supervision]) -> tuple[list[tuple[int, LateKind]], list[Supervision]]:
    """What is late and was not raised since it is; and what was raised and is not late any more, or is late anew."""
    last: Late = {}
    for one in sorted(known, key=lambda one: one.raised_at):
        last[one.order_id, one.kind] = one.raised_at
    begun = [key for key, since in late.items() if key not in last or last[key] < since]
    mended = [one for one in known if one.ended_at is None and late.get((one.order_id, one.kind), NEVER) > one.raised_at]
    return begun, mended


def end_supervision(session: Session, supervision_id: int, by: str, note: str, now: datetime) -> bool:
    """Note that a person has seen to it, and commit; who was first stays. False for one that is not there."""
    supervision = session.get(Supervision, supervision_id, with_for_update=True)
    if supervision is None:
        return False
    if supervision.ended_at is None:
        supervision.ended_at, supervision.ended_by, supervision.note = now, by, clean_words(note, NOTE_AT_MOST)
        supervision.order.record("supervised", now, by, kind=supervision.kind.value)
    session.commit()
    return True
