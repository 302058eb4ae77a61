"""Settings of the telephone in the operators' page."""

from pydantic import Field
from pydantic_settings import BaseSettings


class PhoneSettings(BaseSettings):
    """Where the page reaches the exchange, how long a call may be finished on paper, how long a lost page is waited for."""

    phone_url: str = Field(default="", pattern=r"^(wss?://[^\s;,']+)?$")  # empty: Asterisk itself, on this machine
    wrap_up_s: int = Field(default=60, ge=0, le=1800)  # after each call, until the operator is done; 0: none
    rejoin_s: int = Field(default=20, ge=5, le=60)  # music, until the page is back; then another operator


def phone_socket(url: str, http_port: int) -> str:
    """The WebSocket that the page's telephone speaks to."""
    return url or f"ws://127.0.0.1:{http_port}/ws"
