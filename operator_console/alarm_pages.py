"""Alarms: who is in need, one alarm with all that is known and has happened, and what is still due of those that are over."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.alarms import follow_ups_due, investigations_due
from models.alarms import OUTCOMES, TRANSITIONS, Alarm, AlarmAttempt, AlarmStatus
from models.calls import Call
from models.carrier import carrier_for_calls
from models.residents import Resident
from operator_console.alarm_story import STEPS, happened_in, people
from operator_console.context import facts, parts
from operator_console.live import fragment, shared_fragment, shared_part
from operator_console.recordings import play, plays_of, recorded_file
from operator_console.row_ids import read_row_id

alarms = Blueprint("alarms", __name__, url_prefix="/alarms")

CLOSED_SHOWN = 50
_LIST = "alarms_live.html"


@alarms.get("/")
def index() -> str:
    """All alarms, which keep themselves up to date."""
    before = _before()
    return render_template("alarms.html", part=shared_part(_LIST, before, _alarms), before=before)


@alarms.get("/live")
def index_live() -> Response:
    """What changes in the list of alarms."""
    return shared_fragment(_LIST, _before(), _alarms)


@alarms.get("/urgent")
def urgent() -> Response:
    """The alarms that need a person or have one on the telephone, for the top of every page."""
    but = request.args.get("but", type=read_row_id)
    return shared_fragment("alarm_urgent.html", but, lambda: {"urgent": urgent_alarms(but)})


@alarms.get("/<int:alarm_id>")
def show(alarm_id: int) -> str:
    """One alarm, which keeps itself up to date."""
    return render_template("alarm.html", **about_alarm(alarm_id))


@alarms.get("/<int:alarm_id>/live")
def live(alarm_id: int) -> Response:
    """What changes on an alarm's page."""
    return fragment("alarm_live.html", **about_alarm(alarm_id))


@alarms.get("/recordings/<int:attempt_id>")
def recording(attempt_id: int) -> Response:
    """The sound of one of an alarm's calls, by ranges where the player asks for them."""
    attempt = facts().get(AlarmAttempt, attempt_id)
    return play(attempt.recording) if attempt else abort(404)


def open_alarms() -> list[Alarm]:
    """Every alarm that is not closed: where somebody waits for a person first, then whatever is least far, the oldest first."""
    # Named one by one, so that the index on the status is used.
    asked = select(Alarm).where(Alarm.status.in_(_OPEN)).options(*_WHO, selectinload(Alarm.attempts))
    order = list(AlarmStatus)
    return sorted(
        facts().scalars(asked), key=lambda alarm: (not unanswered(alarm), order.index(alarm.status), alarm.raised_at, alarm.id)
    )


def urgent_alarms(but: int | None = None) -> list[Alarm]:
    """Those that nobody has answered, then those whose resident is on the line; all `but` the one that is being looked at."""
    return [alarm for alarm in open_alarms() if alarm.id != but and (unanswered(alarm) or on_the_line(alarm))]


def urgent_part(but: int | None = None) -> Markup:
    """The same as a part of a page."""
    return shared_part("alarm_urgent.html", but, lambda: {"urgent": urgent_alarms(but)})


def unanswered(alarm: Alarm) -> bool:
    """Whether somebody must come to the telephone for it now."""
    return alarm.status is AlarmStatus.RAISED or bool(alarm.waiting)


def alarms_to_do() -> Select[int]:
    """How many alarms are open, or over with something still due."""
    due = or_(
        Alarm.status.in_(_OPEN),
        Alarm.follow_up_due_at.is_not(None) & Alarm.followed_up_at.is_(None),
        Alarm.investigation_due_at.is_not(None) & Alarm.investigated_at.is_(None),
    )
    return select(func.count()).select_from(Alarm).where(due)


_OPEN = tuple(status for status in AlarmStatus if status is not AlarmStatus.CLOSED)
_WHO = (joinedload(Alarm.resident).joinedload(Resident.area), joinedload(Alarm.device))


def _before() -> int | None:
    """Older than which alarm those are that are over."""
    return request.args.get("before", type=read_row_id)


def _alarms() -> dict[str, Any]:
    before = _before()
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


def about_alarm(alarm_id: int) -> dict[str, Any]:
    """What an alarm's page and the desk show of it."""
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
        "plays": plays_of([one.recording for one in alarm.attempts if one.recording]),
        "calls": {call.channel_id: call for call in facts().scalars(calls)},
    }


def on_the_line(alarm: Alarm) -> AlarmAttempt | None:
    """The call on which somebody talks to the resident now."""
    talking = (one for one in reversed(alarm.attempts) if one.answered_at and not one.waiting_since and not one.ended_at)
    return next(talking, None)
