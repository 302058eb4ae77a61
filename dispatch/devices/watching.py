"""The watch over the devices: when each was heard, which fell silent, where somebody has to go."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.devices.health import Rules, Watched, fault_since, visit_due
from models.device_health import DeviceFault, DeviceVisit, VisitReason
from models.devices import Device, devices_with_account

Trouble = TypeVar("Trouble", DeviceFault, DeviceVisit)

log = logging.getLogger(__name__)

# How often a heard time is written, at most: a row a device and minute would be most of what the database writes.
WRITTEN_EVERY = timedelta(seconds=60)
# What ends by itself when the phone is heard; a failed test does not.
_UNHEARD = (VisitReason.SILENT, VisitReason.NEVER_HEARD)


class DeviceWatch:
    """Remembers since when the exchange has answered without a pause, and judges nothing that happened before."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._heard: dict[int, datetime] = {}
        self._listening_since: datetime | None = None

    def lose(self) -> None:
        """The exchange did not answer for a while: whoever was silent then has not been asked."""
        self._listening_since = None

    def look(self, session: Session, reachable: Collection[int], now: datetime) -> None:
        """Write down who was heard just now, raise and end faults, make visits due; commit."""
        self._listening_since = self._listening_since or now
        self._heard |= dict.fromkeys(reachable, now)
        faults = _open(session, DeviceFault)
        visits = _open(session, DeviceVisit)
        for device in session.scalars(devices_with_account()):
            self._write_heard(device, device.id in reachable)
            fault, visit = faults.get(device.id), visits.get(device.id)
            if device.id in reachable:
                _heard_again(device, fault, visit, now)
            elif device.is_watched:
                self._judge(session, device, fault, visit, now)
        session.commit()

    def _write_heard(self, device: Device, is_reachable: bool) -> None:
        heard_at = self._heard.get(device.id)
        if heard_at is None or (device.fitted_at and heard_at < device.fitted_at):  # that was the phone before this one
            return
        written = device.last_heard_at
        late = written is None or heard_at - written >= min(WRITTEN_EVERY, self._rules.heartbeat / 2)
        if late or (not is_reachable and written != heard_at):
            device.last_heard_at = heard_at

    def _judge(
        self, session: Session, device: Device, fault: DeviceFault | None, visit: DeviceVisit | None, now: datetime
    ) -> None:
        listening_since = self._listening_since or now
        watched = Watched(device.fitted_at, device.last_heard_at, fault.silent_since if fault else None)
        since = fault_since(watched, listening_since, now, self._rules)
        if since and not fault:
            session.add(DeviceFault(device_id=device.id, silent_since=since, raised_at=now))
            log.warning("device %d: silent since %s", device.id, since.isoformat(timespec="seconds"))
        reason = visit_due(watched, listening_since, now, self._rules)
        if reason and not visit:
            session.add(DeviceVisit(device_id=device.id, reason=reason, due_at=now))
            log.warning("device %d: to be visited, %s", device.id, reason)


def _heard_again(device: Device, fault: DeviceFault | None, visit: DeviceVisit | None, now: datetime) -> None:
    if fault:
        fault.ended_at = now
        log.info("device %d: heard again", device.id)
    if visit and visit.reason in _UNHEARD:
        visit.ended_at = now


def _open(session: Session, kind: type[Trouble]) -> dict[int, Trouble]:
    return {row.device_id: row for row in session.scalars(select(kind).where(kind.ended_at.is_(None)))}
