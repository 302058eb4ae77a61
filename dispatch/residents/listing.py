"""All who live here, for a file: as plain rows, far cheaper than their objects in a town of a hundred thousand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.areas import Area
from models.residents import Contact, Resident, ResidentPhone

AT_ONCE = 1000
_COLUMNS = tuple(Resident.__mapper__.column_attrs)


def list_residents(session: Session) -> Iterator[SimpleNamespace]:
    """Each with what columns write of a `Resident`, by id: its columns, `area`, `phones` and `contacts`."""
    areas = {area.id: area for area in session.scalars(select(Area))}
    asked = (
        select(*(getattr(Resident, column.key) for column in _COLUMNS)).where(Resident.left_on.is_(None)).order_by(Resident.id)
    )
    last = 0
    while rows := session.execute(asked.where(Resident.id > last).limit(AT_ONCE)).mappings().all():
        first, last = rows[0]["id"], rows[-1]["id"]
        phones, contacts = _phones(session, first, last), _contacts(session, first, last)
        for row in rows:
            one = row["id"]
            yield SimpleNamespace(**row, area=areas[row["area_id"]], phones=phones[one], contacts=contacts[one])


def _phones(session: Session, first: int, last: int) -> defaultdict[int, list[Any]]:
    asked = select(ResidentPhone.resident_id, ResidentPhone.number).where(ResidentPhone.resident_id.between(first, last))
    return _of_each(session.execute(asked.order_by(ResidentPhone.id)))


def _contacts(session: Session, first: int, last: int) -> defaultdict[int, list[Any]]:
    columns = (Contact.resident_id, Contact.role, Contact.name, Contact.relation, Contact.number)
    asked = select(*columns).where(Contact.resident_id.between(first, last))
    return _of_each(session.execute(asked.order_by(Contact.call_order, Contact.id)))


def _of_each(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found
