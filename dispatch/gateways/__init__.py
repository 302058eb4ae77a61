"""Gateways: what sends SMS. A new one is one file here and one line in GATEWAYS."""

from collections.abc import Callable
from typing import Protocol

from dispatch.gateways.demo import DemoGateway
from dispatch.gateways.twilio import TwilioGateway
from models.settings import Gateway as GatewayName
from models.settings import Settings


class Gateway(Protocol):
    """The port to whatever sends SMS."""

    def send(self, number: str, body: str) -> str:
        """Hand `body` over for `number` (as normalise_number writes it); return the gateway's own id of the message.

        Takes 10 s at most. Raises `GatewayUnavailable` if it was not taken and may be
        later, `GatewayUncertain` if it may have been taken, `MessageRejected` if it never will be.
        """
        ...


GATEWAYS: dict[GatewayName, Callable[[Settings], Gateway]] = {
    GatewayName.DEMO: DemoGateway,
    GatewayName.TWILIO: TwilioGateway,
}
