"""What can go wrong on a softphone."""


class SoftphoneError(Exception):
    """The phone itself failed, or was asked for something that cannot be done now."""


class RegistrationRefused(SoftphoneError):
    """The server did not accept the registration."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(f"登记被拒绝 / registration refused: {status} {reason}")


class CallRefused(SoftphoneError):
    """The far end did not answer; `status` is the SIP answer (RFC 3261 §21), e.g. 486 busy, 408 nobody there."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(f"电话没有接通 / the call was not answered: {status} {reason}")


class Unreachable(SoftphoneError):
    """Nothing at all answers at the server's address."""


class CallOver(SoftphoneError):
    """The call ended while something was still expected of it."""

    def __init__(self, status: int, reason: str, awaited: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(f"通话已结束，没有等到{awaited}: the call ended first ({status} {reason})")


class WaitedTooLong(SoftphoneError):
    """What was awaited did not happen in time."""
