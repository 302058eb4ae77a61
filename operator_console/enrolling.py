"""Enrolling a resident from a call: the form is filled with what the call has brought."""

import logging

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.sheets.faults import Fault
from models.calls import Call
from operator_console.context import facts, signed_in
from operator_console.resident_forms import NEW, show_form, write_new, written

log = logging.getLogger(__name__)
enrolling = Blueprint("enrolling", __name__, url_prefix="/calls")


@enrolling.get("/<int:call_id>/enrol")
def show(call_id: int) -> str:
    """The form."""
    call = _call(call_id)
    words = str(call.collected.get("words", ""))
    return show_form(
        "enrol.html", None, NEW | {"phones": call.number, "notes": f"来电说：{words}" if words else ""}, [], call=call
    )


@enrolling.post("/<int:call_id>/enrol")
def enrol(call_id: int) -> ResponseReturnValue:
    """Register the resident, and note that it was they who called."""
    call, form = _call(call_id), written()
    if not form["phones"].strip():
        missing = Fault("phones", "没有写", "is missing", 0, "电话")
        return show_form("enrol.html", None, form, [missing], call=call), 400
    resident, faults = write_new(form)
    if resident is None:
        return show_form("enrol.html", None, form, faults, call=call), 400
    call.resident = resident
    facts().commit()
    log.info("resident %d enrolled from call %d by operator %d", resident.id, call.id, signed_in().id)
    flash("已登记，以后来电就认得了。\nRegistered; from now on their calls are recognised.", "done")
    if request.form.get("desk"):  # enrolled in the middle of the call: on to their order
        return redirect(url_for("desk.show", channel=call.channel_id), 303)
    return redirect(url_for("residents.show", resident_id=resident.id), 303)


def _call(call_id: int) -> Call:
    call = facts().get(Call, call_id)
    if call is None or call.resident is not None:
        abort(404)
    return call
