"""A masked number of a resident's file, shown whole to whoever asks: one at a time, for a while, and written down in the file."""

import logging
import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.residents.id_numbers import mask_id_number
from models.calls import Call
from models.devices import Device
from models.file_openings import FileOpening
from models.phones import group_digits, mask_number
from models.residents import Contact, Resident, ResidentPhone
from operator_console.context import facts, parts, signed_in
from operator_console.file_openings import REASONS, is_file_open, reason_given, write_opening
from operator_console.shared_facts import shared
from operator_console.words import Said

log = logging.getLogger(__name__)
masked_numbers = Blueprint("masked_numbers", __name__, url_prefix="/residents")

SHOWN_FOR = timedelta(minutes=5)
ID_NUMBER = "id"
# By the first part of a number's kept, `phone-12`: whose row it is, and what the file's log calls it.
KINDS = {"phone": ResidentPhone, "contact": Contact, "device": Device, "call": Call}
WORDS = {
    ID_NUMBER: Said("身份证号", "ID number"),
    "phone": Said("电话", "telephone"),
    "contact": Said("家人的电话", "a relative's telephone"),
    "device": Said("一键通的号码", "the one-key phone's number"),
    "call": Said("来电的号码", "the number of a call"),
}
_FRAME = re.compile(r"number-[a-z0-9-]{1,60}")


@masked_numbers.app_context_processor
def _for_other_pages() -> dict[str, object]:
    return {"number_words": WORDS}


@masked_numbers.post("/<int:resident_id>/numbers/<string:kept>")
def show(resident_id: int, kept: str) -> ResponseReturnValue:
    """Write down that this number is looked at, and show it; where nobody has said why yet, ask first."""
    number_of(resident_id, kept)
    if not is_file_open(resident_id):
        if "why" not in request.form:
            return _frame(resident_id, kept, ask=True), 422
        if (reason := reason_given()) is None:
            return _frame(resident_id, kept, ask=True, fault=True), 422
        write_opening(resident_id, reason)
    write_opening(resident_id, "", shown=kept)
    log.info("number %s of resident %d shown to operator %d", kept, resident_id, signed_in().id)
    return redirect(url_for("masked_numbers.number", resident_id=resident_id, kept=kept), 303)


@masked_numbers.get("/<int:resident_id>/numbers/<string:kept>")
def number(resident_id: int, kept: str) -> str:
    """The number as whoever is signed in may see it now, to be put where it stood."""
    return _frame(resident_id, kept)


def was_shown(resident_id: int, kept: str) -> bool:
    """Whether who is signed in had this number shown just now."""
    return (resident_id, kept) in numbers_shown()


def numbers_shown() -> frozenset[tuple[int, str]]:
    """All that who is signed in had shown just now, by the resident and what the number is kept as."""
    if "numbers_shown" not in g:
        # The parts of a page are asked for one after the other.
        g.numbers_shown = shared(("numbers shown", signed_in().id), _numbers_shown)
    shown: frozenset[tuple[int, str]] = g.numbers_shown
    return shown


def _numbers_shown() -> frozenset[tuple[int, str]]:
    mine = FileOpening.operator_id == signed_in().id, FileOpening.at > parts().clock() - SHOWN_FOR, FileOpening.shown != ""
    rows = facts().execute(select(FileOpening.resident_id, FileOpening.shown).where(*mine))
    return frozenset((row.resident_id, row.shown) for row in rows)


def number_of(resident_id: int, kept: str) -> tuple[str, str]:
    """The number of that name in the resident's file: whole, and masked. Aborts where there is none."""
    kind, _, row_id = kept.partition("-")
    resident = facts().get(Resident, resident_id) or abort(404)
    if kept == ID_NUMBER and resident.id_number:
        return resident.id_number, mask_id_number(resident.id_number)
    row: Any = facts().get(KINDS[kind], int(row_id)) if kind in KINDS and re.fullmatch("[0-9]{1,9}", row_id) else None
    if row is None or row.resident_id != resident_id:
        abort(404)
    found = row.shown_number if isinstance(row, Device) else row.number
    return (group_digits(found), mask_number(found)) if found else abort(404)


def _frame(resident_id: int, kept: str, **asked: bool) -> str:
    """The fragment in the frame that asks for it: the same number may stand in several places of a page."""
    whole, masked = number_of(resident_id, kept)
    frame = request.headers.get("Turbo-Frame", "")
    place = frame if _FRAME.fullmatch(frame) else f"number-{kept}"
    g.pop("numbers_shown", None)
    shown = {"resident_id": resident_id, "kept": kept, "whole": whole, "masked": masked, "frame": place}
    return render_template("masked_number.html", reasons_to_open=REASONS, **shown, **asked)
