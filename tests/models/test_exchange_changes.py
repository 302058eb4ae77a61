from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from models.areas import Area
from models.database import SessionMaker
from models.devices import Device
from models.exchange_changes import ExchangeChange
from models.residents import Contact, ContactRole, Resident, ResidentPhone


@pytest.fixture
def resident_id(sessions: SessionMaker) -> int:
    """Somebody of whom the exchange has been told."""
    resident = Resident(
        name="王秀英",
        form_of_address="王奶奶",
        born=date(1940, 1, 1),
        gender="female",
        area=Area(name="东区", latitude=30, longitude=120),
        address="一号楼",
        latitude=30,
        longitude=120,
        phones=[ResidentPhone(number="13800000001")],
        contacts=[Contact(role=ContactRole.FAMILY, name="家人", relation="女儿", number="13900000001", call_order=1)],
        devices=[Device(number="057188010001", model="一键通", place="床头", secret="x")],
    )
    with sessions.begin() as session:
        session.add(resident)
    assert changes(sessions)
    with sessions.begin() as session:
        session.execute(delete(ExchangeChange))
    return resident.id


def changes(sessions: SessionMaker) -> list[int]:
    with sessions() as session:
        return list(session.scalars(select(ExchangeChange.id)))


def test_whom_the_exchange_rings_is_not_changed_without_a_note(sessions: SessionMaker, resident_id: int) -> None:
    for change in range(4):
        with sessions.begin() as session:
            resident = session.get_one(Resident, resident_id)
            match change:
                case 0:
                    resident.name = "王秀珍"
                case 1:
                    resident.contacts[0].number = "13900000002"
                case 2:
                    resident.phones.clear()
                case 3:
                    resident.devices[0].secret = "y"
        assert len(changes(sessions)) == change + 1


def test_what_the_exchange_does_not_keep_leaves_no_note(sessions: SessionMaker, resident_id: int) -> None:
    with sessions.begin() as session:
        resident = session.get_one(Resident, resident_id)
        resident.notes, resident.contacts[0].relation = "门铃坏了", "儿媳"
        resident.devices[0].last_heard_at = datetime(2026, 11, 23, tzinfo=UTC)
    assert changes(sessions) == []


def test_a_change_that_is_taken_back_leaves_no_note(sessions: SessionMaker, resident_id: int) -> None:
    with sessions() as session:
        session.get_one(Resident, resident_id).name = "王秀珍"
        session.flush()
        session.rollback()
    assert changes(sessions) == []
