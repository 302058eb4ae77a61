"""Search terms kept true by the sessions themselves: whatever writes a row writes its terms in the same flush.

What goes past the sessions' own rows (statements of INSERT or UPDATE for many rows) is followed by `models.search_index`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, event, inspect, select, text, tuple_
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapper, Session, UOWTransaction, object_session

from models.devices import Device
from models.providers import Provider, Worker
from models.residents import Contact, Resident, ResidentPhone
from models.search_sources import ROWS_AT_ONCE, SOURCES, in_portions, read_terms
from models.search_terms import SearchTerm
from models.services import Service

_DUE = "search_terms_due"
# Whose terms change with a row of the class, by which of its columns, and where in it that row's id stands.
_WATCHED: dict[type[Any], tuple[str, str]] = {
    Resident: ("resident", "id"),
    ResidentPhone: ("resident", "resident_id"),
    Contact: ("contact", "id"),
    Device: ("device", "id"),
    Provider: ("provider", "id"),
    Worker: ("worker", "id"),
    Service: ("service", "id"),
}


_ADD_COLUMNS = text(
    "INSERT INTO search_terms (kind, row_id, term, inside)"
    " SELECT CAST(:kind AS varchar), *"
    " FROM unnest(CAST(:row_ids AS integer[]), CAST(:terms AS varchar[]), CAST(:inside AS integer[]))"
    " ON CONFLICT DO NOTHING"
)


def write_terms(connection: Connection, kind: str, row_ids: Iterable[int]) -> None:
    """Make the terms of these rows true, also of those that are gone; what is right already is not written again."""
    for some in in_portions(row_ids):
        found = read_terms(connection, kind, some)
        wanted = {(row_id, term): inside for row_id, terms in found.items() for term, inside in terms.items()}
        kept = select(SearchTerm.row_id, SearchTerm.term, SearchTerm.inside)
        kept = kept.where(SearchTerm.kind == kind, SearchTerm.row_id.in_(some))
        there = {(row_id, term): inside for row_id, term, inside in connection.execute(kept)}
        gone = sorted(key for key, inside in there.items() if wanted.get(key) != inside)
        for begin in range(0, len(gone), ROWS_AT_ONCE):
            some_gone = tuple_(SearchTerm.row_id, SearchTerm.term).in_(gone[begin : begin + ROWS_AT_ONCE])
            connection.execute(delete(SearchTerm).where(SearchTerm.kind == kind, some_gone))
        new = sorted((row_id, term, inside) for (row_id, term), inside in wanted.items() if there.get((row_id, term)) != inside)
        if new:
            _add(connection, kind, new)


def _add(connection: Connection, kind: str, new: Sequence[tuple[int, str, int]]) -> None:
    """Somebody who changes the same row at the same time may have written some of them just now."""
    if connection.dialect.name == "sqlite":
        adding = sqlite.insert(SearchTerm).on_conflict_do_nothing()
        rows = [{"kind": kind, "row_id": row_id, "term": term, "inside": inside} for row_id, term, inside in new]
        connection.execute(adding, rows)
    else:  # as three columns: a statement for each of some ten thousand rows takes five times as long
        row_ids, terms, inside = (list(column) for column in zip(*new, strict=True))
        connection.execute(_ADD_COLUMNS, {"kind": kind, "row_ids": row_ids, "terms": terms, "inside": inside})


def _note_written(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    kind, key = _WATCHED[mapper.class_]
    session = object_session(target)
    if session is not None:
        session.info.setdefault(_DUE, set()).add((kind, getattr(target, key)))


def _note_changed(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    kind = _WATCHED[mapper.class_][0]
    names = {column.key for column in SOURCES[kind].columns if column.class_ is mapper.class_} or {"number", "resident_id"}
    if any(inspect(target).attrs[name].history.has_changes() for name in names):
        _note_written(mapper, connection, target)


def _write_due(session: Session, _: UOWTransaction) -> None:
    due: set[tuple[str, int]] = session.info.pop(_DUE, set())
    for kind in sorted({kind for kind, _ in due}):
        write_terms(session.connection(), kind, [row_id for of, row_id in due if of == kind])


for _watched in _WATCHED:
    event.listen(_watched, "after_insert", _note_written)
    event.listen(_watched, "after_update", _note_changed)
    event.listen(_watched, "after_delete", _note_written)
event.listen(Session, "after_flush", _write_due)
