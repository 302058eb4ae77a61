"""Devices: the list of them with their health, and one device with all that happened to it."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.devices.state import states_of
from models.device_health import DeviceFault, DeviceTest, DeviceVisit, TrialResult
from models.devices import FAMILY_KEYS, Device, DeviceStatus
from operator_console import device_words
from operator_console.context import facts, parts
from operator_console.device_list import asked_for, list_of_devices
from operator_console.guard import may_go
from operator_console.live import fragment, shared_fragment, shared_part
from operator_console.words import Said

devices = Blueprint("devices", __name__, url_prefix="/devices")

PAST_SHOWN = 50
_LIST = "devices_live.html"


class Happening(NamedTuple):
    """One line of what happened to a device."""

    at: datetime
    words: Said
    by: str = ""
    note: str = ""


@devices.get("/")
def index() -> str:
    """Every device, which then keeps itself up to date."""
    wanted, chosen, after = about = asked_for()
    part = shared_part(_LIST, about, list_of_devices)
    return render_template("devices.html", part=part, wanted=wanted, chosen=chosen, after=after)


@devices.get("/live")
def index_live() -> Response:
    """What changes in the list."""
    return shared_fragment(_LIST, asked_for(), list_of_devices)


@devices.get("/<int:device_id>")
def show(device_id: int) -> str:
    """One device, which keeps itself up to date."""
    return render_template("device.html", **_device(device_id))


@devices.get("/<int:device_id>/live")
def live(device_id: int) -> Response:
    """What changes on a device's page."""
    return fragment("device_live.html", **_device(device_id))


@devices.app_template_filter()
def told(of: Any) -> Said:
    """The words for a device's kind, status, health, visit or test."""
    return device_words.told(of)


def _device(device_id: int) -> dict[str, Any]:
    asked = select(Device).where(Device.id == device_id)
    device = facts().scalar(asked.options(joinedload(Device.resident), selectinload(Device.keys), selectinload(Device.history)))
    if device is None:
        abort(404)
    [state] = states_of(facts(), [device], parts().settings, parts().clock())
    return {
        "device": device,
        "state": state,
        "history": _history(device)[:PAST_SHOWN],
        "family_keys": {key: device_words.FAMILY_KEY[key] for key in FAMILY_KEYS},
        "results": list(TrialResult),
        "may_print": may_go("device_actions.sheet") and device.status is not DeviceStatus.RETIRED,
    }


def _history(device: Device) -> list[Happening]:
    """Everything that happened, the newest first."""
    lines = [Happening(line.at, device_words.HAPPENED[line.happened], line.by, _details(line.details)) for line in device.history]
    for fault in facts().scalars(select(DeviceFault).where(DeviceFault.device_id == device.id)):
        lines.append(Happening(fault.raised_at, Said("失联", "fell silent", "trouble")))
        if fault.ended_at:
            lines.append(Happening(fault.ended_at, Said("又上线了", "heard again", "done")))
    for visit in facts().scalars(select(DeviceVisit).where(DeviceVisit.device_id == device.id)):
        reason = device_words.told(visit.reason)
        lines.append(Happening(visit.due_at, Said(f"要上门：{reason.zh}", f"visit due: {reason.en}", "trouble")))
        if visit.ended_at:
            words = Said("上门看过了", "visited", "done") if visit.ended_by else Said("不必上门了", "no visit needed any more")
            lines.append(Happening(visit.ended_at, words, visit.ended_by, visit.note))
    for test in facts().scalars(select(DeviceTest).where(DeviceTest.device_id == device.id)):
        result = device_words.told(test.result)
        words = Said(f"试打：{result.zh}", f"test call: {result.en}", result.tone)
        lines.append(Happening(test.at, words, test.by, test.note))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _details(details: dict[str, Any]) -> str:
    parts_of = [str(details[name]) for name in ("before", "model", "number") if name in details]
    return " → ".join(parts_of) if "before" in details else " ".join(parts_of)
