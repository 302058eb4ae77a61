"""Who is at which desk and what they are doing. One span follows the other without a gap; whoever calls these commits."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.desks import DeskPage, DeskSpan, DeskState
from models.operators import Operator

# A page in the background is let run by its browser only once a minute.
PAGE_GONE_AFTER = timedelta(seconds=90)
# A page that says goodbye may be about to come again: it was reloaded.
RELOADED_WITHIN = timedelta(seconds=12)
# How finely a page's presence is written down.
_SEEN_EVERY = timedelta(seconds=15)


def present_span(session: Session, operator_id: int) -> DeskSpan | None:
    """What an operator is doing now; None for who has never been at a desk."""
    return session.scalar(select(DeskSpan).where(DeskSpan.operator_id == operator_id, DeskSpan.ended_at.is_(None)))


def enter_state(session: Session, operator_id: int, state: DeskState, at: datetime, reason: str = "") -> DeskSpan:
    """Begin a span of this state, and end the one before; where the operator is in it already, that span goes on."""
    session.execute(select(Operator.id).where(Operator.id == operator_id).with_for_update())  # one at a time
    now = present_span(session, operator_id)
    if now is not None:
        if (now.state, now.reason) == (state, reason):
            return now
        now.ended_at = at
    span = DeskSpan(operator_id=operator_id, state=state, reason=reason, began_at=at)
    session.add(span)
    session.flush()
    return span


def hold_phone(session: Session, operator_id: int, page: str, at: datetime, *, after: str = "", take: bool = False) -> bool:
    """Whether this page has the operator's telephone: it has it already, nobody else has, or it `take`s it from another.

    `after` is the page of the same browser that had it last: that one is closed or has crashed.
    """
    session.execute(select(Operator.id).where(Operator.id == operator_id).with_for_update())
    held = session.get(DeskPage, operator_id)
    if held is None:
        session.add(DeskPage(operator_id=operator_id, page=page, seen_at=at))
        return True
    if held.page != page:
        if held.page not in ("", after) and not take and at - held.seen_at < PAGE_GONE_AFTER:
            return False
        held.page, held.seen_at = page, at
    elif at - held.seen_at >= _SEEN_EVERY:
        held.seen_at = at
    return True


def leave_phone(session: Session, operator_id: int, page: str, at: datetime) -> None:
    """The page is going; unless it or another comes soon, the operator is away."""
    held = session.get(DeskPage, operator_id)
    if held is not None and held.page == page:
        held.page, held.seen_at = "", at - PAGE_GONE_AFTER + RELOADED_WITHIN


def begin_wrap_up(session: Session, seat: int, at: datetime) -> bool:
    """The operator of this seat has come to the end of a call; whether they now finish it on paper.

    Who paused goes on pausing, and who has no page to finish it on (a plain telephone's) is free at once.
    """
    operator_id = session.scalar(select(Operator.id).where(Operator.seat == seat))
    span = present_span(session, operator_id) if operator_id is not None else None
    if operator_id is None or span is None or span.state is not DeskState.READY:
        return False
    enter_state(session, operator_id, DeskState.WRAP_UP, at)
    return True


def let_lapse(session: Session, at: datetime, wrap_up_s: int) -> int:
    """End what nobody ends: wrap-ups beyond their time, and the presence of whose page is gone; return how many."""
    lapsed = 0
    spans = select(DeskSpan, DeskPage).outerjoin(DeskPage, DeskPage.operator_id == DeskSpan.operator_id)
    for span, page in session.execute(spans.where(DeskSpan.ended_at.is_(None), DeskSpan.state != DeskState.AWAY)).all():
        if page is None or at - page.seen_at >= PAGE_GONE_AFTER:
            enter_state(session, span.operator_id, DeskState.AWAY, at)
        elif span.state is DeskState.WRAP_UP and at - span.began_at >= timedelta(seconds=wrap_up_s):
            enter_state(session, span.operator_id, DeskState.READY, at)
        else:
            continue
        lapsed += 1
    return lapsed


def paused_seats(session: Session) -> dict[int, str]:
    """The seats that take no ordinary calls now, and why."""
    spans = select(Operator.seat, DeskSpan.state, DeskSpan.reason).join(DeskSpan, DeskSpan.operator_id == Operator.id)
    busy = spans.where(DeskSpan.ended_at.is_(None), DeskSpan.state.in_([DeskState.PAUSE, DeskState.WRAP_UP]))
    return {seat: reason or state for seat, state, reason in session.execute(busy).all() if seat is not None}
