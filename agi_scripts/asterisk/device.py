"""One-key phones, as the exchange needs to know them."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.devices import Device, devices_with_account
from models.residents import Resident


@dataclass(frozen=True)
class DeviceEndpoint:
    """One resident's one-key phone: it registers as `device-<id>` and calls with `number`, whatever it claims itself."""

    id: int
    secret: str = field(repr=False)
    number: str
    name: str


def device_endpoints(session: Session) -> list[DeviceEndpoint]:
    """Every telephone that shall be able to register, by id."""
    named = devices_with_account().join(Device.resident)
    rows = session.execute(named.with_only_columns(Device.id, Device.secret, Device.number, Resident.name))
    return [DeviceEndpoint(id, secret, number, name) for id, secret, number, name in rows]
