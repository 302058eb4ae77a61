"""Alarms: who is in need, one alarm with all that is known and has happened, and what is still due of those that are over."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.alarms import follow_ups_due, investigations_due
from models.alarms import OUTCOMES, TRANSITIONS, Alarm, AlarmAttempt, AlarmStatus
from models.calls import Call
from models.carrier import carrier_for_calls
from models.residents import Resident
from operator_console.alarm_story import STEPS, happened_in, people
from operator_console.context import facts, parts
from operator_console.live import fragment
from operator_console.recordings import recorded_file
from operator_console.row_ids import read_row_id

alarms = Blueprint("alarms", __name__, url_prefix="/alarms")

CLOSED_SHOWN = 50


@alarms.get("/")
def index() -> str:
    """All alarms, which keep themselves up to date."""
    return render_template("alarms.html", **_alarms())


@alarms.get("/live")
def index_live() -> Response:
    """What changes in the list of alarms."""
    return fragment("alarms_live.html", **_alarms())


@alarms.get("/urgent")
def urgent() -> Response:
    """The alarms that need a person or have one on the telephone, for the top of every page."""
    return fragment("alarm_urgent.html", urgent=urgent_alarms(but=request.args.get("but", type=read_row_id)))


@alarms.get("/<int:alarm_id>")
def show(alarm_id: int) -> str:
    """One alarm, which keeps itself up to date."""
    return render_template("alarm.html", **_alarm(alarm_id))


@alarms.get("/<int:alarm_id>/live")
def live(alarm_id: int) -> Response:
    """What changes on an alarm's page."""
    return fragment("alarm_live.html", **_alarm(alarm_id))


@alarms.get("/recordings/<int:attempt_id>")
def recording(attempt_id: int) -> Response:
    """The sound of one of an alarm's calls, by ranges where the player asks for them."""
    attempt = facts().get(AlarmAttempt, attempt_id)
    path = recorded_file(parts().settings.recordings_dir, attempt.recording) if attempt else None
    if path is None:
        abort(404)
    return send_file(path, mimetype="audio/wav", conditional=True)


def open_alarms() -> list[Alarm]:
    """Every alarm that is not closed: where somebody waits for a person first, then whatever is least far, the oldest first."""
    asked = select(Alarm).where(Alarm.status != AlarmStatus.CLOSED).options(*_WHO, selectinload(Alarm.attempts))
    order = list(AlarmStatus)
    return sorted(
        facts().scalars(asked), key=lambda alarm: (not unanswered(alarm), order.index(alarm.status), alarm.raised_at, alarm.id)
    )


def urgent_alarms(but: int | None = None) -> list[Alarm]:
    """Those that nobody has answered, then those whose resident is on the line; all `but` the one that is being looked at."""
    return [alarm for alarm in open_alarms() if alarm.id != but and (unanswered(alarm) or on_the_line(alarm))]


def unanswered(alarm: Alarm) -> bool:
    """Whether somebody must come to the telephone for it now."""
    return alarm.status is AlarmStatus.RAISED or bool(alarm.waiting)


def alarms_to_do() -> int:
    """How many alarms are open, or over with something still due."""
    due = or_(
        Alarm.status != AlarmStatus.CLOSED,
        Alarm.follow_up_due_at.is_not(None) & Alarm.followed_up_at.is_(None),
        Alarm.investigation_due_at.is_not(None) & Alarm.investigated_at.is_(None),
    )
    return facts().scalar(select(func.count()).select_from(Alarm).where(due)) or 0


_WHO = (joinedload(Alarm.resident).joinedload(Resident.area), joinedload(Alarm.device))


def _alarms() -> dict[str, Any]:
    before = request.args.get("before", type=read_row_id)
    closed = select(Alarm).where(Alarm.status == AlarmStatus.CLOSED).order_by(Alarm.id.desc()).limit(CLOSED_SHOWN + 1)
    found = list(facts().scalars((closed.where(Alarm.id < before) if before else closed).options(*_WHO)))
    return {
        "alarms": open_alarms(),
        "follow_ups": follow_ups_due(facts()),
        "investigations": investigations_due(facts()),
        "closed": found[:CLOSED_SHOWN],
        "older": found[CLOSED_SHOWN - 1].id if len(found) > CLOSED_SHOWN else None,
        "before": before,
    }


def _alarm(alarm_id: int) -> dict[str, Any]:
    asked = select(Alarm).where(Alarm.id == alarm_id)
    asked = asked.options(*_WHO, selectinload(Alarm.history), selectinload(Alarm.attempts))
    alarm = facts().scalar(asked)
    if alarm is None:
        abort(404)
    calls = select(Call).where(Call.channel_id.in_(one.channel_id for one in alarm.attempts)).options(selectinload(Call.turns))
    folder = parts().settings.recordings_dir
    return {
        "alarm": alarm,
        "steps": [step for step in STEPS if step in TRANSITIONS[alarm.status]],
        "outcomes": OUTCOMES.get(alarm.status, ()),
        "people": people(alarm),
        "on_the_line": on_the_line(alarm),
        "can_dial": bool(carrier_for_calls(parts().settings)),
        "history": list(happened_in(alarm)),
        "playable": {one.id for one in alarm.attempts if one.ended_at and recorded_file(folder, one.recording)},
        "calls": {call.channel_id: call for call in facts().scalars(calls)},
    }


def on_the_line(alarm: Alarm) -> AlarmAttempt | None:
    """The call on which somebody talks to the resident now."""
    talking = (one for one in reversed(alarm.attempts) if one.answered_at and not one.waiting_since and not one.ended_at)
    return next(talking, None)
