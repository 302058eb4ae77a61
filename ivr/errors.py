"""What ends a call before its conversation is finished, and what keeps Linli from taking calls at all."""

from collections.abc import Sequence


class CallEnded(Exception):
    """The call is over: nothing more can be said, heard or asked of Asterisk."""


class CallerHungUp(CallEnded):
    """The caller put the receiver down."""


class HandOver(Exception):
    """The conversation stops here and an operator takes the call.

    `reason` is a short word for logs and the console (never what the resident said); `urgent` moves the call
    to the front of the operators' queue.
    """

    def __init__(self, reason: str, urgent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.urgent = urgent


class PutThrough(HandOver):
    """The conversation stops here and Asterisk rings these contacts, one after the other; an operator, if nobody answers."""

    def __init__(self, contact_ids: Sequence[int]) -> None:
        super().__init__("family")
        self.contact_ids = tuple(contact_ids)


class PutThroughToResident(HandOver):
    """The conversation stops here and Asterisk rings the resident of this order, for the provider who does the work."""

    def __init__(self, order_id: int) -> None:
        super().__init__("connect")
        self.order_id = order_id


class PortTaken(Exception):
    """Another program listens where Linli wants to; the message names the port and the setting, in both languages."""

    def __init__(self, port: int, setting: str) -> None:
        super().__init__(
            f"端口 {port} 已被占用，请换一个 {setting} 或停掉占用它的程序 / "
            f"port {port} is already taken; choose another {setting} or stop the program that uses it"
        )
        self.port = port
        self.setting = setting
