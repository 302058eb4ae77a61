"""AudioSocket's messages: a kind (one byte), a length (two bytes, big-endian), a payload.

Source: res_audiosocket.c and app_audiosocket.c of Asterisk 22.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum

FRAME_MS = 20
FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)
# One second of sound. Asterisk sends what one RTP packet held, 60 ms at the most.
MOST_BYTES = 16_000

_HEADER = struct.Struct(">BH")


class Kind(IntEnum):
    """What a message is."""

    HANGUP = 0x00
    UUID = 0x01
    DIGIT = 0x03
    SOUND = 0x10
    ERROR = 0xFF


class MalformedError(Exception):
    """What came is not AudioSocket, or not of a size that Asterisk sends."""


def pack(kind: Kind, payload: bytes = b"") -> bytes:
    """Make one message."""
    return _HEADER.pack(kind, len(payload)) + payload


class Unpacker:
    """Cuts what arrives into messages, however the network cut it before."""

    def __init__(self) -> None:
        self._unread = bytearray()

    def feed(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield each whole message as (kind, payload); raise `MalformedError` at one that is too long."""
        unread = self._unread
        unread += received
        while len(unread) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(unread)
            if length > MOST_BYTES:
                raise MalformedError(f"a message of {length} bytes")
            end = _HEADER.size + length
            if len(unread) < end:
                return
            payload = bytes(unread[_HEADER.size : end])
            del unread[:end]
            yield kind, payload
