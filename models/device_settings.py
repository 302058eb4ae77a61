"""Settings of the devices in residents' homes."""

from pydantic import Field
from pydantic_settings import BaseSettings


class DeviceSettings(BaseSettings):
    """How often a device must be heard, visited and tested."""

    # Two intervals missed are a fault, which must be known within five minutes.
    device_heartbeat_s: int = Field(default=120, ge=2, le=130)
    device_visit_after_h: float = Field(default=24.0, gt=0)
    device_test_every_days: int = Field(default=30, ge=1)

    @property
    def device_qualify_s(self) -> int:
        """How often Asterisk asks a device whether it is there: four times in an interval, at most every 30 s."""
        return max(1, min(30, self.device_heartbeat_s // 4))
