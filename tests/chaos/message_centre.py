"""A message centre that can be killed: speaks Twilio's language, and writes each SMS down before it answers.

`python -m tests.chaos.message_centre PORT FILE [SEED]`. With a seed it is busy now and then, or its answer is lost on the way.
"""

import json
import os
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs
from uuid import uuid4

BUSY = 0.04
ANSWER_LOST = 0.03


class Centre(ThreadingHTTPServer):
    """Appends to one file; `fate` decides what goes wrong."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port: int, file: str, seed: int | None) -> None:
        self.file = os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)
        self.fate = random.Random(seed)
        self.is_calm = seed is None
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One SMS a request."""

    server: Centre

    def do_POST(self) -> None:
        """Take it, write it down, answer."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        chance = 1.0 if self.server.is_calm else self.server.fate.random()
        if chance < BUSY:
            self._answer(503, {"code": 20503, "message": "busy", "status": 503})
            return
        sid = f"SM{uuid4().hex}"
        document = {"sid": sid, "at": time.time(), "to": form["To"][0], "body": form["Body"][0]}
        line = json.dumps(document, ensure_ascii=False) + "\n"
        os.write(self.server.file, line.encode())
        if chance < BUSY + ANSWER_LOST:
            self.close_connection = True
            return
        self._answer(201, {"sid": sid, "status": "queued"})

    def _answer(self, status: int, document: dict[str, object]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *words: object) -> None:
        """Nothing: what was sent is in the file."""


if __name__ == "__main__":
    with Centre(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None) as centre:
        print("the message centre listens", flush=True)
        centre.serve_forever()
