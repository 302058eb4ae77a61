"""The kinds of values that settings take, and what is said when they are wrong."""

from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(Exception):
    """The settings cannot be used; `faults` holds one sentence per fault, in Chinese and English."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("设置有误 / the settings are not usable:\n" + "\n".join(f"  - {fault}" for fault in faults))


class TrunkMode(StrEnum):
    """How the carrier's trunk knows us: not at all, by our registration, or by our address."""

    NONE = "none"
    REGISTER = "register"
    ADDRESS = "address"


class Gateway(StrEnum):
    """The kinds of what sends SMS."""

    DEMO = "demo"
    TWILIO = "twilio"
    HTTP = "http"  # any platform that http_gateways describes


def _absolute(path: Any) -> Any:
    return Path(path).expanduser().resolve() if isinstance(path, str | Path) and str(path) else path


def _ip_address(address: str) -> str:
    return str(ip_address(address))


@cache
def _zones() -> set[str]:
    return available_timezones()  # which looks through a folder of 600 files


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a time zone such as Asia/Shanghai")
    return name


AbsolutePath = Annotated[Path, BeforeValidator(_absolute)]
IpAddress = Annotated[str, AfterValidator(_ip_address)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
