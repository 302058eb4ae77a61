"""The settings of what is kept: for how long recordings are, and for how long somebody may be signed in."""

from pydantic import Field
from pydantic_settings import BaseSettings


class KeepingSettings(BaseSettings):
    """A part of `Settings`. The days are the centre's own practice; the law asks for six months of logs."""

    recordings_days: int = Field(default=180, ge=1, le=36_500)
    recordings_sos_days: int = Field(default=1095, ge=1, le=36_500)  # of an alarm, or of an order that was disputed
    seal_after_s: int = Field(default=60, ge=2, le=86_400)  # after the end of a call; an exchange may still write until then
    # How long the reason holds for which a file was opened outside a call; 0: none is asked, and openings are only written down.
    file_reason_min: int = Field(default=15, ge=0, le=480)
    console_hours: int = Field(default=12, ge=1, le=24)  # the longest visit to the console, however busy
