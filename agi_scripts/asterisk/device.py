"""One-key phones, as the exchange needs to know them."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.devices import devices_with_account


@dataclass(frozen=True)
class DeviceEndpoint:
    """One resident's one-key phone: it registers as `device-<id>` and calls with `number`, whatever it claims itself."""

    id: int
    secret: str = field(repr=False)
    number: str
    name: str


def device_endpoints(session: Session) -> list[DeviceEndpoint]:
    """Every telephone that shall be able to register, by id."""
    return [
        DeviceEndpoint(device.id, device.secret, device.number, device.resident.name)
        for device in session.scalars(devices_with_account())
    ]
