"""Care calls: what they left for a person to look after, and a resident's plan."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.care.rounds import ask_for_call, care_plan_of, plan_anew
from dispatch.care.tasks import finish_task, take_task
from models.calls import Call
from models.care_calls import CareCall, CareGroup, CareTask
from models.care_hours import read_hours
from models.residents import Resident
from operator_console.care_words import GROUP, QUESTION, cared
from operator_console.context import facts, parts, signed_in
from operator_console.recordings import playable

log = logging.getLogger(__name__)
care = Blueprint("care", __name__, url_prefix="/care")

DONE_SHOWN = 50
CALLS_SHOWN = 5
LONGEST_HOURS = 100
care.add_app_template_filter(cared)


class Faulty(Exception):
    """The plan cannot be taken as it is; the text says why in both languages, on two lines."""


@care.app_context_processor
def _for_other_pages() -> dict[str, Any]:
    """The plan on a resident's page."""
    return {"care_of": care_of, "care_groups": GROUP, "care_questions": QUESTION}


@care.get("/")
def index() -> str:
    """What is to be looked after, the oldest first; then what was, the newest first."""
    asked = select(CareTask).options(
        joinedload(CareTask.care_call).joinedload(CareCall.resident).selectinload(Resident.phones),
        joinedload(CareTask.care_call).selectinload(CareCall.attempts),
        joinedload(CareTask.call).selectinload(Call.recordings),
    )
    to_do = list(facts().scalars(asked.where(CareTask.done_at.is_(None)).order_by(CareTask.raised_at, CareTask.id)))
    done = facts().scalars(asked.where(CareTask.done_at.is_not(None)).order_by(CareTask.done_at.desc()).limit(DONE_SHOWN))
    tasks = [*to_do, *done]
    folder = parts().settings.recordings_dir
    recordings = {task.id: playable(folder, task.call.recordings) if task.call else [] for task in tasks}
    return render_template("care.html", tasks=tasks, recordings=recordings)


@care.post("/tasks/<int:task_id>/take")
def take(task_id: int) -> ResponseReturnValue:
    """Note that whoever is signed in sees to it, so that no other does."""
    task = take_task(facts(), task_id, signed_in().login, parts().clock()) or abort(404)
    if task.taken_by == signed_in().login:
        log.info("care task %d taken by operator %d", task_id, signed_in().id)
    else:
        flash("已经有人在办了。\nSomebody else sees to it already.", "trouble")
    return redirect(url_for("care.index"), 303)


@care.post("/tasks/<int:task_id>/done")
def done(task_id: int) -> ResponseReturnValue:
    """Note that a person has looked after it, and how."""
    note = request.form.get("note", "").strip()
    if not note:
        flash("请写下做了什么。\nWrite down what was done.", "trouble")
    elif finish_task(facts(), task_id, signed_in().login, note, parts().clock()):
        log.info("care task %d done by operator %d", task_id, signed_in().id)
    else:
        abort(404)
    return redirect(url_for("care.index"), 303)


@care.post("/residents/<int:resident_id>/plan")
def plan(resident_id: int) -> ResponseReturnValue:
    """Change a resident's plan; the next call is planned anew."""
    resident = _resident(resident_id)
    try:
        values = _values(request.form)
    except Faulty as fault:
        flash(str(fault), "trouble")
        return redirect(_page(resident_id), 303)
    own = care_plan_of(facts(), resident.id)
    for name, value in values.items():
        setattr(own, name, value)
    facts().add(own)
    plan_anew(facts(), resident.id, parts().clock())
    facts().commit()
    log.info("care plan of resident %d changed by operator %d", resident.id, signed_in().id)
    flash("关怀计划已保存。\nThe care plan is saved.", "done")
    return redirect(_page(resident_id), 303)


@care.post("/residents/<int:resident_id>/call")
def call(resident_id: int) -> ResponseReturnValue:
    """Have the resident called now."""
    resident = _resident(resident_id)
    if resident.left_on is not None:
        flash("已离开的居民不再打电话。\nWho has left is called no more.", "trouble")
        return redirect(_page(resident_id), 303)
    care_call = ask_for_call(facts(), parts().queue, resident.id, parts().clock())
    log.info("care call %d asked for by operator %d", care_call.id, signed_in().id)
    flash("马上打给这位居民。\nThe resident is called now.", "done")
    return redirect(_page(resident_id), 303)


def tasks_to_do() -> Select[int]:
    """How many wait for a person."""
    return select(func.count()).select_from(CareTask).where(CareTask.done_at.is_(None))


def care_of(resident_id: int) -> dict[str, Any]:
    """A resident's plan and their last care calls, the newest first."""
    asked = select(CareCall).where(CareCall.resident_id == resident_id).order_by(CareCall.id.desc()).limit(CALLS_SHOWN)
    asked = asked.options(selectinload(CareCall.attempts), selectinload(CareCall.answers))
    return {"plan": care_plan_of(facts(), resident_id), "calls": list(facts().scalars(asked))}


def _resident(resident_id: int) -> Resident:
    resident = facts().get(Resident, resident_id)
    if resident is None:
        abort(404)
    return resident


def _page(resident_id: int) -> str:
    return url_for("residents.show", resident_id=resident_id, _anchor="care")


def _values(form: Mapping[str, str]) -> dict[str, Any]:
    """The plan's columns as the form has them; raises `Faulty`."""
    if form.get("group") not in set(CareGroup):
        raise Faulty("请选多久打一次。\nChoose how often to call.")
    hours = form.get("hours", "").strip()[:LONGEST_HOURS]
    try:
        if hours:
            read_hours(hours)
    except ValueError:
        raise Faulty("时间要写成 9:00-11:30,14:30-18:00。\nWrite hours as 9:00-11:30,14:30-18:00.") from None
    days = {name: _day(form.get(name, "")) for name in ("away_from", "away_until", "discharged_on", "changed_on")}
    if (days["away_from"] is None) != (days["away_until"] is None) or (
        days["away_from"] and days["away_until"] and days["away_from"] > days["away_until"]
    ):
        raise Faulty("外出要写第一天和最后一天。\nAn absence has a first and a last day.")
    return {"group": CareGroup(form["group"]), "hours": hours, "takes_medicine": "takes_medicine" in form, **days}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Faulty("日期不对。\nThat is no date.") from None
