"""The operator's desk: the screen pop of a call, and who the caller is."""

import logging
import re
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from dispatch.alarms import alarm_of_call
from models.alarms import Alarm
from models.areas import Area
from models.calls import Call
from models.residents import Resident
from operator_console.alarm_pages import about_alarm
from operator_console.context import facts, signed_in
from operator_console.desk_sos import STEP_KEYS, sos_key, sos_steps, talk_of
from operator_console.desk_words import CERTAINTY, HEARING, LANGUAGE
from operator_console.file_openings import note_pop
from operator_console.live import answer, shared_alike
from operator_console.resident_forms import NEW
from operator_console.row_ids import read_row_id
from operator_console.screen_pop import ScreenPop, read_pop

log = logging.getLogger(__name__)
desk = Blueprint("desk", __name__, url_prefix="/desk")

LONGEST_NOTE = 1000
_PLAIN = ("channel", "alarm", "sos", "told", "candidates", "areas", "new_resident")  # no row of any of them in a call of no alarm
_CHANNEL = re.compile(r"[\w.-]{1,80}", re.ASCII)


@desk.get("/<channel>")
def show(channel: str) -> str:
    """The call on this channel: who, the talk and why, what to do; an SOS in red."""
    known = _known(channel)
    if known["resident"]:
        note_pop(known["resident"].id, known["call"].id if known["call"] else None)
    return render_template("desk_call.html", **known)


@desk.get("/<channel>/live")
def live(channel: str) -> Response:
    """What changes of it."""
    known = _known(channel)
    return answer(known["before"] + known["after"])


@desk.post("/<channel>/who")
def identify(channel: str) -> ResponseReturnValue:
    """Note which of several it is, or for whom a family member calls."""
    call = facts().scalar(select(Call).where(Call.channel_id == _checked(channel)))
    resident = facts().get(Resident, request.form.get("resident", 0, type=read_row_id))
    if call is None or resident is None:
        abort(404)
    call.resident_id = resident.id
    facts().commit()
    log.info("call %d: resident %d, as operator %d says", call.id, resident.id, signed_in().id)
    flash("记下了，是这一位。\nNoted: it is them.", "done")
    return redirect(url_for("desk.show", channel=channel), 303)


@desk.post("/<channel>/note")
def note(channel: str) -> ResponseReturnValue:
    """Keep what the operator has written about the call so far."""
    words = request.form.get("note", "").strip()
    call = facts().scalar(select(Call).where(Call.channel_id == _checked(channel)))
    if call is None:
        abort(404)
    if len(words) > LONGEST_NOTE:
        abort(400)
    call.note = words
    facts().commit()
    log.info("call %d: a note by operator %d", call.id, signed_in().id)
    return "", 204


def _checked(channel: str) -> str:
    if not _CHANNEL.fullmatch(channel):
        abort(404)
    return channel


def _known(channel: str) -> dict[str, Any]:
    """What the page shows, its live part worked out already: of a call of no alarm once for all the desks where it rings."""
    call = facts().scalar(select(Call).where(Call.channel_id == _checked(channel)))
    alarm = alarm_of_call(facts(), channel)
    if call is None or alarm:
        known = _pop(channel, call, alarm)
        return known | _drawn(known)
    about = "pop", call.id, call.status, call.ended_at is None, call.resident_id
    plain, resident_id = shared_alike(about, lambda: _drawn_pop(channel, call))
    return plain | {"call": call, "resident": facts().get(Resident, resident_id) if resident_id else None}


def _drawn_pop(channel: str, call: Call) -> tuple[dict[str, Any], int | None]:
    """What the page shows that is nobody's row, and who it is."""
    known = _pop(channel, call, None)
    resident = known["resident"]
    return {name: known[name] for name in _PLAIN} | _drawn(known), resident.id if resident else None


def _drawn(known: dict[str, Any]) -> dict[str, Markup]:
    """The live part: what stands before the acts, and what after them."""
    before, after = ("desk_sos_live.html", "") if known["sos"] else ("desk_talk_who.html", "desk_talk_what.html")
    one, other = (Markup(render_template(name, **known)) if name else Markup() for name in (before, after))  # noqa: S704 - ours
    return {"before": one, "after": other}


def _pop(channel: str, call: Call | None, alarm: Alarm | None) -> dict[str, Any]:
    """`number` and `alarm` in the query are what the telephone knows of a call that is not written down yet."""
    pop = read_pop(channel, request.args.get("number", ""), call, alarm)
    return {
        **(_alarm(pop) if pop.alarm else {}),
        "pop": pop,
        "channel": channel,
        "call": pop.call,
        "alarm": pop.alarm,
        "resident": pop.resident,
        "sos": pop.alarm is not None or (pop.call is None and request.args.get("alarm") == "1"),
        "told": {name: request.args[name] for name in ("number", "alarm") if name in request.args and pop.call is None},
        "certainty": CERTAINTY[pop.certainty],
        "hearing": HEARING,
        "languages": LANGUAGE,
        "candidates": bool(pop.candidates),
        "areas": _areas(pop),
        "new_resident": NEW,
    }


def _alarm(pop: ScreenPop) -> dict[str, Any]:
    known = about_alarm(pop.alarm.id) if pop.alarm else {}
    return known | {"STEP_KEYS": STEP_KEYS, "sos_key": sos_key, "sos_steps": sos_steps, "talk": talk_of(known["alarm"], pop.call)}


def _areas(pop: ScreenPop) -> list[str]:
    """Where somebody who is not known yet may live."""
    return [] if pop.resident or not pop.call else list(facts().scalars(select(Area.name).order_by(Area.id)))
