"""The list of devices: those with trouble first, narrowed and counted by the database, as many as one looks at."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import abort, request
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import selectinload

from dispatch.devices.proving import is_test_due
from dispatch.devices.state import states_of
from dispatch.devices.success import first_time_success
from models.device_health import DeviceFault, DeviceVisit
from models.devices import Device, DeviceKind, DeviceStatus
from models.searching import search_devices, search_residents
from operator_console.context import facts, parts
from operator_console.list_pages import AT_A_TIME, page_asked_for, rows_before
from operator_console.shared_facts import shared
from operator_console.words import Said

MANY = 5
# So many residents with what was typed in their name or address have their devices listed.
OF_RESIDENTS = 200
# What tells of a month is counted so often, and what tells of all years.
SLOWLY_S = 30.0
OF_YEARS_S = 300.0
FILTERS = {
    "here": Said("在用", "in use"),
    "trouble": Said("有问题", "trouble"),
    "tests": Said("要试打", "test due"),
    "stock": Said("在库", "in stock"),
    "retired": Said("已停用", "retired"),
}

_IS_WATCHED = and_(Device.kind == DeviceKind.ONE_KEY, Device.status == DeviceStatus.INSTALLED)
# By tables: the devices are limited already where an officer asks (scope.py).
_FAULTS, _VISITS = DeviceFault.__table__.c, DeviceVisit.__table__.c
_WITH_FAULT = select(_FAULTS.device_id).where(_FAULTS.ended_at.is_(None))
_WITH_VISIT = select(_VISITS.device_id).where(_VISITS.ended_at.is_(None))
_TO_VISIT = Device.id.in_(_WITH_VISIT)
_SILENT = and_(_IS_WATCHED, Device.id.in_(_WITH_FAULT))
_TROUBLED = or_(_SILENT, _TO_VISIT)
# Among these, found by index, are all the troubled.
_MAY_BE_TROUBLED = Device.id.in_(union_all(_WITH_FAULT, _WITH_VISIT))
_STATUS = {"here": DeviceStatus.INSTALLED, "stock": DeviceStatus.IN_STOCK, "retired": DeviceStatus.RETIRED}


def device_troubles() -> Select[int]:
    """How many devices are silent or to be visited."""
    silent = select(DeviceFault.device_id).where(DeviceFault.ended_at.is_(None))
    visits = select(DeviceVisit.device_id).where(DeviceVisit.ended_at.is_(None))
    return select(func.count()).select_from(silent.union(visits).subquery())


def asked_for() -> tuple[str, str, int]:
    """What was typed, which group, and behind how many of it."""
    wanted, chosen = request.args.get("q", "").strip()[:60], request.args.get("show", "here")
    if chosen not in FILTERS:
        abort(404)
    return wanted, chosen, rows_before()


def list_of_devices() -> dict[str, Any]:
    """What the list shows of the devices that were asked for."""
    wanted, chosen, _ = asked_for()
    found = _found(wanted)
    groups = _groups()
    there = _count_by_kind(found)
    silent = _count(found, _SILENT, _MAY_BE_TROUBLED)
    counts = {key: sum(count for (status, _), count in there.items() if status is of) for key, of in _STATUS.items()}
    counts["trouble"] = _count(found, _TROUBLED, _MAY_BE_TROUBLED)
    counts["tests"] = shared(("tests due", wanted), lambda: _count(found, groups["tests"]), lasts_s=SLOWLY_S)
    page = page_asked_for(counts[chosen])
    devices = _in_order([*found, groups[chosen]], page.after)
    return {
        "many_silent": silent >= MANY and 2 * silent > there[DeviceStatus.INSTALLED, DeviceKind.ONE_KEY],
        "states": states_of(facts(), devices, parts().settings, parts().clock()),
        "page": page,
        "counts": counts,
        "filters": FILTERS,
        "chosen": chosen,
        "wanted": wanted,
        "success": shared("first-time success", lambda: first_time_success(facts()), lasts_s=OF_YEARS_S),
    }


def _groups() -> dict[str, ColumnElement[bool]]:
    late = parts().clock() - timedelta(days=parts().settings.device_test_every_days)
    return {
        "trouble": _TROUBLED,
        "tests": is_test_due(late),
        **{key: Device.status == status for key, status in _STATUS.items()},
    }


def _found(wanted: str) -> list[ColumnElement[bool]]:
    """By the resident or the number as everywhere, and by what stands on the device."""
    if not wanted:
        return []
    residents = [one.id for one in search_residents(facts(), wanted, OF_RESIDENTS)]
    own = [one.id for one in search_devices(facts(), wanted, OF_RESIDENTS)]
    said: list[ColumnElement[bool]] = [Device.resident_id.in_(residents), Device.id.in_(own)]
    said += [field.contains(wanted, autoescape=True) for field in (Device.model, Device.place)]
    if wanted.isdecimal() and len(wanted) < 10:
        said.append(Device.id == int(wanted))
    return [or_(*said)]


def _in_order(which: Sequence[ColumnElement[bool]], after: int) -> Sequence[Device]:
    """A page of them: those with trouble first, who are few; the others by their ids, so that nobody has to sort them all."""
    asked = select(Device).where(*which).options(selectinload(Device.resident))
    first = asked.where(_MAY_BE_TROUBLED, _TROUBLED).order_by(_TO_VISIT.desc(), _SILENT.desc(), Device.id)
    devices = list(facts().scalars(first.offset(after).limit(AT_A_TIME)))
    if len(devices) == AT_A_TIME:
        return devices
    before = _count(which, _MAY_BE_TROUBLED, _TROUBLED) if after else 0
    others = asked.where(~_TROUBLED).order_by(Device.id).offset(max(0, after - before))
    return [*devices, *facts().scalars(others.limit(AT_A_TIME - len(devices)))]


def _count_by_kind(found: Sequence[ColumnElement[bool]]) -> Counter[tuple[DeviceStatus, DeviceKind]]:
    """How many of those found there are of each status and kind, in one reading."""
    kinds = (Device.status, Device.kind)
    counted = facts().execute(select(*kinds, func.count()).where(*found).group_by(*kinds))
    return Counter({(status, kind): count for status, kind, count in counted})


def _count(found: Sequence[ColumnElement[bool]], *group: ColumnElement[bool]) -> int:
    return facts().scalar(select(func.count()).select_from(Device).where(*found, *group)) or 0
