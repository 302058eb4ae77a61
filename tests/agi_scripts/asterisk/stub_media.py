"""An AudioSocket server that holds a call and says nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent_media(port: int) -> Iterator[threading.Event]:
    """Accept calls' sound and swallow it; the event tells that a call's sound has begun to come."""
    begun = threading.Event()
    listener = socket.create_server(("127.0.0.1", port))
    connections: list[socket.socket] = []
    workers: list[threading.Thread] = []

    def swallow(connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536):
                begun.set()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            workers.append(threading.Thread(target=swallow, args=(connection,)))
            workers[-1].start()

    server = threading.Thread(target=serve)
    server.start()
    try:
        yield begun
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        server.join()
        for worker in workers:
            worker.join(20)  # Asterisk closes its side when the conversation or the call ends
