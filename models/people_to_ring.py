"""Whom the telephone exchange rings by itself for a resident: keyholders, family, and who is behind each family key."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.devices import FAMILY_KEYS, Device, DeviceKey, DeviceKind, DeviceStatus
from models.residents import Contact, ContactRole, Resident, ResidentPhone

MOST_RUNG = 5
_NOT_DIALLED = re.compile(r"[^0-9+]")


@dataclass(frozen=True)
class PeopleToRing:
    """Telephone numbers in digits and `+`, the first to be rung first; `name` is "" where residents share the telephone."""

    name: str
    keyholders: tuple[str, ...]
    family: tuple[str, ...]
    keys: tuple[str, ...]  # one for each of FAMILY_KEYS, "" for a key that rings nobody


def people_to_ring(session: Session) -> dict[str, PeopleToRing]:
    """By the name under which the exchange knows a telephone: the id of a one-key phone, `n<number>` of any other."""
    residents = {resident.id: resident.name for resident in session.execute(select(Resident.id, Resident.name))}
    numbers = _numbers(session)
    keys = _own_keys(session)
    people = {}
    devices: defaultdict[str, set[int]] = defaultdict(set)
    for number, resident_id in session.execute(select(ResidentPhone.number, ResidentPhone.resident_id)):
        devices[f"n{_dialled(number)}"].add(resident_id)
    in_use = select(Device.id, Device.kind, Device.number, Device.resident_id).where(Device.status != DeviceStatus.RETIRED)
    for device_id, kind, number, resident_id in session.execute(in_use):
        devices[str(device_id) if kind is DeviceKind.ONE_KEY else f"n{_dialled(number)}"].add(resident_id)
    for device, owners in devices.items():
        of_owners = {role: _first(number for id in sorted(owners) for number in numbers[id, role]) for role in ContactRole}
        family = of_owners[ContactRole.FAMILY]
        chosen = keys.get(device, {})
        people[device] = PeopleToRing(
            name=residents[next(iter(owners))] if len(owners) == 1 else "",
            keyholders=of_owners[ContactRole.KEYHOLDER],
            family=family,
            keys=tuple(
                chosen.get(key, number) for key, number in zip_longest(FAMILY_KEYS, family[: len(FAMILY_KEYS)], fillvalue="")
            ),
        )
    return people


def _numbers(session: Session) -> defaultdict[tuple[int, ContactRole], list[str]]:
    numbers: defaultdict[tuple[int, ContactRole], list[str]] = defaultdict(list)
    in_order = select(Contact.resident_id, Contact.role, Contact.number).order_by(Contact.call_order, Contact.id)
    for resident_id, role, number in session.execute(in_order):
        numbers[resident_id, role].append(_dialled(number))
    return numbers


def _own_keys(session: Session) -> defaultdict[str, dict[str, str]]:
    """What was chosen for the keys of a device; the others ring the family in its order."""
    keys: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for device_id, key, number in session.execute(select(DeviceKey.device_id, DeviceKey.key, Contact.number).join(Contact)):
        keys[str(device_id)][key] = _dialled(number)
    return keys


def _first(numbers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number))[:MOST_RUNG]


def _dialled(number: str) -> str:
    return _NOT_DIALLED.sub("", number)
