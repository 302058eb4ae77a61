"""Asterisk's configuration as text: every value that comes from outside is escaped or refused."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from agi_scripts.asterisk.device import DeviceEndpoint
from agi_scripts.asterisk.program import AsteriskError, AsteriskProgram
from models.carrier import carrier_for_calls
from models.secrets import own_secret
from models.settings import Settings
from models.sos_settings import own_digits

NAME_LENGTH = 40  # what a desk phone shows
DEVICE_CALLS = 3  # of one one-key phone at a time
# Whoever answers a call for help and is gone sooner has not helped: a knocked-over receiver, a dying battery.
TOO_SHORT_S = 5


def render_configuration(settings: Settings, devices: Sequence[DeviceEndpoint], program: AsteriskProgram) -> dict[str, str]:
    """Every configuration file's text by its name; raise `AsteriskError` for a value that cannot stand in one."""
    environment = Environment(
        loader=PackageLoader("agi_scripts.asterisk"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - this is not HTML; every outside value passes one of the filters below
    )
    environment.filters |= {"conf": in_configuration, "token": as_token, "own_digits": own_digits}
    seats = range(1, settings.operator_seats + 1)
    facts = {
        "settings": settings,
        "folder": settings.asterisk_dir,
        "program": program,
        "devices": devices,
        "seats": seats,
        "desks": [f"{kind}-{seat}" for seat in seats for kind in ("desk", "operator")],
        "sounds": settings.data_dir / "sounds/linli",
        "device_calls": DEVICE_CALLS,
        "too_short_s": TOO_SHORT_S,
        "caller_id": caller_id,
        "seat_secret": lambda name: own_secret(settings, name),
        "ami_secret": own_secret(settings, "ami"),
        "sip_address": socket_address(settings.bind_address, settings.sip_port),
        "media_address": "" if ip_address(settings.bind_address).is_unspecified else settings.bind_address,
        "carrier": carrier_for_calls(settings),
        "strip_prefix": settings.trunk_strip_prefix,
    }
    names = sorted(environment.list_templates(extensions=["j2"]))
    return {name.removesuffix(".j2"): environment.get_template(name).render(facts) for name in names}


def in_configuration(value: str | Path) -> str:
    """Free text as a value: a semicolon would begin a comment, a control character a new line."""
    text = str(value)
    if not text.isprintable():
        raise AsteriskError(f"含有不能写入 Asterisk 配置的字符 / holds characters that Asterisk's configuration cannot: {text!r}")
    return text.replace(";", r"\;")


def as_token(value: str) -> str:
    """A user's name or a secret of ours: nothing in it can mean anything to Asterisk. The value itself is never told."""
    if not re.fullmatch(r"[A-Za-z0-9._@+-]+", value):
        raise AsteriskError("账号或密码含有不允许的字符 / an account's name or secret holds a character that is not allowed")
    return value


def caller_id(device: DeviceEndpoint) -> str:
    """Who calls when this phone calls. Without a number of its own the phone is named instead, so that its From never counts."""
    name = "".join(letter for letter in device.name if letter.isprintable() and letter not in '"\\<>;$')
    number = re.sub(r"[^0-9+]", "", device.number) or f"device-{device.id:d}"
    return f'"{name[:NAME_LENGTH]}" <{number}>'


def socket_address(address: str, port: int) -> str:
    """Address and port as SIP writes them."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
