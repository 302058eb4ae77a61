"""A whole Linli for the end-to-end tests: real Asterisk, Redis, speech, dispatch and console, on ports of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.environment import environment_of
from linli.softphone import Identity, Softphone
from linli.stack import Stack
from models.secrets import own_secret
from models.settings import PROJECT, Settings

CALL_WITHIN_S = 150


@dataclass
class Town:
    """Linli as an operator of it knows it: by its command line, its telephones and its programs."""

    settings: Settings
    stack: Stack

    def linli(self, *words: str, may_fail: bool = False) -> Any:
        """Run the command line with --json; return its document."""
        done = self._run(words)
        assert may_fail or done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def call(self, number: str, *actions: str, stay: float = 3.0) -> Any:
        """Place a call from this number; return what `linli call --json` reports."""
        return self.linli("call", "--from", number, *actions, "--stay", str(stay))

    def start_call(self, *words: str, stay: float = 3.0) -> "subprocess.Popen[str]":
        """Place a call and do not wait for its end."""
        command = [sys.executable, "-m", "linli.cli", "call", *words, "--stay", str(stay), "--json"]
        return subprocess.Popen(
            command, cwd=PROJECT, env=environment_of(self.settings), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    @contextmanager
    def caller(self, *words: str) -> Iterator[None]:
        """A caller who says this and then stays on the line until the end of the block."""
        call = self.start_call(*words, stay=120)
        try:
            yield
        finally:
            call.terminate()
            call.communicate(timeout=30)

    def orders_of(self, number: str) -> list[Any]:
        """The orders of whoever calls from this number."""
        [resident] = [one for one in self.linli("residents") if number in one["numbers"]]
        return [order for order in self.linli("orders", "--limit", "500") if order["resident"]["id"] == resident["id"]]

    def orders_placed_in(self, call_id: int) -> list[Any]:
        """The orders that one call left."""
        return [order for order in self.linli("orders", "--limit", "500") if order["call_id"] == call_id]

    def calls_from(self, number: str) -> list[Any]:
        """The calls from this number, the newest first."""
        return [call for call in self.linli("calls", "--limit", "500") if call["number"] == number]

    @contextmanager
    def desk(self, seat: int = 1) -> Iterator[Softphone]:
        """An operator's desk phone that rings."""
        name = f"desk-{seat}"
        server = f"127.0.0.1:{self.settings.sip_port}"
        with Softphone(server, Identity(name, secret=own_secret(self.settings, name))) as phone:
            phone.register()
            yield phone

    def _run(self, words: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "linli.cli", *words, "--json"],
            cwd=PROJECT,
            env=environment_of(self.settings),
            capture_output=True,
            text=True,
            timeout=CALL_WITHIN_S,
            check=False,
        )


def eventually(fact: Callable[[], Any], within_s: float = 20.0) -> Any:
    """What `fact` says once it is true; other programs of the town bring it about, and nobody tells a test when."""
    deadline = time.monotonic() + within_s
    while not (value := fact()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.2)
    return value


def say(*sentences: str) -> list[str]:
    """The arguments that say these sentences."""
    return [word for sentence in sentences for word in ("--say", sentence)]


def prefix_of_this_checkout() -> Path:
    """Asterisk is unpacked once for all tests of this checkout."""
    return PROJECT / "var/asterisk-prefix"
