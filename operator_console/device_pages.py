"""Devices: the list of them with their health, and one device with all that happened to it."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.devices.health import Health
from dispatch.devices.state import DeviceState, states_of
from dispatch.devices.success import first_time_success
from models.device_health import DeviceFault, DeviceTest, DeviceVisit, TrialResult
from models.devices import FAMILY_KEYS, Device, DeviceStatus
from models.operators import Role
from models.phones import normalise_number
from models.residents import Resident
from operator_console import device_words
from operator_console.context import facts, parts, signed_in
from operator_console.live import fragment
from operator_console.words import Said

devices = Blueprint("devices", __name__, url_prefix="/devices")

PAST_SHOWN = 50
MANY = 5


class Happening(NamedTuple):
    """One line of what happened to a device."""

    at: datetime
    words: Said
    by: str = ""
    note: str = ""


FILTERS = {
    "here": Said("在用", "in use"),
    "trouble": Said("有问题", "trouble"),
    "tests": Said("要试打", "test due"),
    "stock": Said("在库", "in stock"),
    "retired": Said("已停用", "retired"),
}


@devices.get("/")
def index() -> str:
    """Every device, which then keeps itself up to date."""
    return render_template("devices.html", **_devices())


@devices.get("/live")
def index_live() -> Response:
    """What changes in the list."""
    return fragment("devices_live.html", **_devices())


@devices.get("/<int:device_id>")
def show(device_id: int) -> str:
    """One device, which keeps itself up to date."""
    return render_template("device.html", **_device(device_id))


@devices.get("/<int:device_id>/live")
def live(device_id: int) -> Response:
    """What changes on a device's page."""
    return fragment("device_live.html", **_device(device_id))


@devices.app_template_global()
def device_troubles() -> int:
    """How many devices are silent or to be visited."""
    silent = select(DeviceFault.device_id).where(DeviceFault.ended_at.is_(None))
    visits = select(DeviceVisit.device_id).where(DeviceVisit.ended_at.is_(None))
    return facts().scalar(select(func.count()).select_from(silent.union(visits).subquery())) or 0


@devices.app_template_filter()
def told(of: Any) -> Said:
    """The words for a device's kind, status, health, visit or test."""
    return device_words.told(of)


def _devices() -> dict[str, Any]:
    wanted, chosen = request.args.get("q", "").strip()[:60], request.args.get("show", "here")
    if chosen not in FILTERS:
        abort(404)
    states = states_of(facts(), _found(wanted), parts().settings, parts().clock())
    sorted_in = {key: [state for state in states if _belongs(state, key)] for key in FILTERS}
    silent = sum(state.health is Health.SILENT for state in states)
    return {
        "many_silent": silent >= MANY and 2 * silent > sum(state.device.is_watched for state in states),
        "states": sorted(sorted_in[chosen], key=_urgency),
        "counts": {key: len(found) for key, found in sorted_in.items()},
        "filters": FILTERS,
        "chosen": chosen,
        "wanted": wanted,
        "success": first_time_success(facts()),
    }


def _found(wanted: str) -> list[Device]:
    asked = select(Device).join(Device.resident).order_by(Device.id).options(joinedload(Device.resident))
    if wanted:
        fields = (Resident.name, Resident.form_of_address, Resident.address, Device.model, Device.place)
        said = [field.contains(wanted, autoescape=True) for field in fields]
        if number := normalise_number(wanted):
            said.append(Device.number == number)
        if wanted.isdecimal() and len(wanted) < 10:
            said.append(Device.id == int(wanted))
        asked = asked.where(or_(*said))
    return list(facts().scalars(asked))


def _belongs(state: DeviceState, key: str) -> bool:
    status = state.device.status
    return {
        "here": status is DeviceStatus.INSTALLED,
        "trouble": state.health is Health.SILENT or state.visit is not None,
        "tests": state.test_due,
        "stock": status is DeviceStatus.IN_STOCK,
        "retired": status is DeviceStatus.RETIRED,
    }[key]


def _urgency(state: DeviceState) -> tuple[bool, bool, int]:
    return state.visit is None, state.health is not Health.SILENT, state.device.id


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
        "may_print": signed_in().role is Role.SUPERVISOR and device.status is not DeviceStatus.RETIRED,
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
