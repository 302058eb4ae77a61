"""Shifts: who is to be at a desk this week, and where nobody is."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.desks import Shift
from models.operators import Operator
from operator_console.context import facts, parts
from operator_console.row_ids import read_row_id

shifts = Blueprint("shifts", __name__, url_prefix="/shifts")

LONGEST_NOTE = 100
LONGEST_SHIFT = timedelta(hours=16)
WEEKS_AT_MOST = 12


@shifts.get("/")
def index() -> str:
    """A week, from its Monday."""
    return _page()


@shifts.post("/")
def add() -> ResponseReturnValue:
    """Add a shift, and the same again in the weeks after where that is asked for."""
    operator = facts().get(Operator, request.form.get("operator", 0, type=read_row_id))
    day, begins, ends = _date(request.form.get("day")), _time(request.form.get("begins")), _time(request.form.get("ends"))
    weeks = min(max(request.form.get("weeks", 1, type=int), 1), WEEKS_AT_MOST)
    if operator is None or not operator.active or day is None or begins is None or ends is None:
        flash("请选人、日期和起止时间。\nChoose who, the day, and from when until when.", "trouble")
        return _page(), 400
    starts = [_here(day + timedelta(weeks=week), begins) for week in range(weeks)]
    stops = [
        _here(day + timedelta(weeks=week, days=ends <= begins), ends) for week in range(weeks)
    ]  # a night ends on the next day
    if stops[0] - starts[0] > LONGEST_SHIFT:
        flash("一个班最长 16 小时。\nA shift has 16 hours at most.", "trouble")
        return _page(), 400
    pairs = list(zip(starts, stops, strict=True))
    if any(_overlaps(operator, *pair) for pair in pairs):
        flash("这个人那时已经有班了。\nThey have a shift then already.", "trouble")
        return _page(), 400
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    facts().add_all(Shift(operator_id=operator.id, begins_at=start, ends_at=stop, note=note) for start, stop in pairs)
    facts().commit()
    flash("已排班。\nThe shift is added.", "done")
    return redirect(url_for("shifts.index", week=day.isoformat()), 303)


@shifts.post("/<int:shift_id>/delete")
def delete(shift_id: int) -> ResponseReturnValue:
    """Take a shift away."""
    shift = facts().get(Shift, shift_id)
    if shift is None:
        abort(404)
    day = shift.begins_at.astimezone(_zone()).date()
    facts().delete(shift)
    facts().commit()
    return redirect(url_for("shifts.index", week=day.isoformat()), 303)


def _overlaps(operator: Operator, start: datetime, stop: datetime) -> bool:
    taken = select(Shift.id).where(Shift.operator_id == operator.id, Shift.begins_at < stop, Shift.ends_at > start)
    return facts().scalar(taken.limit(1)) is not None


def _page() -> str:
    today = parts().clock().astimezone(_zone()).date()
    chosen = _date(request.args.get("week")) or today
    monday = chosen - timedelta(days=chosen.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    first, last = _here(monday, time.min), _here(monday + timedelta(days=7), time.min)
    asked = select(Shift, Operator).join(Operator, Operator.id == Shift.operator_id)
    asked = asked.where(Shift.begins_at < last, Shift.ends_at > first).order_by(Shift.begins_at)
    of_day: dict[date, list[Any]] = {day: [] for day in days}
    for shift, operator in facts().execute(asked):
        begins = max(shift.begins_at.astimezone(_zone()).date(), monday)
        of_day[begins].append((shift, operator))
    operators = facts().scalars(select(Operator).where(Operator.active).order_by(Operator.name))
    return render_template(
        "shifts.html",
        days=of_day,
        today=today,
        operators=list(operators),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(parts().settings.timezone)


def _here(day: date, at: time) -> datetime:
    return datetime.combine(day, at, _zone())


def _date(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def _time(written: str | None) -> time | None:
    try:
        return time.fromisoformat(written or "").replace(tzinfo=None)
    except ValueError:
        return None
