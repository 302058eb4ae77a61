"""A service of the catalogue: read as a whole from what is written, compared with what is kept, and kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.services.columns import COLUMNS
from dispatch.sheets.columns import read_values
from dispatch.sheets.faults import Fault
from models.services import Service, ServiceEvent

QUESTION_PARTS = ("kind", "about", "zh", "zh_again", "en", "en_again", "said")
# What callers are understood by (ivr.understanding): a change of these is learned by `linli train`.
LEARNED = frozenset({"key", "name", "spoken", "examples"})


def read_data(written: Mapping[str, str], service: Service | None, line: int = 0) -> tuple[dict[str, Any], list[Fault]]:
    """The service's own facts by their names, the question as one of them, and every fault."""
    values, faults = read_values(COLUMNS, written, None, new=service is None, line=line)
    if service is not None and values.get("key", service.key) != service.key:
        faults.append(Fault("key", "代号不能改", "cannot be changed", line, "代号"))
    if "price_yuan" in values:
        values["price_yuan"] = None if values["price_yuan"] == "" else values["price_yuan"]
    before = service.question if service else {}
    parts = {part: values.pop(f"question_{part}", before.get(part, "")) for part in QUESTION_PARTS}
    values["question"] = {part: words for part, words in parts.items() if words} if parts["kind"] else {}
    if parts["kind"] and not faults:
        names = {column.key: column.zh for column in COLUMNS}
        faults += [
            Fault(f"question_{part}", "要问就得写", "is needed for the question", line, names[f"question_{part}"])
            for part in QUESTION_PARTS[1:-1]
            if not parts[part]
        ]
    return values, faults


def differing(service: Service, values: Mapping[str, Any]) -> list[str]:
    """The facts in which `values` is not what is kept; the question counts as its kind."""
    kept = {"question": {part: words for part, words in service.question.items() if words}}
    differ = [key for key, value in values.items() if kept.get(key, getattr(service, key)) != value]
    return ["question_kind" if key == "question" else key for key in differ]


def write_data(session: Session, service: Service, values: Mapping[str, Any]) -> None:
    """Keep `values`; the caller flushes and commits."""
    for key, value in values.items():
        setattr(service, key, value)
    session.add(service)


def happened_to(differ: Sequence[str]) -> str:
    """What the history calls a change: `worded` where callers are to be understood otherwise from now on."""
    return "worded" if LEARNED & set(differ) else "changed"


def learned_is_old(session: Session, learned_at: datetime | None) -> bool:
    """Whether the catalogue's words have changed since what was learned was learned; None: nothing was learned yet."""
    asked = select(func.max(ServiceEvent.at)).where(ServiceEvent.happened.in_(("added", "worded")))
    changed_at = session.scalar(asked)
    return learned_at is None or (changed_at is not None and changed_at > learned_at)


def note(session: Session, service: Service, happened: str, now: datetime, *, by: str, words: str = "") -> None:
    """Write a line of the history of a service; a new one must have been flushed. The caller commits."""
    session.add(ServiceEvent(service_id=service.id, happened=happened, at=now, by=by, note=words))
