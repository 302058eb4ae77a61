"""Opening a resident's file: free in a call of one's own and in an alarm, else for a reason; every opening is written down."""

import logging
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from models.alarms import Alarm, AlarmStatus
from models.call_backs import CallBack
from models.calls import Call, CallStatus
from models.file_openings import FileOpening
from models.operators import Operator
from models.providers import Wish
from models.repeats import Repeat
from models.residents import Resident
from operator_console.context import facts, parts, signed_in
from operator_console.row_ids import read_row_id
from operator_console.words import Said

log = logging.getLogger(__name__)
file_openings = Blueprint("file_openings", __name__, url_prefix="/residents")

REASONS = {
    "asked": Said("居民或家属来问", "the resident or the family asks"),
    "order": Said("办理订单", "an order"),
    "follow_up": Said("回访或投诉", "a follow-up or a complaint"),
    "care": Said("关怀或上门", "care, or a visit"),
    "data": Said("核对资料", "checking the facts"),
    "other": Said("其他", "something else"),
}
LONGEST_WORDS = 200
# Who answered goes on with the file for a while on paper.
WRAP_UP = timedelta(minutes=10)
# Whose pages are a resident's file.
OF_A_FILE = {"residents", "resident_forms", "resident_acts", "repeats", "care"}
SHOWN_IN_FILE = 10
SHOWN = 50


@file_openings.app_context_processor
def _for_residents_page() -> dict[str, object]:
    return {"openings_of": openings_of, "is_file_open": is_file_open}


@file_openings.before_app_request
def _ask_first() -> ResponseReturnValue | None:
    """Write the opening of a file down before any of its pages; or, where there is no call of one's own, ask for the reason.

    A reason holds for `file_reason_min`; what was begun with one may be sent as long as a visit lasts, so that no form is lost.
    """
    resident_id = _whose_file()
    if resident_id is None or facts().get(Resident, resident_id) is None:  # the page itself says that there is none
        return None
    now, settings, call = parts().clock(), parts().settings, _own_call(resident_id)
    latest = facts().scalar(select(FileOpening).where(*_mine(resident_id)).order_by(FileOpening.id.desc()).limit(1))
    if latest and request.method == "POST" and latest.at > now - timedelta(hours=settings.console_hours):
        return None
    if latest and (latest.call_id == call.id if call else latest.at > now - _lasts()):
        return None
    if call or not _lasts() or _in_need(resident_id):
        write_opening(resident_id, "")
        return None
    back = request.path if request.method == "GET" else url_for("residents.show", resident_id=resident_id)
    return redirect(url_for("file_openings.ask", resident_id=resident_id, back=back), 303)


def reason_given() -> str | None:
    """The reason as the form has it, in words; None where it is not whole."""
    why, words = REASONS.get(request.form.get("why", "")), request.form.get("words", "").strip()[:LONGEST_WORDS]
    if why is None or (why is REASONS["other"] and not words):
        return None
    return f"{why.zh}：{words}" if words else why.zh


def is_file_open(resident_id: int) -> bool:
    """Whether nobody would be asked for a reason now: then other pages show their telephone numbers whole too."""
    lasts = _lasts()
    lately = select(FileOpening.id).where(*_mine(resident_id), FileOpening.at > parts().clock() - lasts).limit(1)
    return not lasts or facts().scalar(lately) is not None or _own_call(resident_id) is not None or _in_need(resident_id)


@file_openings.get("/<int:resident_id>/why")
def ask(resident_id: int) -> str:
    """Ask for the reason."""
    return _form(_resident(resident_id))


@file_openings.post("/<int:resident_id>/why")
def open_file(resident_id: int) -> ResponseReturnValue:
    """Take the reason, and open the file."""
    resident = _resident(resident_id)
    reason = reason_given()
    if reason is None:
        flash("请选一个原因；选“其他”要写明。\nChoose a reason; say which where it is something else.", "trouble")
        return _form(resident), 400
    write_opening(resident.id, reason)
    log.info("file of resident %d opened for a reason by operator %d", resident.id, signed_in().id)
    back = request.form.get("back", "")
    return redirect(
        back if back.startswith(f"/residents/{resident.id}") else url_for("residents.show", resident_id=resident.id), 303
    )


