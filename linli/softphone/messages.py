"""What a softphone and its process say to each other over their pipe."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PowerOn:
    """The first command: who to be and where the server is (`host:port`)."""

    server: str
    number: str
    credential_name: str
    secret: str


@dataclass(frozen=True)
class Register:
    """Register with the server; answered by `Registered`."""


@dataclass(frozen=True)
class Dial:
    """Call this SIP address."""

    call: str
    uri: str


@dataclass(frozen=True)
class Answer:
    """Answer the incoming call."""

    call: str


@dataclass(frozen=True)
class HangUp:
    """End the call; `status` is the answer to a call that has not been answered yet."""

    call: str
    status: int


@dataclass(frozen=True)
class Play:
    """Play this sound once, after what is playing already."""

    call: str
    sound: bytes


@dataclass(frozen=True)
class Press:
    """Send these keys as telephone events (RFC 4733)."""

    call: str
    keys: str


@dataclass(frozen=True)
class PowerOff:
    """Hang up, unregister, end the process."""


@dataclass(frozen=True)
class PoweredOn:
    """The phone listens on this UDP port."""

    port: int


@dataclass(frozen=True)
class Registered:
    """The server's answer to `Register`."""

    status: int
    reason: str


@dataclass(frozen=True)
class Incoming:
    """The phone rings."""

    call: str
    number: str


@dataclass(frozen=True)
class Progress:
    """A provisional answer arrived: 100 trying, 180 ringing, 183 progress."""

    call: str
    status: int


@dataclass(frozen=True)
class Answered:
    """The call is up and its sound flows both ways."""

    call: str
    at: datetime


@dataclass(frozen=True)
class Heard:
    """20 ms of the far end, one after the other since its sound first flowed."""

    call: str
    frame: bytes


@dataclass(frozen=True)
class Played:
    """A sound was played to its end; the times count the frames heard by then."""

    call: str
    first_frame: int
    end_frame: int


@dataclass(frozen=True)
class KeyHeard:
    """The far end pressed a key."""

    call: str
    key: str


@dataclass(frozen=True)
class Ended:
    """The call is over; 200 is an ordinary hang-up, anything else says why it never came about."""

    call: str
    status: int
    reason: str
    by_far_end: bool
    at: datetime


@dataclass(frozen=True)
class Fault:
    """Something in the phone's process went wrong."""

    words: str


Command = PowerOn | Register | Dial | Answer | HangUp | Play | Press | PowerOff
Event = PoweredOn | Registered | Incoming | Progress | Answered | Heard | Played | KeyHeard | Ended | Fault
