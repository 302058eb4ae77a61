"""FastAGI servers that behave as badly as a dying Python could."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class AgiCall:
    """One call's AGI connection."""

    connection: socket.socket
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = self.connection.makefile("r", encoding="utf-8", errors="replace", newline="\n")
        while line := self.reader.readline().rstrip("\n"):
            name, _, value = line.partition(": ")
            self.environment[name] = value

    def send(self, command: str) -> None:
        """Send a command and leave its answer unread."""
        self.connection.sendall(command.encode() + b"\n")

    def ask(self, command: str) -> str:
        """Send a command and return its answer."""
        self.send(command)
        return self.reader.readline().strip()

    def close(self) -> None:
        """End the connection, as a script that has done its work or a process that dies."""
        self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def agi_server(port: int, script: Callable[[AgiCall], None]) -> Iterator[list[AgiCall]]:
    """Run `script` for each call, on a thread of its own; afterwards every connection is closed."""
    calls: list[AgiCall] = []
    listener = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            call = AgiCall(connection)
            calls.append(call)
            workers.append(threading.Thread(target=script, args=(call,)))
            workers[-1].start()

    workers: list[threading.Thread] = []
    server = threading.Thread(target=serve)
    server.start()
    try:
        yield calls
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        server.join()
        for call in calls:
            with suppress(OSError):
                call.close()
        for worker in workers:
            worker.join()
        for call in calls:
            call.reader.close()
            call.connection.close()
