"""The media server on a thread of its own, because AGI scripts are threads and sound must not wait for them."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

from ivr.media.line import Line
from ivr.media.server import MediaServer

T = TypeVar("T")

ANSWER_WITHIN_S = 2.0
STOP_WITHIN_S = 5.0


class MediaDown(Exception):
    """The media server's loop has stopped, or is too busy for another call."""


class MediaThread:
    """Runs a media server and the conversations on its lines, in one asyncio loop."""

    def __init__(self, server: MediaServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="media", daemon=True)
        self._started: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
        self._stopping = asyncio.Event()

    @property
    def address(self) -> str:
        """Where Asterisk finds the server, as `host:port`."""
        return self._server.address

    def start(self) -> None:
        """Start to listen; raise `PortTaken` when another program does."""
        self._thread.start()
        self._started.result()

    def stop(self) -> None:
        """Close every line and end the thread."""
        if self._thread.is_alive():
            self._started.result().call_soon_threadsafe(self._stopping.set)
            self._thread.join(STOP_WITHIN_S)

    def expect(self, call_id: UUID) -> asyncio.Future[Line]:
        """Do `MediaServer.expect` from another thread; raise `MediaDown` when the loop does not answer."""

        async def ask() -> asyncio.Future[Line]:
            return self._server.expect(call_id)

        try:
            return self.submit(ask()).result(ANSWER_WITHIN_S)
        except (TimeoutError, concurrent.futures.CancelledError) as error:
            raise MediaDown from error

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the media server's loop; raise `MediaDown` when it has stopped."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._started.result(ANSWER_WITHIN_S))
        except (RuntimeError, TimeoutError) as error:
            work.close()
            raise MediaDown from error

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    async def _serve(self) -> None:
        try:
            await self._server.start()
        except BaseException as error:
            self._started.set_exception(error)
            return
        self._started.set_result(asyncio.get_running_loop())
        await self._stopping.wait()
        await self._server.close()
