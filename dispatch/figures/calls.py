"""What calls and alarms came to: each figure's definition, once."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dispatch.figures.day import Figures, Span, count_of
from models.alarms import Alarm
from models.calls import Call, Direction
from models.daily_figures import FigurePart
from models.elapsed import SecondsBetween
from models.residents import Resident

IN_TIME_S = 15

# The waiting for a person is over: somebody answered, or the caller has gone.
_ANSWERED = Call.handed_over_at.is_not(None) & Call.operator_at.is_not(None)
_GONE = Call.handed_over_at.is_not(None) & Call.operator_at.is_(None) & Call.ended_at.is_not(None)
# Until the operator was done with the paper too.
HANDLING_S = SecondsBetween(Call.operator_at, func.coalesce(Call.wrapped_up_at, Call.ended_at))

CALL_FIGURES: dict[str, ColumnElement[int]] = {
    "calls": func.count(),
    "by_machine": count_of(Call.handed_over_at.is_(None) & (Call.outcome == "goodbye")),
    "waited": count_of(_ANSWERED | _GONE),
    "answered": count_of(_ANSWERED),
    "in_15_s": count_of(_ANSWERED & (SecondsBetween(Call.handed_over_at, Call.operator_at) <= IN_TIME_S)),
    "abandoned": count_of(_GONE),
}
_TO_ANSWER = SecondsBetween(Alarm.raised_at, Alarm.answered_at)
ALARM_FIGURES: dict[str, ColumnElement[int]] = {
    "alarms": func.count(),
    "alarms_in_15_s": count_of(_TO_ANSWER <= 15),
    "alarms_in_60_s": count_of(_TO_ANSWER <= 60),
    "alarms_in_180_s": count_of(_TO_ANSWER <= 180),
    "slowest_s": func.max(_TO_ANSWER),
}


def calls_in(span: Span) -> ColumnElement[bool]:
    """Which calls count: those that came in, by when they began."""
    return span.holds(Call.started_at) & (Call.direction == Direction.IN)


def count_calls(session: Session, span: Span, into: Figures, parts: Collection[FigurePart]) -> None:
    """Calls and alarms by area, calls by operator, and how long each call was handled."""
    whose = {FigurePart.AREA: Resident.area_id, FigurePart.OPERATOR: Call.operator_id}
    whose = {part: column for part, column in whose.items() if part in parts}
    for part, column in whose.items():
        asked = select(column, *CALL_FIGURES.values()).select_from(Call).where(calls_in(span)).group_by(column)
        asked = asked.outerjoin(Resident) if part is FigurePart.AREA else asked.where(column.is_not(None))
        for part_id, *values in session.execute(asked):
            into.add(part, part_id, dict(zip(CALL_FIGURES, values, strict=True)))
    if whose:
        handled = select(HANDLING_S, *whose.values()).select_from(Call).outerjoin(Resident)
        for seconds, *ids in session.execute(handled.where(calls_in(span), _ANSWERED, Call.ended_at.is_not(None))):
            for part, part_id in zip(whose, ids, strict=True):
                if part_id or part is FigurePart.AREA:
                    into.handled(part, part_id, seconds)
    if FigurePart.AREA in parts:
        _count_alarms(session, span, into)


def _count_alarms(session: Session, span: Span, into: Figures) -> None:
    alarms = select(Resident.area_id, *ALARM_FIGURES.values()).select_from(Alarm).outerjoin(Resident)
    for area_id, *values in session.execute(alarms.where(span.holds(Alarm.raised_at)).group_by(Resident.area_id)):
        into.add(FigurePart.AREA, area_id, dict(zip(ALARM_FIGURES, values, strict=True)))


def count_talking(session: Session, span: Span, into: Figures) -> None:
    """How long each operator talked, in calls that came in and in their own; a call counts for the day on which it began."""
    talked = func.sum(SecondsBetween(Call.operator_at, Call.ended_at))
    known = Call.operator_id.is_not(None) & Call.operator_at.is_not(None) & Call.ended_at.is_not(None)
    for operator_id, seconds in session.execute(
        select(Call.operator_id, talked).where(span.holds(Call.started_at), known).group_by(Call.operator_id)
    ):
        into.add(FigurePart.OPERATOR, operator_id, {"talking_s": seconds})
