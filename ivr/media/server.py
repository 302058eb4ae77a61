"""The media server: Asterisk connects here for each conversation, and names it by a UUID."""

import asyncio
import errno
import logging
from uuid import UUID

from ivr.errors import PortTaken
from ivr.media.line import Line
from ivr.media.messages import Kind, MalformedError, Unpacker

log = logging.getLogger(__name__)

IDENTIFY_WITHIN_S = 2.0


class MediaServer:
    """Hands each expected call its `Line`. Port 0 chooses a free one, see `address`."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._expected: dict[UUID, asyncio.Future[Line]] = {}
        self._connections: set[_Connection] = set()

    async def start(self) -> None:
        """Listen; raise `PortTaken` when another program does."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _Connection(self), self._host, self._port, backlog=256)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(self._port, "media_port") from error
            raise
        self._port = self._server.sockets[0].getsockname()[1]

    @property
    def address(self) -> str:
        """Where Asterisk finds the server, as `host:port`."""
        return f"{self._host}:{self._port}"

    def expect(self, call_id: UUID) -> asyncio.Future[Line]:
        """Let Asterisk connect once with this id; the line comes when it does. Cancel the future to expect it no longer."""
        expected: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._expected[call_id] = expected
        expected.add_done_callback(lambda _: self._expected.pop(call_id, None))
        return expected

    async def close(self) -> None:
        """Take no more calls and close every line; their calls go on in the dialplan."""
        if self._server:
            self._server.close()
        for expected in list(self._expected.values()):
            expected.cancel()
        for connection in list(self._connections):
            connection.close()
        # A moment for the last messages to leave, and no longer.
        for _ in range(100):
            if not self._connections:
                return
            await asyncio.sleep(0.01)
        for connection in list(self._connections):
            connection.abort()


class _Connection(asyncio.Protocol):
    """One connection from Asterisk: unknown until its first message names the call."""

    _transport: asyncio.Transport

    def __init__(self, server: MediaServer) -> None:
        self._server = server
        self._unpacker = Unpacker()
        self._line: Line | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what create_server makes
        self._transport = transport
        self._server._connections.add(self)
        self._deadline = asyncio.get_running_loop().call_later(IDENTIFY_WITHIN_S, self._refuse, "it did not say which call it is")

    def data_received(self, data: bytes) -> None:
        try:
            for kind, payload in self._unpacker.feed(data):
                if self._transport.is_closing():
                    return
                if self._line:
                    self._line.receive(kind, payload)
                else:
                    self._identify(kind, payload)
        except MalformedError as error:
            self._refuse(str(error))

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        self._server._connections.discard(self)
        if self._line:
            self._line.lose()

    def close(self) -> None:
        if self._line:
            self._line.close()
        else:
            self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def _identify(self, kind: int, payload: bytes) -> None:
        if kind != Kind.UUID or len(payload) != 16:
            self._refuse("its first message is not a UUID")
            return
        call_id = UUID(bytes=payload)
        expected = self._server._expected.get(call_id)
        if expected is None or expected.done():
            self._refuse(f"nobody expects {call_id}")
            return
        self._deadline.cancel()
        self._line = Line(call_id, self._transport)
        expected.set_result(self._line)

    def _refuse(self, why: str) -> None:
        log.warning("media connection refused: %s", why)
        self._transport.abort()
