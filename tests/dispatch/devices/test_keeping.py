"""Devices are added, changed, replaced and retired; what cannot be is refused in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from dispatch.devices.keeping import (
    TYPED_LETTERS,
    DeviceRefused,
    DeviceRequest,
    add_device,
    change_device,
    move_device,
    replace_device,
)
from models.devices import Device, DeviceKind, DeviceStatus, devices_with_account
from models.residents import Resident, residents_by_number
from tests.dispatch.devices.conftest import NUMBER, ago
from tests.dispatch.facts import NOW


def story(device: Device) -> list[tuple[str, str]]:
    return [(line.happened, line.by) for line in device.history]


def test_a_new_device_has_a_long_secret_of_its_own(session: Session, resident: Resident, device: Device) -> None:
    other = add_device(
        session, DeviceRequest(resident.id, "057188010002", "一键通A1", "客厅"), DeviceStatus.IN_STOCK, NOW, "chen"
    )
    assert len(device.secret) == 24
    assert set(device.secret) <= set(TYPED_LETTERS)
    assert device.secret != other.secret
    assert (device.fitted_at, other.fitted_at) == (ago(hours=1), None)
    assert session.scalars(devices_with_account()).all() == [device, other]
    assert story(device) == [("added", "chen")]


def test_a_landline_has_no_account_and_is_known_by_its_number(session: Session, resident: Resident) -> None:
    request = DeviceRequest(resident.id, "0571-8800 9999", "座机", "客厅", kind=DeviceKind.LANDLINE)
    landline = add_device(session, request, DeviceStatus.INSTALLED, NOW, "chen")
    assert (landline.number, landline.secret, landline.is_watched) == ("057188009999", "", False)
    assert session.scalars(devices_with_account()).all() == []
    assert residents_by_number(session, "057188009999") == [resident]
    change_device(session, landline, replace(request, kind=DeviceKind.ONE_KEY), NOW, "chen")
    assert landline.secret


def test_family_keys_ring_the_residents_own_contacts(session: Session, resident: Resident, device: Device) -> None:
    son, neighbour = resident.contacts
    request = DeviceRequest(resident.id, NUMBER, device.model, device.place)
    change_device(session, device, replace(request, keys={"family1": son.id, "family2": neighbour.id}), NOW, "chen")
    change_device(session, device, replace(request, keys={"family1": neighbour.id}), NOW, "chen")
    session.commit()
    session.refresh(device)
    assert [(key.key, key.contact.relation) for key in device.keys] == [("family1", "邻居")]
    session.delete(neighbour)
    session.commit()
    session.refresh(device)
    assert device.keys == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"resident_id": 77}, "no such resident"),
        ({"number": "号码"}, "no telephone number"),
        ({"number": "+86 571 88010001"}, "has this number already"),
        ({"model": " "}, "Model and place"),
        ({"place": "\u202e"}, "Model and place"),
        ({"keys": {"family1": 77}}, "own contacts"),
        ({"keys": {"sos": 1}}, "own contacts"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    session: Session, resident: Resident, device: Device, wrong: dict[str, Any], told: str
) -> None:
    request = replace(DeviceRequest(resident.id, "057188010002", "一键通A1", "客厅"), **wrong)
    with pytest.raises(DeviceRefused, match=told):
        add_device(session, request, DeviceStatus.INSTALLED, NOW, "chen")


def test_a_replaced_phone_keeps_its_number_and_loses_its_secret(session: Session, device: Device) -> None:
    before, device.last_heard_at = device.secret, ago(seconds=9)
    replace_device(session, device, "一键通B2", NOW, "chen")
    assert (device.number, device.model, device.fitted_at, device.last_heard_at) == (NUMBER, "一键通B2", NOW, None)
    assert device.secret not in {"", before}
    assert device.history[-1].details == {"model": "一键通B2", "before": "一键通A1"}


def test_a_retired_phone_frees_its_number_and_stays_retired(session: Session, resident: Resident, device: Device) -> None:
    move_device(session, device, DeviceStatus.IN_STOCK, NOW, "chen")
    move_device(session, device, DeviceStatus.INSTALLED, NOW + timedelta(hours=1), "chen")
    assert device.fitted_at == NOW + timedelta(hours=1)
    move_device(session, device, DeviceStatus.RETIRED, NOW, "chen")
    assert (device.secret, device.shown_number, device.has_account) == ("", NUMBER, False)
    request = DeviceRequest(resident.id, NUMBER, "一键通B2", "床头")
    assert add_device(session, request, DeviceStatus.INSTALLED, NOW, "chen").number == NUMBER
    for refused in (
        lambda: move_device(session, device, DeviceStatus.INSTALLED, NOW, "chen"),
        lambda: replace_device(session, device, "", NOW, "chen"),
        lambda: change_device(session, device, request, NOW, "chen"),
    ):
        with pytest.raises(DeviceRefused):
            refused()
