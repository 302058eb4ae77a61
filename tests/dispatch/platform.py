"""An SMS platform over HTTP: a real server that answers as the test says, and remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Platform:
    """`status` and `answer` are what it says from now on."""

    url: str = ""
    status: int = 200
    answer: str = '{"id": "P1"}'
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def served_platform() -> Iterator[Platform]:
    """Serve it on a port of its own."""
    platform = Platform()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            platform.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            answer = platform.answer.encode()
            self.send_response(platform.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815  (http.server demands the name)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}/send"
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
