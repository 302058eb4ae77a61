"""Adding a device for a resident, and describing one anew."""

import logging
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.devices.keeping import DeviceRefused, DeviceRequest, add_device, change_device
from models.devices import FAMILY_KEYS, Device, DeviceKind, DeviceStatus
from models.residents import Resident
from models.searching import search_residents
from operator_console import device_words
from operator_console.context import facts, parts, signed_in
from operator_console.row_ids import read_row_id

log = logging.getLogger(__name__)
device_forms = Blueprint("device_forms", __name__, url_prefix="/devices")

RESIDENTS_SHOWN = 20
PLACES = ("床头", "客厅", "卫生间", "厨房")


@device_forms.get("/add")
def show_add() -> str:
    """Whose it is first, for that decides whom its keys can ring; then the form."""
    resident = facts().get(Resident, request.args.get("resident", 0, type=read_row_id))
    if resident is None:
        wanted = request.args.get("q", "").strip()[:60]
        return render_template("device_whose.html", residents=search_residents(facts(), wanted, RESIDENTS_SHOWN), wanted=wanted)
    return _form(resident, None, {})


@device_forms.post("/add")
def add() -> ResponseReturnValue:
    """Add it."""
    resident = facts().get(Resident, request.form.get("resident", 0, type=read_row_id))
    if resident is None:
        abort(404)
    status = DeviceStatus.IN_STOCK if request.form.get("in_stock") else DeviceStatus.INSTALLED
    try:
        device = add_device(facts(), _request(resident), status, parts().clock(), signed_in().login)
    except DeviceRefused as fault:
        return _refuse(fault, resident, None)
    facts().commit()
    log.info("device %d added by operator %d", device.id, signed_in().id)
    flash("已新增，几秒后就能注册。\nAdded; it can register in a few seconds.", "done")
    return redirect(url_for("devices.show", device_id=device.id), 303)


@device_forms.get("/<int:device_id>/edit")
def show_edit(device_id: int) -> str:
    """The form, filled in."""
    device = _device(device_id)
    values = {"number": device.number, "model": device.model, "place": device.place, "kind": device.kind.value}
    return _form(device.resident, device, values | {key.key: str(key.contact_id) for key in device.keys})


@device_forms.post("/<int:device_id>/edit")
def edit(device_id: int) -> ResponseReturnValue:
    """Change it."""
    device = _device(device_id)
    resident = device.resident
    try:
        change_device(facts(), device, _request(resident), parts().clock(), signed_in().login)
    except DeviceRefused as fault:
        facts().rollback()
        return _refuse(fault, resident, device)
    facts().commit()
    log.info("device %d changed by operator %d", device.id, signed_in().id)
    flash("已改好，几秒后生效。\nChanged; it holds in a few seconds.", "done")
    return redirect(url_for("devices.show", device_id=device.id), 303)


def _device(device_id: int) -> Device:
    device = facts().get(Device, device_id)
    if device is None or device.status is DeviceStatus.RETIRED:
        abort(404)
    return device


def _request(resident: Resident) -> DeviceRequest:
    form = request.form
    if form.get("kind") not in set(DeviceKind):
        abort(400)
    chosen = {key: form[key] for key in FAMILY_KEYS if form.get(key)}
    if not all(contact.isdecimal() and len(contact) < 10 for contact in chosen.values()):
        abort(400)
    keys = {key: int(contact) for key, contact in chosen.items()}
    described = {name: form.get(name, "") for name in ("number", "model", "place")}
    return DeviceRequest(resident.id, kind=DeviceKind(form["kind"]), keys=keys, **described)


def _refuse(fault: DeviceRefused, resident: Resident, device: Device | None) -> ResponseReturnValue:
    flash(str(fault), "trouble")
    return _form(resident, device, request.form), 400


def _form(resident: Resident, device: Device | None, values: Mapping[str, str]) -> str:
    return render_template(
        "device_form.html",
        resident=resident,
        device=device,
        values=values,
        kinds=device_words.KIND,
        family_keys=device_words.FAMILY_KEY,
        models=facts().scalars(select(Device.model).distinct().order_by(Device.model)).all(),
        places=PLACES,
    )
