"""Asterisk's manager interface: pyst2's Manager with its faults mended, on a connection that comes back by itself."""

import contextlib
import logging
import queue
import re
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from asterisk.manager import Event, Manager, ManagerAuthException, ManagerException, ManagerMsg, ManagerSocketException

from exchange.faults import place

log = logging.getLogger(__name__)

CONNECT_WITHIN_S = 2.0
REPLY_WITHIN_S = 5.0
RECONNECT_AFTER_S = 1.0
# A connection that is silent for this long is asked whether it lives; silent for as long again, it is given up.
PING_AFTER_S = 15.0
EVENTS_WAITING = 10_000
MESSAGE_BYTES = 1_048_576
# manager.c reads lines into 1,024 bytes and drops what is longer.
LINE_BYTES = 1_000

Handler = Callable[[Any], None]


class Message(ManagerMsg):  # type: ignore[misc]
    """An answer or an event; `data` holds the output of a command."""

    def parse(self, response: list[str]) -> None:
        """Read the headers (pyst2 stumbles over ChanVariable, and loses all but the last line of Output)."""
        output = []
        for line in response:
            name, _, value = (part.strip() for part in line.partition(":"))
            if name == "Output":
                output.append(value)
            else:
                self.headers[name] = value
        self.data = "\n".join(output)


