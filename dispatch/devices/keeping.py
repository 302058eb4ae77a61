"""Adding, changing, replacing, moving and retiring a device; Asterisk is brought after by the program that watches for it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from models.device_health import DeviceFault, DeviceVisit, VisitReason
from models.devices import FAMILY_KEYS, Device, DeviceKey, DeviceKind, DeviceStatus
from models.phones import normalise_number
from models.residents import Contact, Resident, ResidentPhone

NAME_AT_MOST = 40
# Whoever fits a phone types this in: 24 of 32 letters and digits that nobody takes for one another, 120 bits.
TYPED_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
SECRET_LENGTH = 24


class DeviceRefused(Exception):
    """A device cannot be as it is asked for; the text says why, Chinese and English on two lines."""


@dataclass(frozen=True)
class DeviceRequest:
    """A device as somebody describes it; `keys` are contacts' ids by the family key that rings them."""

    resident_id: int
    number: str
    model: str
    place: str
    kind: DeviceKind = DeviceKind.ONE_KEY
    keys: Mapping[str, int] = field(default_factory=dict)


def add_device(session: Session, request: DeviceRequest, status: DeviceStatus, now: datetime, by: str) -> Device:
    """A new device with a secret of its own, flushed; the caller commits. Raises `DeviceRefused`."""
    device = Device(
        status=status, secret="", fitted_at=now if status is DeviceStatus.INSTALLED else None, **_facts(session, request)
    )
    session.add(device)
    _give_secret(device)
    _fit_keys(session, device, request.keys)
    device.add_history("added", now, by, model=device.model, number=device.number)
    session.flush()
    return device


def change_device(session: Session, device: Device, request: DeviceRequest, now: datetime, by: str) -> None:
    """Describe a device anew; its secret stays while it has an account. The caller commits. Raises `DeviceRefused`."""
    if device.status is DeviceStatus.RETIRED:
        raise DeviceRefused("已停用的设备不能修改。\nA retired device cannot be changed.")
    for name, value in _facts(session, request, device).items():
        setattr(device, name, value)
    if not (device.has_account and device.secret):
        _give_secret(device)
    if not device.is_watched:
        _end_troubles(session, device, now)
    _fit_keys(session, device, request.keys)
    device.add_history("changed", now, by, model=device.model, number=device.number)
    session.flush()


def replace_device(session: Session, device: Device, model: str, now: datetime, by: str) -> None:
    """Put another phone in its place: a new secret, and the old one is worth nothing; number, keys and place stay.

    The caller commits. Raises `DeviceRefused`.
    """
    if device.status is DeviceStatus.RETIRED:
        raise DeviceRefused("已停用的设备不能更换，请新增一台。\nA retired device cannot be replaced; add another.")
    before, device.model = device.model, _name(model) or device.model
    _give_secret(device)
    device.status, device.fitted_at, device.last_heard_at = DeviceStatus.INSTALLED, now, None
    device.add_history("replaced", now, by, model=device.model, before=before)


def move_device(session: Session, device: Device, status: DeviceStatus, now: datetime, by: str) -> None:
    """Install a device, take it back into stock, or retire it, which frees its number. The caller commits."""
    if device.status in (status, DeviceStatus.RETIRED):
        raise DeviceRefused("这台设备已经是这个状态。\nThe device is in that state already.")
    device.status = status
    if status is DeviceStatus.INSTALLED:
        device.fitted_at, device.last_heard_at = now, None
    else:
        _end_troubles(session, device, now)
    if status is DeviceStatus.RETIRED:
        device.number, device.secret = f"{device.number}#{device.id}", ""
    device.add_history(status.value, now, by)


def _facts(session: Session, request: DeviceRequest, device: Device | None = None) -> dict[str, object]:
    model, place, number = _name(request.model), _name(request.place), normalise_number(request.number)
    resident = session.get(Resident, request.resident_id)
    if resident is None:
        raise DeviceRefused("没有这位居民。\nThere is no such resident.")
    if not number:
        raise DeviceRefused("电话号码不对。\nThat is no telephone number.")
    if not (model and place):
        raise DeviceRefused("型号和摆放位置都要填。\nModel and place are needed.")
    other = session.scalar(select(Device).where(Device.number == number))
    if other is not None and other is not device:
        raise DeviceRefused(
            f"这个号码已经是设备 {other.id}（{other.resident.name}）的。\n"
            f"Device {other.id} ({other.resident.name}) has this number already."
        )
    if request.kind is not DeviceKind.ONE_KEY and number not in {phone.number for phone in resident.phones}:
        resident.phones.append(ResidentPhone(number=number))  # a call from it is told by its number alone
    return {"resident": resident, "kind": request.kind, "number": number, "model": model, "place": place}


def _fit_keys(session: Session, device: Device, keys: Mapping[str, int]) -> None:
    contacts = {contact.id for contact in device.resident.contacts}
    if not (keys.keys() <= set(FAMILY_KEYS) and set(keys.values()) <= contacts):
        raise DeviceRefused("家人键只能拨这位居民的联系人。\nA family key rings one of the resident's own contacts.")
    fitted = {key.key: key for key in device.keys}
    for name in fitted.keys() - keys.keys():
        device.keys.remove(fitted[name])
    for name, contact_id in keys.items():
        if name in fitted:
            fitted[name].contact = session.get_one(Contact, contact_id)
        else:
            device.keys.append(DeviceKey(key=name, contact=session.get_one(Contact, contact_id)))


def _give_secret(device: Device) -> None:
    device.secret = (
        "".join(secrets.choice(TYPED_LETTERS) for _ in range(SECRET_LENGTH)) if device.kind is DeviceKind.ONE_KEY else ""
    )


def _end_troubles(session: Session, device: Device, now: datetime) -> None:
    """Nobody waits to hear a device that is not there any more."""
    for fault in session.scalars(select(DeviceFault).where(DeviceFault.device_id == device.id, DeviceFault.ended_at.is_(None))):
        fault.ended_at = now
    unheard = (VisitReason.SILENT, VisitReason.NEVER_HEARD)
    visits = select(DeviceVisit).where(DeviceVisit.device_id == device.id, DeviceVisit.ended_at.is_(None))
    for visit in session.scalars(visits.where(DeviceVisit.reason.in_(unheard))):
        visit.ended_at = now


def _name(written: str) -> str:
    return clean_words(written, NAME_AT_MOST).strip()
