"""A telephone small enough to lie on purpose: the tests choose every word of From, and see every answer."""

import itertools
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from tests.agi_scripts.asterisk.sip_message import FRAME_BYTES, Message, authorization, loudness, media_address, parse

SILENCE = b"\xd5" * FRAME_BYTES
KEYS = 101  # the payload type of telephone events (RFC 4733)


@dataclass
class SipPhone:
    """A SIP account on one UDP port and one RTP port; use it as a context manager."""

    server: tuple[str, int]
    user: str
    secret: str
    sends_sound: bool = True
    messages: list[tuple[float, Message]] = field(default_factory=list)
    loudness: list[tuple[float, float]] = field(default_factory=list)
    invites: dict[str, Message] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind(("127.0.0.1", 0))
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", 0))
        self.contact = f"sip:{self.user}@127.0.0.1:{self.sip.getsockname()[1]}"
        self.arrived = threading.Condition()
        self.closing = threading.Event()
        self.is_off = threading.Event()
        self.peer_rtp: tuple[str, int] | None = None
        self.answered_at = 0.0
        self.sequence = itertools.count(1)
        self.packets = itertools.count()
        self.threads = [threading.Thread(target=work) for work in (self._listen, self._hear, self._speak)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind and hasattr(
            self, "call_id"
        ):  # a test that fails shall not leave its call to the next one: nobody ends a call for help
            self._request("BYE")
        self.closing.set()
        for one in (self.sip, self.rtp):
            one.sendto(b"", one.getsockname())
        for thread in self.threads:
            thread.join()
        self.sip.close()
        self.rtp.close()

    def call(self, number: str, from_header: str = "", extra: str = "") -> None:
        """Place a call, proving who we are when asked. `from_header` replaces all of From but its tag."""
        self.target = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        self.local = f"{from_header or f'<sip:{self.user}@127.0.0.1>'};tag={secrets.token_hex(4)}"
        self.remote = f"<{self.target}>"
        self.call_id = secrets.token_hex(8)
        self._request("INVITE", self._sdp(), extra)
        challenge = self.wait_for(lambda message: message.method == "INVITE" and message.status > 0)
        if challenge.status == 401:
            self._request("ACK", cseq=challenge["CSeq"].split()[0])
            self.messages.clear()
            self._request("INVITE", self._sdp(), extra + authorization(self.user, self.secret, "INVITE", self.target, challenge))

    def register(self, expires_s: int = 3600) -> int:
        """Register, or end that with `expires_s=0`; return the final status."""
        expires = f"Expires: {expires_s}\r\n"
        self.messages.clear()
        self.target = f"sip:{self.server[0]}:{self.server[1]}"
        self.local = f"<sip:{self.user}@127.0.0.1>;tag={secrets.token_hex(4)}"
        self.remote = f"<sip:{self.user}@127.0.0.1>"
        self.call_id = secrets.token_hex(8)
        self._request("REGISTER", extra=expires)
        challenge = self.wait_for(lambda message: message.method == "REGISTER" and message.status >= 200)
        if challenge.status == 401:
            self.messages.clear()
            self._request("REGISTER", extra=expires + authorization(self.user, self.secret, "REGISTER", self.target, challenge))
        return self.wait_for(lambda message: message.method == "REGISTER" and message.status >= 200).status

    def wait_answered(self, within_s: float = 30) -> None:
        """Wait until the call that we placed is answered, and confirm it."""
        answer = self.wait_for(lambda message: message.method == "INVITE" and message.status >= 200, within_s)
        assert answer.status == 200, answer.start
        self._accept_answer(answer)

    def wait_hung_up(self, within_s: float = 30) -> None:
        """Wait until the other side has ended the call."""
        self.wait_for(lambda message: message.start.startswith("BYE"), within_s)

    def wait_ringing(self, within_s: float = 30, number: str = "") -> Message:
        """Wait until somebody calls us, or that number of ours."""
        return self.wait_for(lambda message: message.start.startswith(f"INVITE sip:{number}"), within_s)

    def answer(self) -> None:
        """Take the call that rings here."""
        self.wait_ringing()
        invite = self.ringing
        self.answered_at = time.monotonic()
        self.reply(invite, "200 OK", self._sdp())
        self.peer_rtp = media_address(invite)
        self.target, self.call_id = invite["Contact"].strip("<>"), invite["Call-ID"]
        self.local, self.remote = f"{invite['To']};tag=phone", invite["From"]

    def decline(self) -> None:
        """Refuse the call that rings here."""
        self.reply(self.wait_ringing(), "486 Busy Here")

    def press(self, key: str) -> None:
        """Press a key for 60 ms."""
        begun: int | None = None
        for end, frames in ((0, 1), (0, 2), (0x80, 3), (0x80, 3), (0x80, 3)):
            event = bytes(("0123456789*#".index(key), end | 10)) + (frames * FRAME_BYTES).to_bytes(2)
            place = self._send_packet(KEYS, event, begun)
            begun = place if begun is None else begun

    @contextmanager
    def without_power(self) -> Iterator[None]:
        """Nothing is sent, and nothing answered."""
        self.is_off.set()
        yield
        self.is_off.clear()

    def hang_up(self, reason: str = "") -> None:
        """End the call that we placed or took; a network that ends it gives a reason."""
        self._request("BYE", extra=f"Reason: {reason}\r\n" if reason else "")
        self.wait_for(lambda message: message.method == "BYE" and message.status == 200)

    def last(self, method: str) -> Message:
        """The latest answer to a request."""
        return [message for _, message in self.messages if message.method == method][-1]

    def statuses(self) -> list[int]:
        """The statuses of the answers to our INVITE so far."""
        return [message.status for _, message in self.messages if message.method == "INVITE" and message.status]

    def wait_for(self, wanted: "Callable[[Message], bool]", within_s: float = 30) -> Message:
        """The first message since the last request for which `wanted` holds."""

        def found() -> Message | None:
            return next((message for _, message in self.messages if wanted(message)), None)

        with self.arrived:
            message = self.arrived.wait_for(found, within_s)
        assert message, f"{self.user} waited {within_s} s and got {[one.start for _, one in self.messages]}"
        return message

    def wait_heard(self, seconds: float, within_s: float = 30) -> None:
        """Wait until that much has come, be it silence."""
        began = len(self.loudness)
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.loudness) - began >= seconds * 50, within_s), "no packets"

    def wait_sound(self, since: float | None = None, within_s: float = 30) -> float:
        """Wait until something is heard from now on, or was since that moment; return after how many seconds."""
        began = time.monotonic() if since is None else since

        def first_loud() -> float | None:
            return next((at for at, loud in self.loudness if at >= began and loud > 300), None)

        with self.arrived:
            heard_at = self.arrived.wait_for(first_loud, within_s)
        assert heard_at, "only silence"
        return heard_at - began

    def _request(self, method: str, body: str = "", extra: str = "", cseq: str = "") -> None:
        lines = [
            f"{method} {self.target} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.sip.getsockname()[1]};branch=z9hG4bK{secrets.token_hex(6)};rport",
            f"From: {self.local}",
            f"To: {self.remote}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq or next(self.sequence)} {method}",
            f"Contact: <{self.contact}>",
            "Max-Forwards: 70",
        ]
        self._send("\r\n".join(lines) + "\r\n" + extra, body)

    def _send(self, head: str, body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.sip.sendto(f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode(), self.server)

    def reply(self, request: Message, status: str, body: str = "", extra: str = "") -> None:
        contact = f"Contact: <{self.contact}>\r\n"
        copied = "".join(
            f"{name}: {value}\r\n" for name, value in request.headers if name.lower() in ("via", "from", "call-id", "cseq")
        )
        self._send(f"SIP/2.0 {status}\r\n{copied}To: {request['To']};tag=phone\r\n{extra or contact}", body)

    def _sdp(self) -> str:
        port = self.rtp.getsockname()[1]
        return (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 {KEYS}\r\n"
            f"a=rtpmap:{KEYS} telephone-event/8000\r\na=ptime:20\r\n"
        )

    def _accept_answer(self, answer: Message) -> None:
        self.remote = answer["To"]
        self.target = answer["Contact"].strip("<>")
        self._request("ACK", cseq=answer["CSeq"].split()[0])
        self.peer_rtp = media_address(answer)

    def _listen(self) -> None:
        while not self.closing.is_set():
            data = self.sip.recv(8192)
            if self.is_off.is_set() or not data.strip():
                continue
            message = parse(data)
            if message.start.startswith("INVITE"):
                self.ringing = self.invites[message["Call-ID"]] = message
                self.reply(message, "180 Ringing")
            elif message.start.split()[0] in ("BYE", "OPTIONS"):
                self.reply(message, "200 OK")
            elif message.start.startswith("CANCEL"):
                self.reply(message, "200 OK")
                self.reply(self.invites[message["Call-ID"]], "487 Request Terminated")
            self.take(message)
            with self.arrived:
                self.messages.append((time.monotonic(), message))
                self.arrived.notify_all()

    def take(self, message: Message) -> None:
        """What a phone of another kind does with a message."""

    def _hear(self) -> None:
        while not self.closing.is_set():
            packet = self.rtp.recv(2048)
            if len(packet) >= 12 + FRAME_BYTES and packet[1] & 0x7F == 8:
                with self.arrived:
                    self.loudness.append((time.monotonic(), loudness(packet[12:])))
                    self.arrived.notify_all()

    def _speak(self) -> None:
        while not self.closing.wait(0.02):
            if self.peer_rtp and self.sends_sound and not self.is_off.is_set():
                self._send_packet(8, SILENCE)

    def _send_packet(self, kind: int, payload: bytes, at: int | None = None) -> int:
        """Send 20 ms of sound or of a key, which goes on from the place `at`; return the packet's own place."""
        assert self.peer_rtp
        count = next(self.packets)
        stamp = (count if at is None else at) * FRAME_BYTES
        head = bytes((0x80, kind)) + (count & 0xFFFF).to_bytes(2) + (stamp & 0xFFFFFFFF).to_bytes(4) + b"test"
        self.rtp.sendto(head + payload, self.peer_rtp)
        return count
