"""The watch writes who was heard, raises and ends faults, and makes visits due."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.devices.keeping import move_device, replace_device
from dispatch.devices.watching import DeviceWatch
from models.device_health import DeviceFault, DeviceVisit, VisitReason
from models.devices import Device, DeviceStatus
from tests.dispatch.devices.conftest import RULES
from tests.dispatch.facts import NOW


@pytest.fixture
def watch() -> DeviceWatch:
    return DeviceWatch(RULES)


def look_for(watch: DeviceWatch, session: Session, reachable: set[int], *, since_s: float, until_s: float) -> None:
    """Look every ten seconds."""
    for second in range(int(since_s), int(until_s) + 1, 10):
        watch.look(session, reachable, NOW + timedelta(seconds=second))


def faults(session: Session) -> list[DeviceFault]:
    return list(session.scalars(select(DeviceFault).order_by(DeviceFault.id)))


def test_a_device_that_falls_silent_is_a_fault_until_it_is_heard_again(
    watch: DeviceWatch, session: Session, device: Device
) -> None:
    look_for(watch, session, {device.id}, since_s=0, until_s=100)
    look_for(watch, session, set(), since_s=110, until_s=340)
    assert faults(session) == []
    look_for(watch, session, set(), since_s=350, until_s=400)
    [fault] = faults(session)
    assert (fault.silent_since, fault.raised_at) == (NOW + timedelta(seconds=100), NOW + timedelta(seconds=350))
    assert device.last_heard_at == fault.silent_since
    watch.look(session, {device.id}, NOW + timedelta(seconds=410))
    assert fault.ended_at == NOW + timedelta(seconds=410)
    assert len(faults(session)) == 1


def test_a_silent_day_is_a_visit_that_the_phone_itself_can_call_off(watch: DeviceWatch, session: Session, device: Device) -> None:
    watch.look(session, {device.id}, NOW)
    look_for(watch, session, set(), since_s=10, until_s=300)
    for hours in (24, 24.1, 25):
        watch.look(session, set(), NOW + timedelta(hours=hours))
    [visit] = session.scalars(select(DeviceVisit))
    assert (visit.reason, visit.ended_at) == (VisitReason.SILENT, None)
    watch.look(session, {device.id}, NOW + timedelta(hours=26))
    assert (visit.ended_at, visit.ended_by) == (NOW + timedelta(hours=26), "")


def test_an_exchange_that_was_down_raises_no_storm(watch: DeviceWatch, session: Session, device: Device) -> None:
    watch.look(session, {device.id}, NOW)
    watch.lose()
    look_for(watch, session, set(), since_s=7200, until_s=7430)
    look_for(watch, session, {device.id}, since_s=7440, until_s=7450)
    assert faults(session) == []


def test_a_watch_that_was_down_raises_no_storm(session: Session, device: Device) -> None:
    DeviceWatch(RULES).look(session, {device.id}, NOW)
    look_for(DeviceWatch(RULES), session, set(), since_s=90_000, until_s=90_200)
    assert faults(session) == []
    assert session.scalars(select(DeviceVisit)).all() == []


def test_a_heard_device_is_written_once_a_minute(watch: DeviceWatch, session: Session, device: Device) -> None:
    heard = set()
    for second in range(0, 181, 10):
        watch.look(session, {device.id}, NOW + timedelta(seconds=second))
        heard.add(device.last_heard_at)
    assert sorted(heard) == [NOW + timedelta(minutes=minute) for minute in range(4)]


def test_the_phone_that_was_replaced_is_not_heard_for_the_new_one(watch: DeviceWatch, session: Session, device: Device) -> None:
    watch.look(session, {device.id}, NOW)
    replace_device(session, device, "一键通B2", NOW + timedelta(seconds=5), "chen")
    session.commit()
    look_for(watch, session, set(), since_s=10, until_s=400)
    assert device.last_heard_at is None
    assert faults(session) == []


@pytest.mark.parametrize("status", [DeviceStatus.IN_STOCK, DeviceStatus.RETIRED])
def test_who_is_not_there_any_more_is_not_waited_for(
    watch: DeviceWatch, session: Session, device: Device, status: DeviceStatus
) -> None:
    watch.look(session, {device.id}, NOW)
    look_for(watch, session, set(), since_s=10, until_s=260)
    move_device(session, device, status, NOW + timedelta(seconds=300), "chen")
    session.commit()
    look_for(watch, session, set(), since_s=310, until_s=600)
    [fault] = faults(session)
    assert fault.ended_at == NOW + timedelta(seconds=300)


def test_two_watches_raise_one_fault(session: Session, device: Device) -> None:
    watches = DeviceWatch(RULES), DeviceWatch(RULES)
    watches[0].look(session, {device.id}, NOW)
    for watch in watches:
        look_for(watch, session, set(), since_s=10, until_s=300)
    assert len(faults(session)) == 1
