"""Proof that a device works: tests ticked off by hand, answered alarms, and calls that came through from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from models.alarms import Alarm, AlarmAttempt
from models.calls import Call, Turn
from models.device_health import DeviceTest, DeviceVisit, TrialResult, VisitReason
from models.devices import Device, DeviceKind, DeviceStatus

NOTE_AT_MOST = 200
# By tables: the devices are limited already where an officer asks (operator_console/scope.py).
_TESTS, _ALARMS, _ATTEMPTS = DeviceTest.__table__.c, Alarm.__table__.c, AlarmAttempt.__table__.c
_CALLS, _TURNS = Call.__table__.c, Turn.__table__.c


def last_proofs(session: Session, devices: Sequence[Device]) -> dict[int, datetime]:
    """When each device was last seen to work, by its id, since it was fitted; a device that was not is left out."""
    ids = [device.id for device in devices]
    tests = select(_TESTS.device_id, func.max(_TESTS.at)).where(_TESTS.result != TrialResult.FAILED)
    alarms = select(_ALARMS.device_id, func.max(_ATTEMPTS.answered_at)).where(_ATTEMPTS.alarm_id == _ALARMS.id)
    calls = select(_CALLS.device_id, func.max(_CALLS.started_at)).where(_came_through())
    found: list[tuple[int, datetime | None]] = [
        *session.execute(tests.where(_TESTS.device_id.in_(ids)).group_by(_TESTS.device_id)),
        *session.execute(alarms.where(_ALARMS.device_id.in_(ids)).group_by(_ALARMS.device_id)),
        *session.execute(calls.where(_CALLS.device_id.in_(ids)).group_by(_CALLS.device_id)),
    ]
    # What has no account is known by its number alone.
    if numbers := {device.number: device.id for device in devices if device.kind is not DeviceKind.ONE_KEY}:
        by_number = select(_CALLS.number, func.max(_CALLS.started_at)).where(_came_through(), _CALLS.number.in_(numbers))
        found += [(numbers[number], at) for number, at in session.execute(by_number.group_by(_CALLS.number))]
    fitted = {device.id: device.fitted_at for device in devices}
    latest: dict[int, datetime] = {}
    for device_id, at in found:
        if at and at >= (fitted[device_id] or at):
            latest[device_id] = max(at, latest.get(device_id, at))
    return latest


def is_test_due(late: datetime) -> ColumnElement[bool]:
    """The condition for installed devices of which nothing since `late` proves that they work."""
    by_number = select(_CALLS.id).where(_CALLS.number == Device.number, _came_through(), _since(late, _CALLS.started_at))
    # All proofs in one NOT EXISTS, which PostgreSQL answers by reading them once.
    proofs = union_all(
        select(_TESTS.device_id, _TESTS.at).where(_TESTS.result != TrialResult.FAILED, _TESTS.at > late),
        select(_ALARMS.device_id, _ATTEMPTS.answered_at).where(_ATTEMPTS.alarm_id == _ALARMS.id, _ATTEMPTS.answered_at > late),
        select(_CALLS.device_id, _CALLS.started_at).where(
            _CALLS.device_id.is_not(None), _CALLS.started_at > late, _came_through()
        ),
    ).subquery("proofs")
    is_proved = select(proofs.c.at).where(proofs.c.device_id == Device.id, _since(late, proofs.c.at)).exists()
    # Looked up for those few that have no account, by OR: joined, PostgreSQL would read a month of everybody's calls for them.
    not_by_number = or_(Device.kind == DeviceKind.ONE_KEY, ~by_number.exists())
    return and_(Device.status == DeviceStatus.INSTALLED, not_by_number, ~is_proved)


def _since(late: datetime, at: Any) -> ColumnElement[bool]:
    return and_(at > late, at >= func.coalesce(Device.fitted_at, at))


def _came_through() -> ColumnElement[bool]:
    return or_(_CALLS.operator_at.is_not(None), select(_TURNS.id).where(_TURNS.call_id == _CALLS.id).exists())


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
