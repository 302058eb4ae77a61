"""Enrolling a resident from a call: the form is filled with what the call has brought."""

import logging
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from models.areas import Area
from models.calls import Call
from models.phones import normalise_number
from models.residents import Resident, ResidentPhone
from operator_console.context import facts, parts, signed_in
from operator_console.row_ids import read_row_id
from operator_console.words import GENDER

log = logging.getLogger(__name__)
enrolling = Blueprint("enrolling", __name__, url_prefix="/calls")

LONGEST = 200
OLDEST_YEAR = 1900


class Faulty(Exception):
    """The form cannot be taken as it is; the text says why in both languages, on two lines."""


@enrolling.get("/<int:call_id>/enrol")
def show(call_id: int) -> str:
    """The form."""
    call = _call(call_id)
    words = str(call.collected.get("words", ""))
    return _form(call, {"number": call.number, "notes": f"来电说：{words}" if words else ""})


@enrolling.post("/<int:call_id>/enrol")
def enrol(call_id: int) -> ResponseReturnValue:
    """Register the resident, and note that it was they who called."""
    call = _call(call_id)
    try:
        resident = _resident(request.form)
    except Faulty as fault:
        flash(str(fault), "trouble")
        return _form(call, request.form), 400
    call.resident = resident
    facts().add(resident)
    facts().commit()
    log.info("resident %d enrolled from call %d by operator %d", resident.id, call.id, signed_in().id)
    flash("已登记，以后来电就认得了。\nRegistered; from now on their calls are recognised.", "done")
    return redirect(url_for("residents.show", resident_id=resident.id), 303)


def _call(call_id: int) -> Call:
    call = facts().get(Call, call_id)
    if call is None or call.resident is not None:
        abort(404)
    return call


def _form(call: Call, values: Mapping[str, str]) -> str:
    areas = list(facts().scalars(select(Area).order_by(Area.id)))
    return render_template("enrol.html", call=call, values=values, areas=areas)


def _resident(form: MultiDict[str, str]) -> Resident:
    said = {name: form.get(name, "").strip()[:LONGEST] for name in ("name", "form_of_address", "address", "gender", "notes")}
    if not (said["name"] and said["form_of_address"] and said["address"] and said["gender"] in GENDER):
        raise Faulty("姓名、称呼、性别和住址都要填。\nName, form of address, gender and address are needed.")
    area = facts().get(Area, form.get("area", 0, type=read_row_id))
    if area is None:
        raise Faulty("请选片区。\nChoose an area.")
    number = normalise_number(form.get("number", ""))
    if not number:
        raise Faulty("电话号码不对。\nThat is no telephone number.")
    return Resident(
        **said,
        born=_born(form.get("born", "")),
        area=area,
        latitude=area.latitude,  # good enough to rank providers by, until somebody knows better
        longitude=area.longitude,
        phones=[ResidentPhone(number=number)],
    )


def _born(written: str) -> date:
    try:
        born = date.fromisoformat(written)
    except ValueError:
        raise Faulty("出生日期不对。\nThat is no date of birth.") from None
    if born.year < OLDEST_YEAR or born > parts().clock().date():
        raise Faulty("出生日期不对。\nThat is no date of birth.")
    return born
