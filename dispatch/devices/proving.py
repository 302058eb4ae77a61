"""Proof that a device works: tests ticked off by hand, answered alarms, and calls that came through from it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from models.alarms import Alarm, AlarmAttempt
from models.calls import Call, Turn
from models.device_health import DeviceTest, DeviceVisit, TrialResult, VisitReason
from models.devices import Device, DeviceKind

NOTE_AT_MOST = 200


def last_proofs(session: Session, devices: Sequence[Device]) -> dict[int, datetime]:
    """When each device was last seen to work, by its id, since it was fitted; a device that was not is left out."""
    ids = [device.id for device in devices]
    tests = select(DeviceTest.device_id, func.max(DeviceTest.at)).where(DeviceTest.result != TrialResult.FAILED)
    alarms = select(Alarm.device_id, func.max(AlarmAttempt.answered_at)).join(AlarmAttempt, AlarmAttempt.alarm_id == Alarm.id)
    came_through = or_(Call.operator_at.is_not(None), select(Turn.id).where(Turn.call_id == Call.id).exists())
    calls = select(Call.device_id, func.max(Call.started_at)).where(came_through)
    found: list[tuple[int, datetime | None]] = [
        *session.execute(tests.where(DeviceTest.device_id.in_(ids)).group_by(DeviceTest.device_id)),
        *session.execute(alarms.where(Alarm.device_id.in_(ids)).group_by(Alarm.device_id)),
        *session.execute(calls.where(Call.device_id.in_(ids)).group_by(Call.device_id)),
    ]
    # What has no account is known by its number alone.
    numbers = {device.number: device.id for device in devices if device.kind is not DeviceKind.ONE_KEY}
    by_number = select(Call.number, func.max(Call.started_at)).where(came_through, Call.number.in_(numbers))
    found += [(numbers[number], at) for number, at in session.execute(by_number.group_by(Call.number))]
    fitted = {device.id: device.fitted_at for device in devices}
    latest: dict[int, datetime] = {}
    for device_id, at in found:
        if at and at >= (fitted[device_id] or at):
            latest[device_id] = max(at, latest.get(device_id, at))
    return latest


def tick_off_test(session: Session, device: Device, result: TrialResult, now: datetime, *, by: str, note: str) -> None:
    """Write down how a test call went; one that failed sends somebody there. The caller commits."""
    session.add(DeviceTest(device_id=device.id, at=now, result=result, by=by, note=clean_words(note, NOTE_AT_MOST)))
    if result is TrialResult.FAILED and open_visit(session, device.id) is None:
        session.add(DeviceVisit(device_id=device.id, reason=VisitReason.TEST_FAILED, due_at=now))


def open_visit(session: Session, device_id: int) -> DeviceVisit | None:
    """The visit that is still to be made."""
    return session.scalar(select(DeviceVisit).where(DeviceVisit.device_id == device_id, DeviceVisit.ended_at.is_(None)))


def tick_off_visit(session: Session, device_id: int, now: datetime, by: str, note: str) -> bool:
    """Write down that somebody was there; False if no visit was due. The caller commits."""
    visit = open_visit(session, device_id)
    if visit is None:
        return False
    visit.ended_at, visit.ended_by, visit.note = now, by, clean_words(note, NOTE_AT_MOST)
    return True
