"""The settings of calls about orders that we place, and of the number that providers call."""

from pydantic import Field
from pydantic_settings import BaseSettings

from models.sos_settings import NUMBER


class CallingSettings(BaseSettings):
    """How long providers and residents are rung, how often again, and where providers reach us."""

    outbound_ring_s: int = Field(default=30, ge=5, le=120)
    outbound_attempts: int = Field(default=3, ge=1, le=10)  # and then the next step without the call
    outbound_retry_s: int = Field(default=600, ge=1)
    # A further number of the hotline, for providers; empty where the carrier gave us none.
    provider_number: str = Field(default="", pattern=NUMBER)
