"""Whom the exchange rings by itself for whom."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.areas import Area
from models.database import SessionMaker
from models.devices import Device, DeviceKey, DeviceKind, DeviceStatus
from models.people_to_ring import people_to_ring
from models.residents import Contact, ContactRole, Resident, ResidentPhone

SHARED = "057188000004"


@pytest.fixture
def couple(sessions: SessionMaker) -> SessionMaker:
    """Two who share a telephone; she has two keyholders and a son, he has a daughter and one of her keyholders."""
    with sessions.begin() as session:
        area = Area(name="桂花苑", latitude=30.0, longitude=120.0)
        her = resident(session, area, "王秀英", keyholders=["139 0000 0001", "13900000002"], family=["13900000003"])
        him = resident(session, area, "李德福", keyholders=["13900000002"], family=["13900000004", "分机"])
        for one in (her, him):
            one.phones = [ResidentPhone(number=SHARED)]
    return sessions


def resident(session: Session, area: Area, name: str, keyholders: list[str], family: list[str]) -> Resident:
    """Somebody with these people, who were entered the last to call first."""
    born, gender, place = date(1940, 1, 1), "female", {"latitude": 30.0, "longitude": 120.0}
    new = Resident(name=name, form_of_address=name, born=born, gender=gender, area=area, address="", **place)
    people = [(ContactRole.KEYHOLDER, number) for number in keyholders] + [(ContactRole.FAMILY, number) for number in family]
    for order, (role, number) in reversed(list(enumerate(people))):
        new.contacts.append(Contact(role=role, name="", relation="", number=number, call_order=order))
    session.add(new)
    session.flush()
    return new


def device(resident_id: int, number: str, **chosen: object) -> Device:
    return Device(resident_id=resident_id, number=number, model="", place="", secret="", **chosen)


def test_those_who_share_a_telephone_share_whom_it_rings_and_have_no_name(couple: SessionMaker) -> None:
    with couple() as session:
        people = people_to_ring(session)
    assert list(people) == [f"n{SHARED}"]
    both = people[f"n{SHARED}"]
    assert both.name == ""
    assert both.keyholders == ("13900000001", "13900000002")
    assert both.family == ("13900000003", "13900000004")


def test_a_one_key_phone_is_known_by_its_id_and_its_keys_ring_whom_they_were_given(couple: SessionMaker) -> None:
    with couple.begin() as session:
        session.add(phone := device(2, "057188010001"))
        session.flush()
        daughter = next(one for one in session.get_one(Resident, 2).contacts if one.number == "13900000004")
        session.add(DeviceKey(device_id=phone.id, key="family3", contact_id=daughter.id))
    with couple() as session:
        his = people_to_ring(session)[str(phone.id)]
    assert his.name == "李德福"
    assert his.keyholders == ("13900000002",)
    assert his.keys == ("13900000004", "", "13900000004", "")


def test_a_landline_with_speed_dial_keys_is_known_by_its_number_and_a_retired_phone_not_at_all(couple: SessionMaker) -> None:
    with couple.begin() as session:
        session.add(device(1, "057188010002", kind=DeviceKind.LANDLINE))
        session.add(device(1, "057188010003#2", status=DeviceStatus.RETIRED))
    with couple() as session:
        assert set(people_to_ring(session)) == {f"n{SHARED}", "n057188010002"}


def test_no_more_than_five_are_rung(couple: SessionMaker) -> None:
    with couple.begin() as session:
        numbers = [f"1380000000{place}" for place in range(7)]
        other = resident(session, session.get_one(Resident, 1).area, "张桂芳", keyholders=numbers, family=[])
        session.add(device(other.id, "057188010009"))
    with couple() as session:
        [hers] = [one for one in people_to_ring(session).values() if one.name == "张桂芳"]
    assert hers.keyholders == tuple(numbers[:5])
