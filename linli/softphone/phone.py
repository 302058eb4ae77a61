"""A telephone for tests and demonstrations: real SIP and RTP over loopback, no sound device."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from linli.softphone.call import Call
from linli.softphone.errors import RegistrationRefused, SoftphoneError, WaitedTooLong
from linli.softphone.identity import Identity
from linli.softphone.messages import (
    Answer,
    Command,
    Dial,
    Event,
    Fault,
    Incoming,
    PoweredOn,
    PowerOff,
    PowerOn,
    Register,
    Registered,
)

T = TypeVar("T")

POWER_ON_S = 60
POWER_OFF_S = 12
PROJECT = Path(__file__).resolve().parents[2]


class Softphone:
    """A phone with one line, in a process of its own; use it as a context manager.

    pjsua2 allows one phone a process and may take its process down with it; so each phone has its own, reached over a
    pipe, which ends when the pipe closes. Several phones may be on at once. Threads may share a phone.
    """

    def __init__(self, server: str, identity: Identity, auto_answer: bool = False) -> None:
        self.server = server
        self.identity = identity
        self.auto_answer = auto_answer
        self.port = 0
        self._changed = threading.Condition()
        self._send_lock = threading.Lock()
        self._call: Call | None = None
        self._call_numbers = count(1)
        self._ringing: deque[Call] = deque()
        self._registered: Registered | None = None
        self._fault = ""

    def __enter__(self) -> Self:
        """Start the phone's process and wait until it listens."""
        ours, theirs = socket.socketpair()
        # The phone's own words (pjsua's warnings, a crash's stack) are shown only if it breaks down.
        self._words = tempfile.TemporaryFile()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "linli.softphone.process", str(theirs.fileno())],
                env=os.environ | {"PYTHONPATH": str(PROJECT)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._words,
                stderr=self._words,
                process_group=0,  # Ctrl-C is for us: we hang up and switch the phone off
            )
        self._pipe: Connection = Connection(ours.detach())
        self._reader = threading.Thread(target=self._read, name=f"softphone-{self.identity.number}", daemon=True)
        self._reader.start()
        try:
            self.send(PowerOn(self.server, self.identity.number, self.identity.credential_name, self.identity.secret))
            self._expect(lambda: self.port, POWER_ON_S, "话机启动 / the phone to start")
        except BaseException:
            self.power_off()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Hang up, unregister, end the process."""
        self.power_off()

    def power_off(self) -> None:
        """Hang up, unregister, end the process; whatever happens, it is gone afterwards."""
        try:
            self.send(PowerOff())
            self._process.wait(POWER_OFF_S)
        except (SoftphoneError, subprocess.TimeoutExpired):
            self._process.kill()
        self._process.wait()
        self._reader.join()
        self._pipe.close()
        self._words.close()

    def register(self, timeout_s: float = 20) -> None:
        """Register with the server; raise `RegistrationRefused`."""
        self._registered = None
        self.send(Register())
        answer = self._expect(lambda: self._registered, timeout_s, "登记 / the registration")
        if answer.status != 200:
            raise RegistrationRefused(answer.status, answer.reason)

    def dial(self, number: str) -> Call:
        """Call a number at the server, or a `sip:` address; returns before it is answered."""
        with self._changed:
            if self._call is not None and self._call.ended is None:
                raise SoftphoneError("话机正在通话 / the phone is in a call already")
            call = self._call = Call(self, f"out-{next(self._call_numbers)}", number)
        self.send(Dial(call.name, number if number.startswith("sip:") else f"sip:{quote(number, safe='+*')}@{self.server}"))
        return call

    def wait_incoming(self, timeout_s: float) -> Call:
        """Wait for the phone to ring; with `auto_answer` it is answered already."""
        self._expect(lambda: self._ringing, timeout_s, "来电 / an incoming call")
        return self._ringing.popleft()

    def send(self, command: Command) -> None:
        """Tell the phone's process; raise `SoftphoneError` if that is gone."""
        try:
            with self._send_lock:
                self._pipe.send(command)
        except OSError as error:
            raise SoftphoneError(f"话机已关闭 / the phone is off: {self._last_words()}") from error

    def wait_for(self, seen: Callable[[], T], timeout_s: float) -> T:
        """Wait for something true; what was seen last. Raise `SoftphoneError` if the phone broke down."""
        with self._changed:
            self._changed.wait_for(lambda: seen() or self._fault, timeout_s)
            last = seen()
            if not last and self._fault:
                raise SoftphoneError(f"话机出错 / the phone broke down: {self._fault}")
            return last

    def _expect(self, seen: Callable[[], T | None], timeout_s: float, what: str) -> T:
        found = self.wait_for(seen, timeout_s)
        if not found:
            raise WaitedTooLong(f"等了 {timeout_s:g} 秒没有等到{what} was not seen within {timeout_s:g} s")
        return found

    def _read(self) -> None:
        try:
            while True:
                event = self._pipe.recv()
                with self._changed:
                    self._take(event)
                    self._changed.notify_all()
        except (EOFError, OSError):
            with self._changed:
                self._fault = self._fault or f"its process ended. {self._last_words()}"
                self._changed.notify_all()

    def _take(self, event: Event) -> None:
        match event:
            case PoweredOn(port):
                self.port = port
            case Registered():
                self._registered = event
            case Incoming(name, number):
                self._call = Call(self, name, number)
                self._ringing.append(self._call)
                if self.auto_answer:
                    self.send(Answer(name))
            case Fault(words):
                self._fault = words
            case _ if self._call is not None and self._call.name == event.call:
                self._call.take(event)

    def _last_words(self) -> str:
        size = self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, size - 2000))
        return self._words.read().decode(errors="replace")
