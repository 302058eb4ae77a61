"""An operator's telephone with call waiting: several calls may ring on it, also while it is in one."""

import time
from dataclasses import dataclass, field

from tests.agi_scripts.asterisk.sip_message import Message, media_address
from tests.agi_scripts.asterisk.sip_phone import SipPhone


@dataclass
class Ring:
    """A call that rings, or rang, on the telephone; `at` is of the monotonic clock."""

    at: float
    invite: Message

    @property
    def number(self) -> str:
        """Who calls."""
        return self.invite["From"].partition("sip:")[2].partition("@")[0]


@dataclass
class DeskPhone(SipPhone):
    """Its calls by their Call-ID."""

    rings: dict[str, Ring] = field(default_factory=dict)
    in_call: Ring | None = None

    def take(self, message: Message) -> None:
        """Keep what rings and what is up in step with the other side."""
        call = message["Call-ID"]
        with self.arrived:
            if message.start.startswith("INVITE"):
                self.rings.setdefault(call, Ring(time.monotonic(), message))
            elif message.start.startswith("CANCEL"):
                self.rings.pop(call, None)
            elif message.start.startswith("BYE") and self.in_call and self.in_call.invite["Call-ID"] == call:
                self.in_call = None

    def wait_ring(self, number: str, within_s: float) -> Ring | None:
        """The call from this number once it rings, from anybody for an empty number; None when it does not in time."""

        def found() -> Ring | None:
            return next((ring for ring in self.rings.values() if not number or ring.number == number), None)

        with self.arrived:
            return self.arrived.wait_for(found, within_s)

    def pick_up(self, ring: Ring) -> None:
        """Take one of the calls that ring."""
        with self.arrived:
            self.rings.pop(ring.invite["Call-ID"], None)
            self.in_call = ring
        self.reply(ring.invite, "200 OK", self._sdp())
        self.peer_rtp = media_address(ring.invite)

    def put_down(self) -> None:
        """End the call that we are in."""
        assert self.in_call
        invite = self.in_call.invite
        self.target = invite["Contact"].strip("<>")
        self.local, self.remote, self.call_id = f"{invite['To']};tag=phone", invite["From"], invite["Call-ID"]
        self.in_call = None
        self._request("BYE")
