"""A device is proved by calls that came through; who was not proved for a month is asked for a test."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.devices.keeping import DeviceRequest, add_device, replace_device
from dispatch.devices.proving import last_proofs, open_visit, tick_off_test, tick_off_visit
from dispatch.devices.state import states_of
from dispatch.devices.success import ModelSuccess, first_time_success
from models.alarms import Alarm, AlarmAttempt, AlarmSource
from models.calls import Call, Turn
from models.device_health import DeviceVisit, TrialResult, VisitReason
from models.device_settings import DeviceSettings
from models.devices import Device, DeviceKind, DeviceStatus
from models.residents import Resident
from tests.dispatch.facts import NOW

LATER = NOW + timedelta(days=10)


def alarm(device: Device, at: datetime, *answered: bool) -> Alarm:
    """An alarm with one press for each of `answered`."""
    presses = [
        AlarmAttempt(
            channel_id=f"{at.timestamp()}.{place}",
            source=AlarmSource.KEY,
            began_at=at + timedelta(seconds=place),
            answered_at=at + timedelta(seconds=place + 9) if was else None,
            ended_at=at + timedelta(minutes=1),
        )
        for place, was in enumerate(answered)
    ]
    return Alarm(channel_id=f"{at.timestamp()}.0", source=AlarmSource.KEY, device_id=device.id, raised_at=at, attempts=presses)


def due_for_test(session: Session, now: datetime) -> list[Device]:
    """Who is asked for a test, with a month's patience."""
    devices = session.scalars(select(Device).order_by(Device.id)).all()
    return [state.device for state in states_of(session, devices, DeviceSettings(), now) if state.test_due]


def talk(channel_id: str, at: datetime, **facts: object) -> Call:
    """A call that reached the conversation."""
    return Call(channel_id=channel_id, started_at=at, turns=[Turn(speaker="system", words="您好", at=at)], **facts)


PROOFS: list[Callable[[Device], object]] = [
    lambda device: alarm(device, LATER - timedelta(seconds=10), False, True),
    lambda device: talk("1.1", LATER, number="", device_id=device.id),
    lambda device: Call(channel_id="1.1", number="", device_id=device.id, started_at=LATER, operator_at=LATER),
]


@pytest.mark.parametrize("proof", PROOFS)
def test_what_came_through_proves_a_device(session: Session, device: Device, proof: Callable[[Device], object]) -> None:
    assert due_for_test(session, LATER) == [device]
    session.add(proof(device))
    session.flush()
    assert last_proofs(session, [device]) == {device.id: LATER}
    assert due_for_test(session, LATER + timedelta(days=29)) == []
    assert due_for_test(session, LATER + timedelta(days=30)) == [device]


def test_what_did_not_come_through_proves_nothing(session: Session, device: Device) -> None:
    session.add_all([alarm(device, LATER, False), Call(channel_id="1.1", number="", device_id=device.id, started_at=LATER)])
    tick_off_test(session, device, TrialResult.FAILED, LATER, by="chen", note="按了没有声音")
    session.flush()
    assert last_proofs(session, [device]) == {}


def test_a_landline_is_proved_by_its_number(session: Session, resident: Resident) -> None:
    request = DeviceRequest(resident.id, "057188009999", "座机", "客厅", kind=DeviceKind.LANDLINE)
    landline = add_device(session, request, DeviceStatus.INSTALLED, NOW, "chen")
    session.add(talk("1.1", LATER, number=landline.number))
    session.flush()
    assert last_proofs(session, [landline]) == {landline.id: LATER}


def test_a_test_is_ticked_off_by_hand(session: Session, device: Device) -> None:
    tick_off_test(session, device, TrialResult.LATER, LATER, by="chen", note="第二次才通")
    session.flush()
    assert due_for_test(session, LATER) == []
    replace_device(session, device, "一键通B2", LATER + timedelta(days=1), "chen")
    assert due_for_test(session, LATER + timedelta(days=1)) == [device]  # the new phone has shown nothing yet


def test_a_failed_test_sends_somebody_there_once(session: Session, device: Device) -> None:
    for _ in range(2):
        tick_off_test(session, device, TrialResult.FAILED, LATER, by="chen", note="")
        session.flush()
    [visit] = session.scalars(select(DeviceVisit))
    assert visit.reason is VisitReason.TEST_FAILED
    assert tick_off_visit(session, device.id, LATER, "chen", "换了电源")
    session.flush()
    assert (visit.ended_at, visit.ended_by, visit.note) == (LATER, "chen", "换了电源")
    assert open_visit(session, device.id) is None
    assert not tick_off_visit(session, device.id, LATER, "chen", "")


def test_success_at_the_first_attempt_is_told_of_each_model(session: Session, resident: Resident, device: Device) -> None:
    request = DeviceRequest(resident.id, "057188010002", "一键通B2", "客厅")
    add_device(session, request, DeviceStatus.INSTALLED, NOW, "chen")
    ringing = alarm(device, LATER + timedelta(days=4), False)
    ringing.attempts[0].ended_at = None
    session.add_all([alarm(device, LATER, True), alarm(device, LATER + timedelta(days=1), False, True), ringing])
    session.add(alarm(device, NOW - timedelta(days=2), False, True))  # of the phone before this one
    tick_off_test(session, device, TrialResult.FIRST_TIME, LATER, by="chen", note="")
    session.flush()
    assert first_time_success(session) == [ModelSuccess("一键通A1", 1, 3, 2), ModelSuccess("一键通B2", 1, 0, 0)]
    assert [one.share for one in first_time_success(session)] == [2 / 3, None]
