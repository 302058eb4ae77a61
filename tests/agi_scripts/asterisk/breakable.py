"""A network between the page and the exchange that a test can break."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Breakable:
    """Leads connections on to a port of this machine."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._ends: list[socket.socket] = []
        self._is_broken = False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._threads = [threading.Thread(target=self._let_in)]
        self._threads[0].start()

    def snap(self) -> None:
        """Break every connection there is, and let nobody through until it is mended."""
        self._is_broken = True
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let connections through again."""
        self._is_broken = False

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self.snap()
        for thread in self._threads:
            thread.join()
        for end in (*self._ends, self._door):
            end.close()

    def _let_in(self) -> None:
        while True:
            try:
                page, _ = self._door.accept()
            except OSError:
                return
            if self._is_broken:
                page.close()
                continue
            exchange = socket.create_connection(("127.0.0.1", self._to))
            self._ends += [page, exchange]
            for way in ((page, exchange), (exchange, page)):
                self._threads.append(threading.Thread(target=_lead, args=way))
                self._threads[-1].start()


def _lead(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := here.recv(65_536):
            there.sendall(data)
    with contextlib.suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def breakable(port: int) -> Iterator[Breakable]:
    """Such a network to a port."""
    network = Breakable(port)
    yield network
    network.close()
