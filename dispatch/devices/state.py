"""How devices are now: health, open visit, last proof, gathered for whoever shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.devices.health import Health, Watched, health_of, rules_of
from dispatch.devices.proving import last_proofs
from models.device_health import DeviceFault, DeviceVisit
from models.device_settings import DeviceSettings
from models.devices import Device, DeviceStatus


@dataclass(frozen=True)
class DeviceState:
    """One device now; `proved_at` is when it was last seen to work."""

    device: Device
    health: Health
    silent_since: datetime | None
    visit: DeviceVisit | None
    proved_at: datetime | None
    test_due: bool


def states_of(session: Session, devices: Sequence[Device], settings: DeviceSettings, now: datetime) -> list[DeviceState]:
    """The state of each of the devices, in their order."""
    rules, late = rules_of(settings), now - timedelta(days=settings.device_test_every_days)
    ids = [device.id for device in devices]
    faults = select(DeviceFault).where(DeviceFault.device_id.in_(ids), DeviceFault.ended_at.is_(None))
    visits = select(DeviceVisit).where(DeviceVisit.device_id.in_(ids), DeviceVisit.ended_at.is_(None))
    silent = {fault.device_id: fault.silent_since for fault in session.scalars(faults)}
    visit_of = {visit.device_id: visit for visit in session.scalars(visits)}
    proofs = last_proofs(session, devices)
    states = []
    for device in devices:
        watched = Watched(device.fitted_at, device.last_heard_at, silent.get(device.id))
        proved_at = proofs.get(device.id)
        states.append(
            DeviceState(
                device=device,
                health=health_of(watched, device.is_watched, now, rules),
                silent_since=watched.silent_since,
                visit=visit_of.get(device.id),
                proved_at=proved_at,
                test_due=device.status is DeviceStatus.INSTALLED and (proved_at is None or proved_at <= late),
            )
        )
    return states
