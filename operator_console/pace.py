"""Pace: how many requests somebody may send in a minute; what is more is refused (429) before the database is asked.

Each process of the console counts by itself, in memory: what is let through at most is so many times `console_processes`.
Guessing of passwords is slowed down in guessing.py, which counts in the database and by login.
"""

from collections import Counter
from threading import Lock

from flask import abort, g, request

from operator_console.access import Access
from operator_console.context import parts

# Far more than anybody does by hand, and far less than would keep eight threads from answering a call for help.
A_MINUTE = {"search": 600, "send": 300, "stranger": 600, "gateway": 6000}
_UNCOUNTED = ("static", "health.show")


class Pace:
    """Counts by minute, and forgets the minute before."""

    def __init__(self) -> None:
        self._lock, self._minute, self._counts = Lock(), 0, Counter[tuple[str, str]]()

    def is_too_much(self, what: str, who: str, now_s: float) -> bool:
        """Count one more; whether it is more than A_MINUTE allows."""
        minute = int(now_s // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter()
            self._counts[what, who] += 1
            return self._counts[what, who] > A_MINUTE[what]


def keep_pace(pace: Pace, whom: Access) -> None:
    """Refuse what comes too fast: strangers and gateways by address, who is signed in by who they are."""
    what = _kind(whom)
    if what is None:
        return
    who = str(g.operator.id) if whom.roles else request.remote_addr or ""
    if pace.is_too_much(what, who, parts().clock().timestamp()):
        abort(429)


def _kind(whom: Access) -> str | None:
    if request.endpoint in _UNCOUNTED:
        return None
    if whom is Access.GATEWAY:
        return "gateway"
    if not whom.roles:
        return "stranger"
    if request.blueprint == "search":
        return "search"
    return "send" if request.method not in ("GET", "HEAD", "OPTIONS") else None
