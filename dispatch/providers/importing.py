"""Taking providers over from a table: checked as a whole first, then all of it or nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dispatch.cleaning import clean_words
from dispatch.providers.cells import NAME_AT_MOST
from dispatch.providers.columns import BY_KEY, COLUMNS
from dispatch.providers.writing import differing, note, read_data, read_known, write_data
from dispatch.sheets.columns import in_words as name_columns
from dispatch.sheets.faults import Fault
from dispatch.sheets.files import Line
from models.areas import Area
from models.providers import Provider


@dataclass
class Import:
    """What a table would do: nothing of it while there are faults."""

    added: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # by the lines
    changed: list[tuple[Provider, dict[str, Any], list[str]]] = field(default_factory=list)  # with the differing columns
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


def _nothing() -> None:
    pass


def check_import(session: Session, lines: Iterable[Line], after_line: Callable[[], None] = _nothing) -> Import:
    """Read the providers of `lines` against what is kept; a name that is known means that provider."""
    known = read_known(session)
    asked = select(Provider).options(selectinload(Provider.areas), selectinload(Provider.workers))
    kept = {provider.name: provider for provider in session.scalars(asked)}
    owners = {provider.number: provider.name for provider in kept.values()}
    seen: dict[tuple[str, str], int] = {}
    found = Import()
    for line in lines:
        provider = kept.get(clean_words(line.cells.get("name", ""), NAME_AT_MOST))
        values, faults = read_data(line.cells, known, new=provider is None, line=line.number)
        faults = [*line.faults, *faults, *_doubles(line, values, seen, owners)]
        found.faults += faults
        if not faults and provider is None:
            found.added.append((line.number, values))
        elif not faults and provider is not None:
            if differ := differing(provider, {key: value for key, value in values.items() if value is not None}):
                found.changed.append((provider, values, differ))
            else:
                found.unchanged += 1
        after_line()
    return found


def carry_out(session: Session, found: Import, now: datetime, *, by: str, after_each: Callable[[], None] = _nothing) -> None:
    """Keep what was checked, in the same session; raises ValueError where there are faults. The caller commits all or nothing."""
    if found.faults:
        raise ValueError("a table with faults is not imported")
    areas = {area.id: area for area in session.scalars(select(Area))}
    added = []
    for _, values in found.added:
        provider = Provider(skills=[], open_weekdays=[], latitude=None, longitude=None, rating=None)
        write_data(provider, values, areas)
        session.add(provider)
        added.append(provider)
        after_each()
    for provider, values, _ in found.changed:
        write_data(provider, values, areas)
        after_each()
    session.flush()
    for provider in added:
        note(session, provider, "added", now, by=by)
    for provider, _, differ in found.changed:
        note(session, provider, "changed", now, by=by, words=in_words(differ))


def in_words(columns: list[str]) -> str:
    """The names of columns: 电话、片区."""
    return name_columns(COLUMNS, columns)


def _doubles(line: Line, values: Mapping[str, Any], seen: dict[tuple[str, str], int], owners: Mapping[str, str]) -> list[Fault]:
    """A name or a number that stands in the file twice, or belongs to somebody else."""
    faults = []
    for key in ("name", "number"):
        if not (value := values.get(key)):
            continue
        first = seen.setdefault((key, value), line.number)
        if first != line.number:
            faults.append(Fault(key, f"与第{first}行相同", f"is that of line {first} too", line.number, BY_KEY[key].zh))
    owner = owners.get(values.get("number") or "")
    if owner and values.get("name") and owner != values["name"]:
        faults.append(Fault("number", f"已经是“{owner}”的号码", f"is already the number of {owner}", line.number, "电话"))
    return faults
