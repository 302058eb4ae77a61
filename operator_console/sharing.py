"""What many open pages ask for in the same second is worked out once, and given to all who may see the same."""

import mmap
import struct
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

# A page asks every two seconds: what it is told is older by this at most.
SHARED_FOR_S = 1.0
MOST_KEPT = 300
# On SQLite whoever waits may hold up whoever works it out: after so long one does it oneself.
WAITS_S = 0.25
_TIME = struct.Struct("d")


@dataclass
class _Made:
    lock: Lock = field(default_factory=Lock)
    began_at: float | None = None
    value: Any = None
    lasts_s: float | None = None  # where it is longer than usual


class Sharing:
    """Keeps what was made for `lasts_s`, 0: not at all; of several who ask at once one makes it and the others wait for it."""

    def __init__(self, lasts_s: float) -> None:
        self._lasts_s, self._lock, self._kept = lasts_s, Lock(), dict[Hashable, _Made]()
        self._changed_at = mmap.mmap(-1, _TIME.size)  # every fork of this process sees it

    def of(self, key: Hashable, make: Callable[[], T], lasts_s: float | None = None) -> T:
        """What `make` returns, or has returned lately for the same key: nothing that belongs to one request's session."""
        if not self._lasts_s:
            return make()
        with self._lock:
            if len(self._kept) > MOST_KEPT:
                self._drop_what_is_over()
            made = self._kept.setdefault(key, _Made(lasts_s=lasts_s))
        if not made.lock.acquire(timeout=WAITS_S):
            return make()
        try:
            now = time.monotonic()
            if self._is_over(made, now):
                made.began_at, made.value = None, make()
                made.began_at = now
            value: T = made.value
            return value
        finally:
            made.lock.release()

    def _drop_what_is_over(self) -> None:
        now = time.monotonic()
        kept = {key: made for key, made in self._kept.items() if not self._is_over(made, now)}
        self._kept = kept if len(kept) <= MOST_KEPT // 2 else {}

    def _is_over(self, made: _Made, now: float) -> bool:
        if made.began_at is None:
            return True
        if made.lasts_s:
            return now - made.began_at >= made.lasts_s
        return now - made.began_at >= self._lasts_s or made.began_at <= _TIME.unpack_from(self._changed_at)[0]

    def forget(self) -> None:
        """Something has been changed here, which whoever did it sees at once, whichever process of the console they ask next.

        What is kept for longer stays.
        """
        _TIME.pack_into(self._changed_at, 0, time.monotonic())
