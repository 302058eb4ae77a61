"""A database of its own for one replay: what the dialogues read is copied into it, and it is gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from dispatch.queue import Job, JobQueue
from ivr.dialogues.caller import residents_calling
from models.areas import Area
from models.base import Base
from models.calls import Call, CallStatus
from models.database import SessionMaker, session_maker
from models.devices import Device
from models.orders import Order, OrderEvent, OrderStatus
from models.providers import Provider
from models.residents import Contact, Resident, ResidentPhone
from models.services import Service
from models.tables import metadata

_STATUSES = frozenset(status.value for status in OrderStatus)
# Before one of these an order has no provider.
_TAKEN = frozenset({OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.UNFILLED})
Row = dict[str, Any]


class NoJobs(JobQueue):
    """A queue that leads nowhere: nothing of a replay is ever offered or sent."""

    def __init__(self) -> None:
        """No Redis is known here."""

    def nudge(self, job: Job, *ids: int, delay_s: float = 0) -> bool:
        """Forget it."""
        return True


@dataclass(frozen=True)
class Scratch:
    """Where a replay may write."""

    sessions: SessionMaker
    folder: Path
    queue: JobQueue


@contextmanager
def scratch_copy(tables: dict[type[Base], list[Row]]) -> Iterator[Scratch]:
    """A database with these rows, in a folder that only we can read and that goes away."""
    with tempfile.TemporaryDirectory(prefix="linli-replay-") as folder:
        sessions = session_maker(f"sqlite:///{folder}/linli.db")
        engine = sessions.kw["bind"]
        metadata.create_all(engine)
        with engine.begin() as connection:
            for table, rows in tables.items():
                if rows:
                    connection.execute(insert(table), rows)
        try:
            yield Scratch(sessions, Path(folder), NoJobs())
        finally:
            engine.dispose()


def read_for(session: Session, call: Call) -> dict[type[Base], list[Row]]:
    """What the dialogues of a call read: the catalogue as it is today, the residents, and their orders as they stood then."""
    people = {resident.id for resident in residents_calling(session, call.number, call.device_id)}
    people |= {call.resident_id} if call.resident_id else set()
    orders = [row for row in _rows(session, Order, Order.resident_id.in_(people)) if row["placed_at"] < call.started_at]
    events = _rows(session, OrderEvent, OrderEvent.order_id.in_([order["id"] for order in orders]))
    events = [event for event in events if event["at"] < call.started_at]
    [called] = _rows(session, Call, Call.id == call.id)
    return {
        Area: _rows(session, Area),
        Service: _rows(session, Service),
        Provider: _rows(session, Provider),
        Resident: _rows(session, Resident, Resident.id.in_(people)),
        ResidentPhone: _rows(session, ResidentPhone, ResidentPhone.resident_id.in_(people)),
        Contact: _rows(session, Contact, Contact.resident_id.in_(people)),
        Device: [device | {"secret": ""} for device in _rows(session, Device, Device.resident_id.in_(people))],
        Call: [_as_it_began(called)],
        Order: [_as_it_stood(order, events) for order in orders],
        OrderEvent: events,
    }


def _rows(session: Session, table: type[Base], *where: ColumnElement[bool]) -> list[Row]:
    columns = table.__table__.columns
    return [dict(row) for row in session.execute(select(*columns).where(*where).order_by(columns["id"])).mappings()]


def _as_it_began(call: Row) -> Row:
    later = ("handed_over_at", "operator_at", "ended_at")
    return call | {"status": CallStatus.TALKING, "collected": {}, "outcome": "", "resident_id": None} | dict.fromkeys(later)


def _as_it_stood(order: Row, events: list[Row]) -> Row:
    happened = [event["happened"] for event in events if event["order_id"] == order["id"] and event["happened"] in _STATUSES]
    status = OrderStatus(happened[-1]) if happened else OrderStatus.PLACED
    # Calls before this one are not copied.
    return order | {"status": status, "call_id": None, "provider_id": None if status in _TAKEN else order["provider_id"]}
