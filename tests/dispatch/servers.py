"""Real programs that the tests start: Redis, our own worker and sweep, and Prism with Twilio's description."""

import fcntl
import hashlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

PROJECT = Path(__file__).resolve().parents[2]
DESCRIPTION = PROJECT.parent / "shared/contracts/twilio/twilio_api_v2010.json"
PRISM = Path(__file__).parent / "prism"


class RedisServer:
    """A private Redis on a port of its own, that can be stopped and started again; it keeps nothing."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.url = f"redis://127.0.0.1:{port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        with Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.02), 500, supported_errors=(RedisConnectionError,))) as redis:
            redis.ping()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None


class Program:
    """A process whose log is followed: a test waits for what it says, not for time to pass.

    Programs started `beside` another share its log.
    """

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str] | None = None,
        follow_stdout: bool = False,
        beside: "Program | None" = None,
    ) -> None:
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            cwd=PROJECT,
            stdout=subprocess.PIPE if follow_stdout else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if follow_stdout else subprocess.PIPE,
        )
        stream = self.process.stdout if follow_stdout else self.process.stderr
        assert stream
        self.lines: list[str] = beside.lines if beside else []
        self._fresh: queue.Queue[str] = beside._fresh if beside else queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(stream,))
        self._reader.start()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._fresh.put(line.decode(errors="replace"))
        self._fresh.put("")

    def await_line(self, pattern: str, timeout_s: float = 60) -> str:
        """The next line that the pattern is found in; lines before it are passed over."""
        until = time.monotonic() + timeout_s
        while True:
            try:
                line = self._fresh.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{pattern!r} was not said:\n{''.join(self.lines)}") from None
            self.lines.append(line)
            if re.search(pattern, line):
                return line
            if not line:
                raise AssertionError(f"the program ended before {pattern!r}:\n{''.join(self.lines)}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(60)
        self._reader.join(60)
        return code


def dispatch_program(part: str, environment: dict[str, str], beside: Program | None = None) -> Program:
    return Program([sys.executable, "-m", "dispatch", part], environment, beside=beside)


def install_prism() -> None:
    """Install Prism's packages beside their lock, unless that was done before; several that come at once wait for the first."""
    done = PRISM / "node_modules" / ".linli"
    with (PRISM / "package-lock.json").open("rb") as packages:
        fcntl.flock(packages, fcntl.LOCK_EX)
        version = hashlib.sha256(packages.read()).hexdigest()
        if not done.exists() or done.read_text() != version:
            npm = [shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(npm, cwd=PRISM, check=True, stdout=subprocess.DEVNULL, timeout=200)
            done.write_text(version)


def start_prism(port: int) -> Program:
    """Serve Twilio's description; the packages are installed at the first use."""
    install_prism()
    command = [str(PRISM / "node_modules/.bin/prism"), "mock", "-h", "127.0.0.1", "-p", str(port), str(DESCRIPTION)]
    prism = Program(command, follow_stdout=True)
    prism.await_line("Prism is listening")
    return prism
