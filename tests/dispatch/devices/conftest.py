"""One resident with a one-key phone by the bed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from dispatch.devices.health import Rules
from dispatch.devices.keeping import DeviceRequest, add_device
from models.database import SessionMaker
from models.devices import Device, DeviceStatus
from models.residents import Contact, ContactRole, Resident
from tests.dispatch.facts import NOW, add_community

RULES = Rules(heartbeat=timedelta(seconds=120), visit_after=timedelta(hours=24))
NUMBER = "057188010001"


@pytest.fixture
def session(sessions: SessionMaker) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def resident(sessions: SessionMaker, session: Session) -> Resident:
    """A resident with a son and a neighbour."""
    resident = session.get_one(Resident, add_community(sessions).resident_id)
    for order, (role, relation) in enumerate([(ContactRole.FAMILY, "儿子"), (ContactRole.KEYHOLDER, "邻居")], start=1):
        number = f"1390000000{order}"
        resident.contacts.append(Contact(role=role, name="李建国", relation=relation, number=number, call_order=order))
    session.commit()
    return resident


@pytest.fixture
def device(session: Session, resident: Resident) -> Device:
    """A phone that was fitted an hour ago."""
    request = DeviceRequest(resident.id, NUMBER, "一键通A1", "床头")
    device = add_device(session, request, DeviceStatus.INSTALLED, ago(hours=1), "chen")
    session.commit()
    return device


def ago(**span: float) -> datetime:
    """A moment before now."""
    return NOW - timedelta(**span)
