"""Adding a resident and changing a file; enrolling reads the same form."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.residents.cells import NO_RELATION, ROLES
from dispatch.residents.columns import COLUMNS
from dispatch.residents.writing import differing, note, read_data, read_known, write_data
from dispatch.sheets.columns import in_words
from dispatch.sheets.faults import Fault
from models.areas import Area
from models.residents import Resident
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
resident_forms = Blueprint("resident_forms", __name__, url_prefix="/residents")

Written = Mapping[str, str]
NEW = {column.key: "" for column in COLUMNS} | {
    "language": "中文",
    "hearing": "好",
    "subsidy_percent": "0",
    "speech_pace_percent": "100",
}
EMPTY_ROWS = 2  # for further contacts


@resident_forms.get("/add")
def show_add() -> str:
    """The empty form."""
    return show_form("resident_form.html", None, NEW, [])


@resident_forms.post("/add")
def add() -> ResponseReturnValue:
    """Add a resident."""
    resident, faults = write_new(written())
    if resident is None:
        return show_form("resident_form.html", None, written(), faults), 400
    facts().commit()
    return done(resident, "added", "已登记，以后来电就认得了。\nRegistered; from now on their calls are recognised.")


@resident_forms.get("/<int:resident_id>/edit")
def show_edit(resident_id: int) -> str:
    """The form, filled in; the id number is not sent again."""
    resident = find(resident_id)
    return show_form("resident_form.html", resident, {column.key: column.write(resident, None) for column in COLUMNS}, [])


@resident_forms.post("/<int:resident_id>/edit")
def edit(resident_id: int) -> ResponseReturnValue:
    """Change the file."""
    resident, now = find(resident_id), parts().clock()
    values, faults = read_data(written(), read_known(facts(), _today()), new=False)
    if faults:
        return show_form("resident_form.html", resident, written(), faults), 400
    differ = differing(resident, values)
    write_data(resident, values, {area.id: area for area in facts().scalars(select(Area))})
    if differ:
        note(facts(), resident, "changed", now, by=signed_in().login, words=in_words(COLUMNS, differ))
    try:
        facts().commit()
    except IntegrityError:
        facts().rollback()
        fault = Fault("", "刚刚有人改了这份档案，请再保存一次", "somebody has just changed this file; save again")
        return show_form("resident_form.html", find(resident_id), written(), [fault]), 409
    return done(resident, "changed", "已保存；电话交换机几秒后知道新的家人和号码。\nSaved; the exchange knows within seconds.")


def write_new(form: Written) -> tuple[Resident | None, list[Fault]]:
    """A new resident from what was written, flushed and with a first line of history; None with faults. The caller commits."""
    values, faults = read_data(form, read_known(facts(), _today()), new=True)
    if faults:
        return None, faults
    resident = Resident()
    write_data(resident, values, {area.id: area for area in facts().scalars(select(Area))})
    facts().add(resident)
    facts().flush()
    note(facts(), resident, "added", parts().clock(), by=signed_in().login)
    return resident, []


def written() -> dict[str, str]:
    """The form's fields as a table would have them: the rows of the contacts are one cell, in their order."""
    form = request.form
    rows = zip(*(form.getlist(f"contact_{fact}") for fact in ("role", "name", "relation", "number", "order")), strict=False)
    contacts = []
    for role, name, relation, number, order in rows:
        if name.strip() or number.strip():
            place = int(order) if order.isdecimal() and len(order) < 4 else 1000
            parted = (
                role if role in ROLES else "?",
                _in_one(name, " "),
                _in_one(relation, "") or NO_RELATION,
                _in_one(number, ""),
            )
            contacts.append((place, " ".join(part or "?" for part in parted)))
    ordered = [words for _, words in sorted(contacts, key=lambda contact: contact[0])]
    return {column.key: form.get(column.key, "") for column in COLUMNS} | {"contacts": "；".join(ordered)}


def find(resident_id: int) -> Resident:
    """The resident, or 404."""
    return facts().get(Resident, resident_id) or abort(404)


def show_form(template: str, resident: Resident | None, form: Written, faults: Sequence[Fault], **more: Any) -> str:
    """The form as it was filled in, with what is wrong beside each field."""
    rows = [
        (*words[:1], " ".join(words[1:-2]), *words[-2:])
        for words in (one.split() for one in form["contacts"].split("；"))
        if words
    ]
    return render_template(
        template,
        resident=resident,
        written=form,
        contacts=[(role, name, "" if relation == NO_RELATION else relation, number) for role, name, relation, number in rows],
        empty_rows=EMPTY_ROWS,
        faults={fault.column: fault for fault in faults},
        areas=facts().scalars(select(Area.name).order_by(Area.id)).all(),
        **more,
    )


def done(resident: Resident, what: str, words: str) -> ResponseReturnValue:
    """Say so, on the file's page."""
    log.info("resident %d: %s by operator %d", resident.id, what, signed_in().id)
    flash(words, "done")
    return redirect(url_for("residents.show", resident_id=resident.id), 303)


def _in_one(words: str, between: str) -> str:
    """Without what parts one contact from another."""
    return between.join(words.replace("；", " ").replace(";", " ").split())


def _today() -> Any:
    return parts().clock().astimezone(ZoneInfo(parts().settings.timezone)).date()
