"""By which telephones a resident can be rung."""

from models.carrier import carrier_for_calls
from models.residents import Resident
from models.settings import Settings

DEVICE = "device-"  # what `Device.account` begins with


def ways_to(resident: Resident, settings: Settings) -> list[str]:
    """Their own numbers, where calls can go out, and then their one-key phones (`device-<id>`)."""
    numbers = [phone.number for phone in sorted(resident.phones, key=lambda phone: phone.id)]
    devices = [device.account for device in sorted(resident.devices, key=lambda device: device.id) if device.is_watched]
    return [*(numbers if carrier_for_calls(settings) else []), *devices]


def endpoint_of(way: str, settings: Settings) -> str:
    """What Asterisk is to ring. Numbers are digits and devices our own ids: nothing else is ever in a way."""
    return f"PJSIP/{way}" if way.startswith(DEVICE) else f"PJSIP/{way}@{carrier_for_calls(settings)}"


def device_of(way: str) -> int | None:
    """The one-key phone's id, where the way is one."""
    return int(way.removeprefix(DEVICE)) if way.startswith(DEVICE) else None
