"""The demo's files, read and checked together, so that every fault is told at once."""

import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from models.phones import normalise_number
from models.residents import ContactRole

FOLDER = Path(__file__).parent
TABLES = ("areas", "services", "residents", "providers")


class DemoDataError(Exception):
    """The demo's files cannot be used; `faults` holds one sentence per fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("演示数据有误 / the demo's files are not usable:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _as_kept(number: str) -> str:
    if normalise_number(number) != number:
        raise ValueError(f"{number!r} is not written as numbers are kept: {normalise_number(number)!r}")
    return number


def _as_pattern(words: str) -> str:
    try:
        re.compile(words)
    except re.error as error:
        raise ValueError(f"{words!r} is no pattern: {error}") from None
    return words


Words = Annotated[str, Field(min_length=1)]
Number = Annotated[str, AfterValidator(_as_kept)]
Gender = Literal["female", "male"]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Entry(BaseModel):
    """What every entry of a file keeps to: no name that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaEntry(Entry):
    """One area."""

    name: Words
    latitude: Latitude
    longitude: Longitude


class QuestionEntry(Entry):
    """What a service asks beside the time: see `Service.question`. `said` is a pattern of words that answer it unasked."""

    kind: Literal["count", "words"]
    about: Words
    zh: Words
    zh_again: Words
    en: Words
    en_again: Words
    said: Annotated[str, AfterValidator(_as_pattern)] = ""


class ServiceEntry(Entry):
    """One service of the catalogue."""

    key: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    name: Words
    name_en: Words
    spoken: Annotated[list[Annotated[str, Field(min_length=2)]], Field(min_length=1)]
    skill: Words
    price_yuan: Annotated[int, Field(ge=0)] | None = None
    unit: Words
    lead_time_min: Annotated[int, Field(ge=0)]
    urgent: bool = False
    offered_at_once: Annotated[int, Field(ge=1, le=10)] = 1
    volunteers_first: bool = False
    worker_gender: Literal["", "female", "male", "same"] = ""
    duration_min: Annotated[int, Field(ge=5, le=480)] = 60
    planned: bool = False
    subsidy_percent: Annotated[int, Field(ge=0, le=100)] = 0
    examples: list[Words] = []
    question: QuestionEntry | None = None


class ContactEntry(Entry):
    """A family member or a keyholder."""

    role: ContactRole
    name: Words
    relation: Words
    number: Number


class DeviceEntry(Entry):
    """A one-key phone; its secret is made when it is loaded."""

    number: Number
    model: Words
    place: Words


class ResidentEntry(Entry):
    """One resident, with whom to call for them, in order."""

    name: Words
    form_of_address: Words
    born: date
    gender: Gender
    area: Words
    address: Words
    latitude: Latitude
    longitude: Longitude
    phones: Annotated[list[Number], Field(min_length=1)]
    contacts: list[ContactEntry]
    devices: list[DeviceEntry] = []
    notes: str = ""


class WorkerEntry(Entry):
    """Someone a provider sends."""

    name: Words
    number: Number
    gender: Gender


class ProviderEntry(Entry):
    """One provider."""

    name: Words
    number: Number
    skills: Annotated[list[str], Field(min_length=1)]
    areas: Annotated[list[str], Field(min_length=1)]
    latitude: Latitude
    longitude: Longitude
    opens: time
    closes: time
    open_weekdays: list[Annotated[int, Field(ge=0, le=6)]]
    rating: Annotated[float, Field(ge=0, le=5)]
    volunteer: bool = False
    workers: Annotated[list[WorkerEntry], Field(min_length=1)]


class Demo(Entry):
    """The whole community."""

    areas: list[AreaEntry]
    services: list[ServiceEntry]
    residents: list[ResidentEntry]
    providers: list[ProviderEntry]


def read_demo(folder: Path = FOLDER) -> Demo:
    """The community in `folder`'s files; raises `DemoDataError` with every fault."""
    tables: dict[str, Any] = {}
    faults = []
    for name in TABLES:
        path = folder / f"{name}.toml"
        try:
            tables |= tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            faults.append(f"{path.name}: {error}")
    if faults:
        raise DemoDataError(faults)
    try:
        demo = Demo.model_validate(tables)
    except ValidationError as error:
        raise DemoDataError([_in_words(fault) for fault in error.errors()]) from None
    if faults := _faults_between(demo):
        raise DemoDataError(faults)
    return demo


def _in_words(fault: Any) -> str:
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    return f"{place}: {fault['msg']}"


def _faults_between(demo: Demo) -> list[str]:
    """What is wrong between entries: names that stand for nothing, and what must not be there twice."""
    areas = {area.name for area in demo.areas}
    wanted = {service.skill for service in demo.services}
    offered = {skill for provider in demo.providers for skill in provider.skills}
    faults = [f"{one.name}: 没有这个片区 / no such area: {one.area}" for one in demo.residents if one.area not in areas]
    faults += [
        f"{one.name}: 没有这个片区 / no such area: {area}" for one in demo.providers for area in one.areas if area not in areas
    ]
    faults += [f"没有服务商会做 / no provider can do: {skill}" for skill in sorted(wanted - offered)]
    faults += [f"没有服务需要 / no service needs: {skill}" for skill in sorted(offered - wanted)]
    for kind, names in (
        ("area", [one.name for one in demo.areas]),
        ("service", [one.key for one in demo.services]),
        ("provider", [one.name for one in demo.providers]),
        ("provider number", [one.number for one in demo.providers]),
        ("device number", [device.number for one in demo.residents for device in one.devices]),
    ):
        faults += [f"重复 / twice: {kind} {name}" for name in sorted({name for name in names if names.count(name) > 1})]
    return faults
