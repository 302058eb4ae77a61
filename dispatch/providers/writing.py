"""A provider's data: read as a whole from what is written, compared with what is kept, and kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.providers.cells import Known, WorkerCell
from dispatch.providers.columns import BY_KEY, COLUMNS
from dispatch.sheets.columns import read_values
from dispatch.sheets.faults import Fault
from models.areas import Area
from models.providers import Provider, ProviderEvent, Worker
from models.services import Service

START_RATING = 4.0  # before any resident has given a score; our own choice, a little under the demo's mean


def read_known(session: Session) -> Known:
    """The areas and skills that there are; a skill goes by its key and by the names of the services that need it."""
    areas = {name: area_id for area_id, name in session.execute(select(Area.id, Area.name))}
    skills: dict[str, str] = {}
    for key, name in session.execute(select(Service.skill, Service.name).order_by(Service.id)):
        skills |= {name: key, key: key}
    return Known(areas, skills)


def names_of_skills(session: Session) -> dict[str, str]:
    """What each skill is called: by the first service that needs it."""
    names: dict[str, str] = {}
    for key, name in session.execute(select(Service.skill, Service.name).order_by(Service.id)):
        names.setdefault(key, name)
    return names


def read_data(written: Mapping[str, str], known: Known, *, new: bool, line: int = 0) -> tuple[dict[str, Any], list[Fault]]:
    """The values by their columns, and every fault.

    What is not written, or written as nothing, is left out for a provider that is there, and the usual for a new one.
    """
    values, faults = read_values(COLUMNS, written, known, new=new, line=line)
    if ("latitude" in written or "longitude" in written) and not faults:
        faults += [
            Fault(one, "纬度和经度要么都写，要么都不写", "latitude and longitude: both or neither", line, BY_KEY[one].zh)
            for one, other in (("latitude", "longitude"), ("longitude", "latitude"))
            if values.get(one) is None and values.get(other) is not None
        ]
    if values.get("opens") is not None and values.get("opens") == values.get("closes"):
        faults.append(
            Fault("closes", "与开门时间相同；整天写0:00和24:00", "is the same as opens; all day is 0:00 and 24:00", line, "关门")
        )
    return values, faults


def differing(provider: Provider, values: Mapping[str, Any]) -> list[str]:
    """The keys of the columns in which `values` is not what is kept."""
    kept = {
        "skills": set(provider.skills),
        "areas": {area.id for area in provider.areas},
        "open_weekdays": sorted(provider.open_weekdays),
        "workers": {WorkerCell(one.name, one.gender, one.number) for one in provider.workers if one.active},
    }
    differ = []
    for key, value in values.items():
        now = kept[key] if key in kept else getattr(provider, key)
        if now != (set(value) if isinstance(now, set) else value):
            differ.append(key)
    return differ


def write_data(provider: Provider, values: Mapping[str, Any], areas: Mapping[int, Area]) -> None:
    """Keep `values`; a new provider stands in the middle of its areas unless it says where. The caller commits."""
    for key, value in values.items():
        if key == "areas":
            provider.areas = [areas[area_id] for area_id in value]
        elif key == "workers":
            _write_workers(provider, value)
        elif value is not None:
            setattr(provider, key, value)
    if provider.latitude is None:
        provider.latitude = sum(area.latitude for area in provider.areas) / len(provider.areas)
        provider.longitude = sum(area.longitude for area in provider.areas) / len(provider.areas)
    if provider.rating is None:
        provider.rating = START_RATING


def note(session: Session, provider: Provider, happened: str, now: datetime, *, by: str, words: str = "") -> None:
    """Write a line of the history of a provider's data; a new provider must have been flushed. The caller commits."""
    session.add(ProviderEvent(provider_id=provider.id, happened=happened, at=now, by=by, note=words))


def _write_workers(provider: Provider, workers: Iterable[WorkerCell]) -> None:
    """Whoever is not named any more stays in the orders of old, and is sent to none."""
    left = {worker.number: worker for worker in provider.workers}
    for cell in workers:
        worker = left.pop(cell.number, None)
        if worker is None:
            provider.workers.append(Worker(name=cell.name, gender=cell.gender, number=cell.number, active=True))
        else:
            worker.name, worker.gender, worker.active = cell.name, cell.gender, True
    for worker in left.values():
        worker.active = False
