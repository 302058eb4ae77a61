"""What the wallboard shows: how the centre stands now and how today went. No resident's name or number is among it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dispatch.figures.calls import ALARM_FIGURES, CALL_FIGURES, calls_in
from dispatch.figures.day import Span
from models.alarms import Alarm, AlarmStatus
from models.call_backs import CallBack
from models.calls import Call, CallStatus
from models.desks import DeskSpan, DeskState
from models.operators import Operator
from models.orders import TO_BE_DONE, Order, OrderEvent, OrderStatus

OPEN = (*TO_BE_DONE, OrderStatus.UNFILLED, OrderStatus.DISPUTED)


@dataclass(frozen=True)
class DeskNow:
    """One operator at their desk. `state` is a DeskState's value, or `talking`."""

    name: str
    seat: int | None
    state: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class Wallboard:
    """All of it."""

    waiting: int
    longest_since: datetime | None
    talking_machine: int
    calls: Mapping[str, int]
    alarms: Mapping[str, int]
    alarms_open: int
    alarm_since: datetime | None  # somebody waits on the line of an alarm, or nobody has answered it
    desks: list[DeskNow]
    orders: Mapping[OrderStatus, int]
    done_today: int
    call_backs: int
    call_back_since: datetime | None
    call_backs_late: int


def read_wallboard(session: Session, today: Span, now: datetime) -> Wallboard:
    """Everything by index: what is open is little, and today's is a day's."""
    waiting = select(func.count(), func.min(Call.handed_over_at)).where(Call.status == CallStatus.WAITING)
    in_line, longest_since = session.execute(waiting).one()
    calls = session.execute(select(*CALL_FIGURES.values()).where(calls_in(today))).one()
    alarms = session.execute(select(*ALARM_FIGURES.values()).where(today.holds(Alarm.raised_at))).one()
    unanswered = select(func.min(Alarm.raised_at)).where(Alarm.status == AlarmStatus.RAISED)
    due = select(func.count(), func.min(CallBack.waits_since)).where(CallBack.done_at.is_(None))
    call_backs, call_back_since = session.execute(due).one()
    is_open = select(Order.status, func.count()).where(Order.status.in_(OPEN)).group_by(Order.status)
    done = select(func.count(OrderEvent.order_id.distinct())).where(today.holds(OrderEvent.at))
    return Wallboard(
        waiting=in_line,
        longest_since=longest_since,
        talking_machine=_count(session, Call.status == CallStatus.TALKING),
        calls=dict(zip(CALL_FIGURES, calls, strict=True)),
        alarms={name: round(value or 0) for name, value in zip(ALARM_FIGURES, alarms, strict=True)},
        alarms_open=_count(session, Alarm.status != AlarmStatus.CLOSED),
        alarm_since=session.scalar(unanswered),
        desks=desks_now(session),
        orders=dict(session.execute(is_open).all()),
        done_today=session.scalar(done.where(OrderEvent.happened == OrderStatus.COMPLETED.value)) or 0,
        call_backs=call_backs,
        call_back_since=call_back_since,
        call_backs_late=_count(session, CallBack.done_at.is_(None) & (CallBack.due_at < now)),
    )


def desks_now(session: Session) -> list[DeskNow]:
    """Who is at a desk, by its number: whoever talks is talking, whatever else they have said."""
    lasting = select(DeskSpan, Operator).join(Operator, DeskSpan.operator_id == Operator.id)
    here = lasting.where(DeskSpan.ended_at.is_(None), Operator.active, DeskSpan.state != DeskState.AWAY)
    talking = _talking(session)
    desks = []
    for span, operator in session.execute(here.order_by(Operator.seat, Operator.id)):
        since = talking.get(operator.id) or talking.get(-(operator.seat or 0))
        state = "talking" if since else span.state.value
        reason = span.reason if span.state is DeskState.PAUSE and not since else ""
        desks.append(DeskNow(operator.name, operator.seat, state, reason, since or span.began_at))
    return desks


def _talking(session: Session) -> dict[int, datetime]:
    """Since when, by the operator's id, or by minus the desk's number where it is not known who sat there."""
    asked = select(Call.operator_id, Call.answered_by, Call.operator_at).where(Call.status == CallStatus.OPERATOR)
    found: dict[int, datetime] = {}
    for operator_id, answered_by, since in session.execute(asked):
        seat = answered_by.partition("-")[2]
        key = operator_id or (-int(seat) if seat.isdecimal() else 0)
        if key and since:
            found[key] = min(since, found.get(key, since))
    return found


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0
