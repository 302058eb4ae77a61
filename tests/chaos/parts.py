"""The programs of a site in chaos: started, killed, and started again."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_GONE_S = 2.0
BETWEEN_S = (0.3, 1.5)


@dataclass
class Part:
    """One program; `kill` is SIGKILL, so that it ends in the middle of whatever it does."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, beside nothing of its own."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=os.environ | self.environment, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT
            )

    def kill(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            self.process.wait(20)
            self.process = None


def python(*words: str) -> list[str]:
    """The command that runs one of our modules."""
    return [sys.executable, "-m", *words]


def redis_command(port: int, folder: Path) -> list[str]:
    """A Redis that keeps nothing."""
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    return ["redis-server", *options]


@dataclass
class Chaos:
    """Kills a part at random, again and again, and has it back a moment later; or empties Redis under everybody's feet."""

    parts: list[Part]
    redis_url: str
    fate: random.Random
    deeds: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """From now on nothing is safe."""
        self._thread = threading.Thread(target=self._rage)
        self._thread.start()

    def end(self) -> None:
        """Leave everything running."""
        self._stop.set()
        if self._thread:
            self._thread.join(30)

    def _rage(self) -> None:
        deeds: list[Callable[[], None]] = [lambda part=part: self._kill(part) for part in self.parts]  # type: ignore[misc]
        deeds.append(self._flush)
        while not self._stop.wait(self.fate.uniform(*BETWEEN_S)):
            self.fate.choice(deeds)()

    def _kill(self, part: Part) -> None:
        self.deeds.append(f"kill {part.name}")
        part.kill()
        time.sleep(self.fate.uniform(0, LONGEST_GONE_S))  # it is gone for so long: this is the chaos itself, nothing is awaited
        part.start()

    def _flush(self) -> None:
        self.deeds.append("flush redis")
        with Redis.from_url(self.redis_url, socket_timeout=1, retry=Retry(NoBackoff(), 0)) as redis:
            try:
                redis.flushall()
            except RedisError:
                self.deeds.append("(redis was not there)")