class AsteriskManager(Manager):  # type: ignore[misc]
    """A signed-in manager connection with pyst2's actions (`originate`, `redirect`, `hangup`, `dbput` …).

    Actions may come from any thread. They raise pyst2's `ManagerSocketException` when there is no connection or no answer
    within 5 s; an answer of `Error` is returned, not raised. Handlers get pyst2's `Event`, one at a time, on one thread.
    """

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        # pyst2's own constructor is left out: its threads can be started once only, and it lets threads mix up their answers.
        self._address = (host, port)
        self._credentials = {"Username": username, "Secret": secret}
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._last_id = 0
        self._waiting: dict[str, queue.SimpleQueue[Message | None]] = {}
        self._handlers: defaultdict[str, list[Handler]] = defaultdict(list)
        self._events: queue.Queue[Event | None] = queue.Queue(EVENTS_WAITING)
        self._signed_in = threading.Event()
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._stay_connected, name="ami", daemon=True)
        self._worker = threading.Thread(target=self._handle_events, name="ami-events", daemon=True)

    def __del__(self) -> None:
        """Do nothing; pyst2 logs off here, whatever is left of the object by then."""

    def start(self) -> None:
        """Connect, and connect again whenever the connection breaks, until `close`."""
        self._reader.start()
        self._worker.start()

    def close(self) -> None:
        """Disconnect for good and let the event being handled finish; may be called by a handler."""
        self._closing.set()
        self._hang_up()
        self._events.put(None)
        for thread in (self._reader, self._worker):
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(REPLY_WITHIN_S)

    def wait_connected(self, within_s: float) -> bool:
        """Whether the connection is signed in, now or within that time."""
        return self._signed_in.wait(within_s)

    def connected(self) -> bool:
        """Whether the connection is signed in."""
        return self._signed_in.is_set()

    def on(self, event_name: str, handler: Handler) -> None:
        """Have a handler called for each such event, or for all with `*`; its exceptions are logged."""
        self._handlers[event_name].append(handler)

    def set_lease(self, channel_name: str, seconds: int) -> None:
        """Give a call `seconds` from now before the dialplan takes it away from Python.

        Neither blocks nor raises, so that the media server's loop may call it; a failure is logged.
        """
        lease = {"Action": "Setvar", "Channel": channel_name, "Variable": "TIMEOUT(absolute)", "Value": seconds}
        try:
            self._send(lease, "lease")
        except ManagerSocketException:
            log.warning("the lease of %s was not renewed: no connection to Asterisk's manager", channel_name)

    def send_action(self, cdict: Mapping[str, object] | None = None, **kwargs: object) -> Message:
        """Send an action and wait for its answer; a list as a value is sent as one header for each item."""
        if not self._signed_in.is_set():
            raise ManagerSocketException(0, "Not connected")
        answers: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        with self._lock:
            self._last_id += 1
            action_id = f"linli-{self._last_id}"
            self._waiting[action_id] = answers
        try:
            self._send({**(cdict or {}), **kwargs}, action_id)
            answer = answers.get(timeout=REPLY_WITHIN_S)
        except queue.Empty:
            answer = None
        finally:
            with self._lock:
                del self._waiting[action_id]
        if answer is None:
            raise ManagerSocketException(0, "Connection Terminated")
        return answer

    def _send(self, action: Mapping[str, object], action_id: str) -> None:
        message = "".join(_lines({**action, "ActionID": action_id})) + "\r\n"
        with self._lock:
            if self._socket is None:
                raise ManagerSocketException(0, "Not connected")
            try:
                self._socket.sendall(message.encode())
            except OSError as error:
                raise ManagerSocketException(error.errno, error.strerror) from error

    def _stay_connected(self) -> None:
        troubled = False  # so that an Asterisk that is down for an hour is one line in the log
        while not self._closing.is_set():
            try:
                with socket.create_connection(self._address, CONNECT_WITHIN_S) as connection:
                    self._serve(connection)
            except (OSError, ManagerException) as error:
                if not self._closing.is_set() and (self.connected() or not troubled):
                    log.warning("no connection to Asterisk's manager: %s", error)
                troubled = True
            finally:
                self._hang_up()
            self._closing.wait(RECONNECT_AFTER_S)

    def _serve(self, connection: socket.socket) -> None:
        """Sign in on a fresh connection, and take what comes until it breaks."""
        connection.settimeout(PING_AFTER_S)
        with self._lock:
            self._socket = connection
        self._send({"Action": "Login", **self._credentials}, "login")
        for message in self._messages(connection):
            if message.has_header("Event"):
                self._take_event(message)
            else:
                self._take_answer(message)

    def _messages(self, connection: socket.socket) -> Iterator[Message]:
        unread = b""
        asked = False
        while len(unread) < MESSAGE_BYTES:
            try:
                received = connection.recv(65_536)
            except TimeoutError:
                if asked:
                    raise
                self._send({"Action": "Ping"}, "ping")
                asked = True
                continue
            if not received:
                raise ManagerException("Asterisk closed it")
            asked = False
            *whole, unread = (unread + received).split(b"\r\n\r\n")
            for block in whole:
                # The greeting, "Asterisk Call Manager/…", is one line before the first message.
                yield Message([line for line in block.decode(errors="replace").split("\r\n") if ":" in line])
        raise ManagerException("a message without an end")

    def _take_answer(self, message: Message) -> None:
        action_id = message.get_header("ActionID", "")
        refused = message.get_header("Response") == "Error"
        with self._lock:
            waiting = self._waiting.get(action_id)
        if waiting:
            waiting.put(message)
        elif action_id == "login" and refused:
            raise ManagerAuthException("the name or the secret is wrong")
        elif action_id == "login":
            self._signed_in.set()
            log.info("connected to Asterisk's manager")
        elif action_id == "lease" and refused:  # most often the call has just ended
            log.info("a lease was not renewed: %s", message.get_header("Message"))

    def _take_event(self, message: Message) -> None:
        event = Event(message)
        if self._handlers.keys() & {event.name, "*"}:
            try:
                self._events.put_nowait(event)
            except queue.Full:
                log.error("an event %s was lost: %d are waiting", event.name, EVENTS_WAITING)

    def _handle_events(self) -> None:
        while event := self._events.get():
            for handler in [*self._handlers.get(event.name, []), *self._handlers.get("*", [])]:
                try:
                    handler(event)
                except Exception as error:  # one handler's fault must not stop the others
                    log.error("a handler of %s crashed: %s", event.name, place(error))

    def _hang_up(self) -> None:
        self._signed_in.clear()
        with self._lock:
            if self._socket:
                with contextlib.suppress(OSError):  # it may have been broken already
                    self._socket.shutdown(socket.SHUT_RDWR)
            self._socket = None
            for answers in self._waiting.values():
                answers.put(None)


def _lines(action: Mapping[str, object]) -> Iterator[str]:
    for name, value in action.items():
        for item in value if isinstance(value, list) else [value]:
            # A line break would begin another header, or another action.
            line = re.sub(r"[\r\n\0]", " ", f"{name}: {item}") + "\r\n"
            if len(line.encode()) > LINE_BYTES:
                raise ValueError(f"{name} is longer than Asterisk's manager reads")
            yield line
