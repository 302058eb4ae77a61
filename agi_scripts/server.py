"""The FastAGI server: Asterisk brings each call here, and one thread runs its script."""

import contextlib
import errno
import logging
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from agi_scripts.channel import Channel
from exchange.faults import place
from ivr.errors import CallEnded, CallerHungUp, HandOver, PortTaken

log = logging.getLogger(__name__)

Script = Callable[[Channel], None]

MOST_CALLS = 500
STOP_WITHIN_S = 5.0


class FastAGIServer(socketserver.ThreadingTCPServer):
    """Runs `scripts[name]` for every call that the dialplan sends to agi://host:port/name.

    Whatever goes wrong, the connection is closed and the dialplan goes on without LINLI_OUTCOME, which means: to an operator.
    The constructor raises `PortTaken`. Port 0 chooses a free one, see `server_address`.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], scripts: Mapping[str, Script], most_calls: int = MOST_CALLS) -> None:
        self._scripts = scripts
        self._most_calls = most_calls
        self._calls: set[socket.socket] = set()
        self._calls_changed = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="fastagi", daemon=True)
        try:
            super().__init__(address, _Call)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(address[1], "agi_port") from error
            raise

    def start(self) -> None:
        """Take calls, on a thread of its own."""
        self._thread.start()

    def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Take no more calls, wait for those at hand, and take the line from those that last longer."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        with self._calls_changed:
            self._calls_changed.wait_for(lambda: not self._calls, within_s)
            for connection in self._calls:
                _shut(connection)
            self._calls_changed.wait_for(lambda: not self._calls, within_s)
            if self._calls:
                log.error("%d scripts did not end", len(self._calls))

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the call a thread, unless there are too many calls already."""
        with self._calls_changed:
            if full := len(self._calls) >= self._most_calls:
                log.error("refused a call: %d calls are the most", self._most_calls)
            else:
                self._calls.add(request)
        if full:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a call's connection and forget it."""
        super().shutdown_request(request)
        with self._calls_changed:
            self._calls.discard(request)
            self._calls_changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong outside of a script; the standard library prints it."""
        log.exception("a call could not be handled")

    def run_script(self, connection: socket.socket) -> None:
        """Run the script that the connection asks for, to whatever end."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        try:
            channel = Channel(connection)
        except CallEnded as error:
            log.info("refused a connection: %s", error)
            return
        script = self._scripts.get(channel.script)
        if script is None:
            log.error("call %s asked for a script that does not exist", channel.unique_id)
            return
        try:
            script(channel)
        except CallerHungUp:
            ending = "the caller hung up"
        except CallEnded as error:
            ending = str(error)
        except HandOver as error:
            ending = f"handed over: {error.reason}"
        except Exception as error:  # a fault in one call must not touch the others
            ending = f"crashed: {place(error)}"
            log.error("call %s: %s %s", channel.unique_id, channel.script, ending)
        else:
            ending = "done"
        log.info("call %s: %s, %s, %.1f s", channel.unique_id, channel.script, ending, time.monotonic() - began)


class _Call(socketserver.BaseRequestHandler):
    server: FastAGIServer

    def handle(self) -> None:
        self.server.run_script(self.request)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may have ended by itself meanwhile
        connection.shutdown(socket.SHUT_RDWR)
