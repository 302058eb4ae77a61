"""Gateways: what sends SMS. A new kind is one file here and one line in GATEWAYS."""

from collections.abc import Callable
from typing import Protocol

from dispatch.gateways.demo import DemoGateway
from dispatch.gateways.http import HttpPlatform
from dispatch.gateways.twilio import TwilioGateway
from models.settings import Gateway as GatewayKind
from models.settings import Settings


class Gateway(Protocol):
    """The port to whatever sends SMS."""

    def send(self, number: str, body: str) -> str:
        """Hand `body` over for `number` (as normalise_number writes it); return the gateway's own id of the message.

        Takes 10 s at most. Raises `GatewayUnavailable` if it was not taken and may be
        later, `GatewayUncertain` if it may have been taken, `MessageRejected` if it never will be.
        """
        ...


# Each is made of the settings and its own name in them.
GATEWAYS: dict[GatewayKind, Callable[[Settings, str], Gateway]] = {
    GatewayKind.DEMO: DemoGateway,
    GatewayKind.TWILIO: TwilioGateway,
    GatewayKind.HTTP: HttpPlatform,
}


def open_gateways(settings: Settings) -> dict[str, Gateway]:
    """Every gateway of the settings, by its name."""
    return {name: GATEWAYS[settings.gateway_kind(name)](settings, name) for name in settings.gateway_shares}
