"""What can go wrong when an SMS is sent: later may help, or never will."""


class GatewayError(Exception):
    """An SMS was not sent; the text says why, without the number."""


class GatewayUnavailable(GatewayError):
    """The gateway cannot take it now: try again later."""


class GatewayUncertain(GatewayError):
    """The gateway may have taken it or not: its answer was lost."""


class MessageRejected(GatewayError):
    """The gateway will never take this message, or never for this number."""
