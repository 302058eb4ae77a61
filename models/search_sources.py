"""What each kind of row is found by: read from the database for many rows at once, as terms."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import InstrumentedAttribute

from models.devices import Device
from models.providers import Provider, Worker
from models.residents import Contact, Resident, ResidentPhone
from models.search_words import Terms, terms_of_address, terms_of_name, terms_of_number, terms_of_words
from models.services import Service

ROWS_AT_ONCE = 500  # SQLite takes so many values in one statement with room to spare


class Source(NamedTuple):
    """One kind of row: the columns that its terms are made of (the id first), and how."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    write: Callable[[Row[Any], Terms], None]


def _write_resident(row: Row[Any], terms: Terms) -> None:
    terms_of_name(row.name, terms)
    terms_of_name(row.form_of_address, terms)
    terms_of_address(row.address, terms)


def _write_named_number(row: Row[Any], terms: Terms) -> None:
    terms_of_name(row.name, terms)
    terms_of_number(row.number, terms)


def _write_device(row: Row[Any], terms: Terms) -> None:
    terms_of_number(row.number.partition("#")[0], terms)
    terms_of_name(f"device{row.id}", terms)


def _write_service(row: Row[Any], terms: Terms) -> None:
    terms_of_name(row.name, terms)
    terms_of_name(row.name_en, terms)
    terms_of_words([row.key, *row.spoken], terms)


SOURCES = {
    "resident": Source((Resident.id, Resident.name, Resident.form_of_address, Resident.address), _write_resident),
    "contact": Source((Contact.id, Contact.name, Contact.number), _write_named_number),
    "device": Source((Device.id, Device.number), _write_device),
    "provider": Source((Provider.id, Provider.name, Provider.number), _write_named_number),
    "worker": Source((Worker.id, Worker.name, Worker.number), _write_named_number),
    "service": Source((Service.id, Service.name, Service.name_en, Service.key, Service.spoken), _write_service),
}


def read_terms(connection: Connection, kind: str, row_ids: Sequence[int]) -> dict[int, Terms]:
    """The terms of those of the rows that there are, by their ids."""
    source = SOURCES[kind]
    found: dict[int, Terms] = {}
    for some in in_portions(row_ids):
        for row in connection.execute(select(*source.columns).where(source.columns[0].in_(some))):
            source.write(row, found.setdefault(row.id, {}))
        if kind == "resident":
            numbers = select(ResidentPhone.resident_id, ResidentPhone.number).where(ResidentPhone.resident_id.in_(some))
            for resident_id, number in connection.execute(numbers):
                if resident_id in found:
                    terms_of_number(number, found[resident_id])
    return found


def in_portions(row_ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids in order, so many at once as one statement takes."""
    ids = sorted(row_ids)
    return (ids[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(ids), ROWS_AT_ONCE))
