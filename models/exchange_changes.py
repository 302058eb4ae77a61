"""That something has changed which the telephone exchange keeps too: written with the change, taken away when it has been told.

At 100,000 residents whom the exchange rings takes seconds to read; this says whether it must be read.
"""

from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Mapped, Mapper, Session, UOWTransaction, mapped_column, object_session

from models.base import Base
from models.devices import Device, DeviceKey
from models.residents import Contact, Resident, ResidentPhone


class ExchangeChange(Base):
    """One such change, or several in one flush; what statements past the sessions change is found by comparing."""

    __tablename__ = "exchange_changes"

    id: Mapped[int] = mapped_column(primary_key=True)


_DUE = "exchange_change_due"
# What of each class the exchange is told (models/people_to_ring.py, agi_scripts/asterisk/device.py).
_TOLD: dict[type[Any], tuple[str, ...]] = {
    Resident: ("name",),
    ResidentPhone: ("number", "resident_id"),
    Contact: ("number", "role", "call_order", "resident_id"),
    Device: ("kind", "status", "number", "resident_id", "secret"),
    DeviceKey: ("key", "contact_id"),
}


def _note_written(mapper: Mapper[Any], connection: object, target: Any) -> None:
    session = object_session(target)
    if session is not None:
        session.info[_DUE] = True


def _note_changed(mapper: Mapper[Any], connection: object, target: Any) -> None:
    changes = inspect(target).attrs
    if any(changes[name].history.has_changes() for name in _TOLD[mapper.class_]):
        _note_written(mapper, connection, target)


def _write_due(session: Session, _: UOWTransaction) -> None:
    if session.info.pop(_DUE, False):
        session.connection().execute(insert(ExchangeChange))


for _watched in _TOLD:
    event.listen(_watched, "after_insert", _note_written)
    event.listen(_watched, "after_update", _note_changed)
    event.listen(_watched, "after_delete", _note_written)
event.listen(Session, "after_flush", _write_due)
