"""How long each operator was ready, at a pause, and finishing calls on paper."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.figures.day import Figures, Span
from models.daily_figures import FigurePart
from models.desks import DeskSpan, DeskState

# Nobody sits in one state for longer: what began before that is not looked for.
LONGEST = timedelta(days=1)
_COUNTED = {DeskState.READY: "ready_s", DeskState.PAUSE: "pause_s", DeskState.WRAP_UP: "wrap_up_s"}


def count_desks(session: Session, span: Span, now: datetime, into: Figures) -> None:
    """What lies within the span of every state; one that lasts counts until `now`."""
    until = min(span.end, now)
    begun = (DeskSpan.began_at >= span.start - LONGEST) & (DeskSpan.began_at < until)
    asked = select(DeskSpan.operator_id, DeskSpan.state, DeskSpan.began_at, DeskSpan.ended_at)
    for operator_id, state, began_at, ended_at in session.execute(asked.where(begun, DeskSpan.state.in_(_COUNTED))):
        lasted = min(ended_at or until, until) - max(began_at, span.start)
        if lasted > timedelta(0):
            into.add(FigurePart.OPERATOR, operator_id, {_COUNTED[state]: lasted.total_seconds()})
