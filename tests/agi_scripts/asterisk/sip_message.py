"""SIP and its sound on the wire, as far as the tests need them."""

import hashlib
import re
import secrets
from array import array
from dataclasses import dataclass

FRAME_BYTES = 160  # 20 ms of A-law


@dataclass
class Message:
    """One SIP message."""

    start: str
    headers: list[tuple[str, str]]
    body: str

    def __getitem__(self, name: str) -> str:
        return next((value for header, value in self.headers if header.lower() == name.lower()), "")

    @property
    def status(self) -> int:
        """An answer's status; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """What the message asks, or what it answers."""
        return self["CSeq"].split()[1]


def parse(data: bytes) -> Message:
    """A SIP message from one datagram."""
    head, _, body = data.decode().partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    return Message(start, [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)], body)


def md5(text: str) -> str:
    """SIP's digest (RFC 2617)."""
    return hashlib.md5(text.encode()).hexdigest()


def authorization(user: str, secret: str, method: str, uri: str, challenge: Message) -> str:
    """The header that proves who we are, as the challenge asks (RFC 2617)."""
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge["WWW-Authenticate"]))
    cnonce, count = secrets.token_hex(4), "00000001"
    mine = md5(f"{user}:{fields['realm']}:{secret}")
    response = md5(f"{mine}:{fields['nonce']}:{count}:{cnonce}:auth:{md5(f'{method}:{uri}')}")
    return (
        f'Authorization: Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, cnonce="{cnonce}", nc={count}, qop=auth, opaque="{fields["opaque"]}"\r\n'
    )


def media_address(message: Message) -> tuple[str, int]:
    """Where a message's SDP wants its sound."""
    host = re.search(r"^c=IN IP4 (\S+)", message.body, re.M)
    port = re.search(r"^m=audio (\d+)", message.body, re.M)
    assert host, message.body
    assert port, message.body
    return host[1], int(port[1])


def loudness(a_law: bytes) -> float:
    """The mean absolute sample of some A-law sound, 0 to 32767."""
    return sum(_MAGNITUDES[octet] for octet in a_law) / len(a_law)


def _magnitude(octet: int) -> int:
    bits = octet ^ 0x55
    exponent, mantissa = bits >> 4 & 7, bits & 15
    return (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)


_MAGNITUDES = array("i", (_magnitude(octet) for octet in range(256)))
