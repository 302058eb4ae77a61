"""A hand-written Asterisk manager interface for one client at a time."""

import contextlib
import socket
import threading
from collections.abc import Callable

Message = dict[str, str]
GREETING = b"Asterisk Call Manager/11.0.0\r\n"


class FakeManager:
    """Takes actions, and answers `Success` or what `answer` says (None is silence). `actions` are those that came."""

    def __init__(self, port: int = 0, answer: Callable[[Message], Message | None] = lambda action: {}) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.answer = answer
        self.actions: list[Message] = []
        self.came = threading.Condition()
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def event(self, **headers: str) -> None:
        """Send an event."""
        self._send(headers)

    def wait_for(self, action: str, count: int = 1) -> list[Message]:
        """The actions of that name, once there are so many."""

        def found() -> list[Message]:
            return [one for one in self.actions if one["Action"] == action]

        with self.came:
            assert self.came.wait_for(lambda: len(found()) >= count, 60)
            return found()

    def drop(self) -> None:
        """Break the connection."""
        if self._connection:
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop, as Asterisk does."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with contextlib.suppress(OSError):  # nobody may be connected
            self.drop()
        self._thread.join(60)

    def _send(self, message: Message) -> None:
        assert self._connection
        self._connection.sendall("".join(f"{name}: {value}\r\n" for name, value in message.items()).encode() + b"\r\n")

    def _run(self) -> None:
        while True:
            try:
                self._connection, _ = self._listener.accept()
            except OSError:
                return
            with self._connection:
                try:
                    self._connection.sendall(GREETING)
                    self._take_actions(self._connection)
                except OSError:
                    pass  # the client went

    def _take_actions(self, connection: socket.socket) -> None:
        unread = b""
        while received := connection.recv(65_536):
            *whole, unread = (unread + received).split(b"\r\n\r\n")
            for block in whole:
                action = dict(line.split(": ", 1) for line in block.decode().split("\r\n"))
                with self.came:
                    self.actions.append(action)
                    self.came.notify_all()
                answer = self.answer(action)
                if answer is not None:
                    self._send({"Response": "Success", "ActionID": action["ActionID"]} | answer)
