"""One-key phones, as the exchange needs to know them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DeviceEndpoint:
    """One resident's one-key phone: it registers as `device-<id>` and calls with `number`, whatever it claims itself."""

    id: int
    secret: str = field(repr=False)
    number: str
    name: str
