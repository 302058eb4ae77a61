import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from ivr.media.line import Line
from ivr.media.messages import Kind, Unpacker, pack
from ivr.media.server import MediaServer


class Caller:
    """Asterisk's end of a line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._unpacker = Unpacker()
        self._came: list[tuple[int, bytes]] = []

    @classmethod
    async def connecting(cls, address: str, call_id: UUID | None = None) -> "Caller":
        host, _, port = address.partition(":")
        caller = cls(*await asyncio.open_connection(host, int(port)))
        if call_id:
            caller.send(Kind.UUID, call_id.bytes)
        return caller

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.send_raw(bytes([kind]) + pack(Kind.SOUND, payload)[1:])

    def send_raw(self, raw: bytes) -> None:
        self._writer.write(raw)

    async def receive(self) -> tuple[int, bytes]:
        """The next message from Linli; raises EOFError at the end."""
        while not self._came:
            received = await asyncio.wait_for(self._reader.read(4096), 60)
            if not received:
                raise EOFError
            self._came += self._unpacker.feed(received)
        return self._came.pop(0)

    async def hears(self) -> bytes:
        """The next frame of Linli's sound."""
        kind, payload = await self.receive()
        assert kind == Kind.SOUND
        return payload

    async def hears_all(self) -> list[tuple[int, bytes]]:
        """Everything until Linli closes."""
        messages = []
        try:
            while True:
                messages.append(await self.receive())
        except (EOFError, ConnectionResetError):
            return messages

    async def hang_up(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@pytest.fixture
async def server() -> AsyncIterator[MediaServer]:
    started = MediaServer()
    await started.start()
    yield started
    await started.close()


class Call:
    """A line with both its ends."""

    def __init__(self, line: Line, caller: Caller) -> None:
        self.line = line
        self.caller = caller


@pytest.fixture
async def call(server: MediaServer) -> AsyncIterator[Call]:
    call_id = uuid4()
    expected = server.expect(call_id)
    caller = await Caller.connecting(server.address, call_id)
    yield Call(await asyncio.wait_for(expected, 60), caller)
    await caller.hang_up()
