"""What a site chooses about alarms' records."""

from pydantic import Field
from pydantic_settings import BaseSettings

# Presses of one device, or calls from one number, within so long of each other are one alarm until it is closed.
ALARM_WINDOW_S = 300


class AlarmSettings(BaseSettings):
    """A part of `Settings`."""

    alarm_window_s: int = Field(default=ALARM_WINDOW_S, ge=0, le=86_400)
