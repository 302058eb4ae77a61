"""The settings of SMS: through which gateways they go, in which shares, and when they wait."""

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from models.http_gateway import HttpGateway
from models.setting_kinds import Gateway

_SHARE = re.compile(r"([a-z][a-z0-9_]*)(?::(\d{1,4}))?")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def read_shares(written: str) -> dict[str, int]:
    """`city:80,twilio:20` as names and weights, a name alone as one of weight 1; raises ValueError for anything else."""
    shares: dict[str, int] = {}
    for part in written.split(","):
        found = _SHARE.fullmatch(part.strip())
        if not found or found[1] in shares or found[2] == "0":
            raise ValueError("not gateways such as city:80,twilio:20")
        shares[found[1]] = int(found[2] or 1)
    return shares


def read_quiet_hours(written: str) -> tuple[time, time] | None:
    """From when till when nothing is sent that can wait; None for none. Raises ValueError for what is no span."""
    if not written:
        return None
    found = _SPAN.fullmatch(written.strip())
    if not found:
        raise ValueError("not hours such as 21:30-07:00")
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begin == end:
        raise ValueError("hours that begin when they end")
    return begin, end


def _known_shares(written: str) -> str:
    read_shares(written)
    return written


def _known_hours(written: str) -> str:
    read_quiet_hours(written)
    return written


class SmsSettings(BaseSettings):
    """A site's own part in sending SMS."""

    gateway: Annotated[str, AfterValidator(_known_shares)] = Gateway.DEMO.value  # one, or several with weights
    http_gateways: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], HttpGateway] = {}
    quiet_hours: Annotated[str, AfterValidator(_known_hours)] = "21:30-07:00"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_api_url: str = ""

    @property
    def gateway_shares(self) -> dict[str, int]:
        """The gateways by name, each with its whole weight."""
        return read_shares(self.gateway)

    @property
    def is_demo_gateway(self) -> bool:
        """Whether no SMS leaves this machine."""
        return Gateway.DEMO in self.gateway_shares

    def gateway_kind(self, name: str) -> Gateway:
        """What a gateway is, by its name."""
        return Gateway.HTTP if name in self.http_gateways else Gateway(name)

    def has_receipts(self, name: str) -> bool:
        """Whether a gateway tells what became of what it took."""
        kind = self.gateway_kind(name)
        return kind is Gateway.TWILIO or (kind is Gateway.HTTP and self.http_gateways[name].receipts is not None)

    def sms_faults(self, demo: bool, public_url: str) -> list[str]:
        """What does not fit together, in words."""
        names = self.gateway_shares
        faults = [
            f"gateway 里的 {name} 没有设置 / {name} in gateway is neither twilio nor one of http_gateways"
            for name in names
            if name not in {Gateway.DEMO, Gateway.TWILIO} and name not in self.http_gateways
        ]
        faults += [
            f"http_gateways 不能叫 {name} / no gateway of http_gateways can be called {name}"
            for name in self.http_gateways
            if name in set(Gateway)
        ]
        if Gateway.DEMO in names and not demo:
            faults.append(
                "演示短信网关只能在 demo = true 时使用 / gateway = demo is for demo = true only; choose gateway = twilio"
            )
        if Gateway.DEMO in names and len(names) > 1:
            faults.append("演示短信网关只能单独使用 / gateway = demo goes with no other gateway")
        needed = {
            "twilio_account_sid": self.twilio_account_sid,
            "twilio_auth_token": self.twilio_auth_token.get_secret_value(),
            "twilio_from": self.twilio_from,
            "public_url": public_url,
        }
        if Gateway.TWILIO in names:
            faults += [
                f"gateway = twilio 时必须填写 {name} / {name} is needed when gateway = twilio"
                for name, value in needed.items()
                if not value
            ]
        return faults
