"""What is done to a device: moved, replaced, ticked off; and the sheet for whoever fits it, the one page with its secret."""

import logging
from collections.abc import Callable
from ipaddress import ip_address

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.devices.keeping import DeviceRefused, move_device, replace_device
from dispatch.devices.proving import tick_off_test, tick_off_visit
from models.device_health import TrialResult
from models.devices import FAMILY_KEYS, Device, DeviceStatus
from models.settings import Settings
from operator_console import device_words
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
device_actions = Blueprint("device_actions", __name__, url_prefix="/devices/<int:device_id>")

# How often the phone registers: soon enough to find an exchange that was put in the place of another.
REGISTERS_EVERY_S = 300


@device_actions.post("/move")
def move(device_id: int) -> ResponseReturnValue:
    """Install it, take it back, or retire it."""
    if request.form.get("status") not in set(DeviceStatus):
        abort(400)
    status = DeviceStatus(request.form["status"])
    return _change(device_id, lambda device: move_device(facts(), device, status, parts().clock(), signed_in().login))


@device_actions.post("/replace")
def replace(device_id: int) -> ResponseReturnValue:
    """Another phone stands there now."""
    model = request.form.get("model", "")
    return _change(device_id, lambda device: replace_device(facts(), device, model, parts().clock(), signed_in().login))


@device_actions.post("/tested")
def tested(device_id: int) -> ResponseReturnValue:
    """How a test call went."""
    if request.form.get("result") not in set(TrialResult):
        abort(400)
    result, note, now = TrialResult(request.form["result"]), request.form.get("note", ""), parts().clock()
    return _change(device_id, lambda device: tick_off_test(facts(), device, result, now, by=signed_in().login, note=note))


@device_actions.post("/visited")
def visited(device_id: int) -> ResponseReturnValue:
    """Somebody was there."""
    note, now = request.form.get("note", ""), parts().clock()
    return _change(device_id, lambda device: tick_off_visit(facts(), device.id, now, signed_in().login, note))


@device_actions.post("/sheet")
def sheet(device_id: int) -> str:
    """The printable sheet, for supervisors; that it was shown is written down before it is."""
    device, operator = _device(device_id), signed_in()
    if device.status is DeviceStatus.RETIRED:
        abort(404)
    device.add_history("sheet_shown", parts().clock(), operator.login)
    facts().commit()
    log.info("device %d: its sheet was shown to operator %d", device.id, operator.id)
    return render_template(
        "device_sheet.html",
        device=device,
        operator=operator,
        printed_at=parts().clock(),
        server=parts().settings.external_address or parts().settings.bind_address,
        reachable=_is_reachable(parts().settings),
        registers_every_s=REGISTERS_EVERY_S,
        family_keys=[(key, device_words.FAMILY_KEY[key], device.rings.get(key)) for key in FAMILY_KEYS],
    )


def _change(device_id: int, change: Callable[[Device], object]) -> ResponseReturnValue:
    device = _device(device_id)
    try:
        change(device)
    except DeviceRefused as fault:
        facts().rollback()
        flash(str(fault), "trouble")
    else:
        facts().commit()
        log.info("device %d: %s by operator %d", device_id, (request.endpoint or "").rpartition(".")[2], signed_in().id)
        flash("已记下。\nWritten down.", "done")
    return redirect(url_for("devices.show", device_id=device_id), 303)


def _device(device_id: int) -> Device:
    device = facts().get(Device, device_id)
    if device is None:
        abort(404)
    return device


def _is_reachable(settings: Settings) -> bool:
    """Whether the address that we know of the exchange is one that a phone outside can use."""
    try:
        address = ip_address(settings.external_address or settings.bind_address)
    except ValueError:  # a name
        return True
    return not (address.is_loopback or address.is_unspecified)
