"""A resident's file: read as a whole from what is written, compared with what is kept, and kept."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.residents.cells import ContactCell, Known
from dispatch.residents.columns import COLUMNS
from dispatch.sheets.columns import read_values
from dispatch.sheets.faults import Fault
from models.areas import Area
from models.residents import Contact, Resident, ResidentEvent, ResidentPhone


def read_known(session: Session, today: date) -> Known:
    """The areas that there are, and the day."""
    return Known({name: area_id for area_id, name in session.execute(select(Area.id, Area.name))}, today)


def read_data(written: Mapping[str, str], known: Known, *, new: bool, line: int = 0) -> tuple[dict[str, Any], list[Fault]]:
    """The values by their columns, and every fault; see `read_values`."""
    values, faults = read_values(COLUMNS, written, known, new=new, line=line)
    if not faults and ("latitude" in values) != ("longitude" in values):
        missing, zh = ("longitude", "经度") if "latitude" in values else ("latitude", "纬度")
        faults.append(Fault(missing, "纬度和经度要么都写，要么都不写", "latitude and longitude: both or neither", line, zh))
    return values, faults


def differing(resident: Resident, values: Mapping[str, Any]) -> list[str]:
    """The keys of the columns in which `values` is not what is kept; None stands for what stays as it is."""
    kept: dict[str, Any] = {
        "area": resident.area_id,
        "phones": {phone.number for phone in resident.phones},
        "contacts": [ContactCell(one.role, one.name, one.relation, one.number) for one in resident.contacts],
    }
    differ = []
    for key, value in values.items():
        now = kept[key] if key in kept else getattr(resident, key)
        if value is not None and now != (set(value) if isinstance(now, set) else value):
            differ.append(key)
    return differ


def write_data(resident: Resident, values: Mapping[str, Any], areas: Mapping[int, Area]) -> None:
    """Keep `values`; who is new, or moves to another area, stands in its middle unless it says where. The caller commits."""
    for key, value in values.items():
        if key == "area":
            _move(resident, areas[value])
        elif key == "phones":
            _write_phones(resident, value)
        elif key == "contacts":
            _write_contacts(resident, value)
        elif value is not None:
            setattr(resident, key, value)


def note(session: Session, resident: Resident, happened: str, now: datetime, *, by: str, words: str = "") -> None:
    """Write a line of the history of a file; a new resident must have been flushed. The caller commits."""
    session.add(ResidentEvent(resident_id=resident.id, happened=happened, at=now, by=by, note=words))


def _move(resident: Resident, area: Area) -> None:
    if resident.area is not area:
        resident.area = area
        resident.latitude, resident.longitude = area.latitude, area.longitude  # good enough until somebody knows better


def _write_phones(resident: Resident, numbers: Iterable[str]) -> None:
    left = {phone.number: phone for phone in resident.phones}
    resident.phones = [left.get(number) or ResidentPhone(number=number) for number in numbers]


def _write_contacts(resident: Resident, contacts: Iterable[ContactCell]) -> None:
    """Whoever keeps the role and the number, or else the name, stays the same row: keys of a device may ring it."""
    left, cells = list(resident.contacts), list(contacts)
    rows: dict[int, Contact] = {}
    for fact in ("number", "name"):
        for at, cell in enumerate(cells):
            same = [one for one in left if (one.role, getattr(one, fact)) == (cell.role, getattr(cell, fact))]
            if same and at not in rows:
                rows[at] = same[0]
                left.remove(same[0])
    for at, cell in enumerate(cells):
        contact = rows.setdefault(at, Contact(role=cell.role))
        contact.name, contact.relation, contact.number, contact.call_order = cell.name, cell.relation, cell.number, at + 1
    resident.contacts = [rows[at] for at in range(len(cells))]