@file_openings.get("/openings")
def index() -> str:
    """Who opened which file, the last first; of one operator where that is asked for."""
    before, operator_id = (request.args.get(name, type=read_row_id) for name in ("before", "operator"))
    asked = select(FileOpening, Operator, Resident).join(Operator, Operator.id == FileOpening.operator_id)
    asked = asked.join(Resident, Resident.id == FileOpening.resident_id).order_by(FileOpening.id.desc()).limit(SHOWN + 1)
    if before:
        asked = asked.where(FileOpening.id < before)
    if operator_id:
        asked = asked.where(FileOpening.operator_id == operator_id)
    found = list(facts().execute(asked).all())
    older = found[SHOWN - 1][0].id if len(found) > SHOWN else None
    return render_template("file_openings.html", openings=found[:SHOWN], older=older, operator_id=operator_id)


def openings_of(resident_id: int) -> list[tuple[FileOpening, str]]:
    """Who opened a file lately, with their names."""
    asked = select(FileOpening, Operator.name).join(Operator, Operator.id == FileOpening.operator_id)
    rows = facts().execute(
        asked.where(FileOpening.resident_id == resident_id).order_by(FileOpening.id.desc()).limit(SHOWN_IN_FILE)
    )
    return [(opening, name) for opening, name in rows]


def _whose_file() -> int | None:
    """Of which resident's file the page is that is asked for."""
    args = request.view_args or {}
    if request.blueprint not in OF_A_FILE:
        return None
    if "wish_id" in args:
        return facts().scalar(select(Wish.resident_id).where(Wish.id == args["wish_id"]))
    if "repeat_id" in args:
        return facts().scalar(select(Repeat.resident_id).where(Repeat.id == args["repeat_id"]))
    return args.get("resident_id")


def _lasts() -> timedelta:
    return timedelta(minutes=parts().settings.file_reason_min)


def _mine(resident_id: int) -> tuple[ColumnElement[bool], ...]:
    return FileOpening.resident_id == resident_id, FileOpening.operator_id == signed_in().id, FileOpening.shown == ""


def _own_call(resident_id: int) -> Call | None:
    """The resident's call that waits for a person (it rings at every desk), is this operator's, or was until just now."""
    just_over = Call.wrapped_up_at.is_(None) & (Call.ended_at > parts().clock() - WRAP_UP)
    is_mine = (Call.operator_id == signed_in().id) & (Call.ended_at.is_(None) | just_over)
    asked = select(Call).where(Call.resident_id == resident_id, or_(Call.status == CallStatus.WAITING, is_mine))
    return facts().scalar(asked.order_by(Call.id.desc()).limit(1))


def _in_need(resident_id: int) -> bool:
    """Whether an alarm of theirs is open, or this operator is calling them back."""
    alarm = select(Alarm.id).where(Alarm.resident_id == resident_id, Alarm.status != AlarmStatus.CLOSED)
    called = CallBack.taken_by == signed_in().id, CallBack.done_at.is_(None)
    calling = select(CallBack.id).where(CallBack.resident_id == resident_id, *called)
    return facts().scalar(alarm.limit(1)) is not None or facts().scalar(calling.limit(1)) is not None


def note_pop(resident_id: int, call_id: int | None) -> None:
    """The file was shown with a call at the desk: written down once a call and operator, and nobody is asked why. Commits."""
    mine = *_mine(resident_id), FileOpening.call_id == call_id
    if facts().scalar(select(FileOpening.id).where(*mine, FileOpening.at > parts().clock() - WRAP_UP).limit(1)) is None:
        facts().add(
            FileOpening(resident_id=resident_id, operator_id=signed_in().id, call_id=call_id, reason="", at=parts().clock())
        )
        facts().commit()


def write_opening(resident_id: int, reason: str, shown: str = "") -> None:
    """Write down that who is signed in opened the file, in their own call or for a reason, or had a number shown. Commits."""
    call = None if reason else _own_call(resident_id)
    opening = {"call_id": call.id if call else None, "operator_id": signed_in().id, "reason": reason, "shown": shown}
    facts().add(FileOpening(resident_id=resident_id, at=parts().clock(), **opening))
    facts().commit()


def _resident(resident_id: int) -> Resident:
    resident = facts().scalar(select(Resident).where(Resident.id == resident_id).options(joinedload(Resident.area)))
    if resident is None:
        abort(404)
    return resident


def _form(resident: Resident) -> str:
    back = request.form.get("back") or request.args.get("back", "")
    return render_template("file_reason.html", resident=resident, reasons_to_open=REASONS, back=back)
