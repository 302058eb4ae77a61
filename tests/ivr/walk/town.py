"""The database that the walk goes through: in memory, and set back to what it was in a state before each step from there."""

import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import StaticPool, create_engine, event
from sqlalchemy.orm import sessionmaker


@dataclass(frozen=True)
class Snapshot:
    """All of the database at one moment, and what of it decides how a conversation goes on."""

    content: bytes
    circumstances: Hashable
    orders: tuple[int, int]  # all, and the cancelled ones


class Town:
    """One database, for one caller; nothing waits and nothing is on another thread."""

    def __init__(self, content: bytes) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        engine = create_engine("sqlite://", creator=lambda: self._connection, poolclass=StaticPool)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self.sessions = sessionmaker(engine, expire_on_commit=False)
        self.call_id = 0
        self.family_size = 0
        self._now: Snapshot | None = None
        self._changes = 0
        self._restore(content)

    def begin(self) -> Snapshot:
        """What the walk of this caller starts from."""
        self._now = Snapshot(self._connection.serialize(), self._read_circumstances(), self._count_orders())
        self._changes = self._connection.total_changes
        return self._now

    def ask(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do database work as `Conversation.do` does; an error is an answer too."""
        try:
            with self.sessions() as session:
                return work(session, *args, **kwargs)
        except Exception as error:
            return error

    @property
    def circumstances(self) -> Hashable:
        """In which statuses there are orders, and how large the caller's family is."""
        return self._now.circumstances if self._now and not self._changed else self._read_circumstances()

    def go_back(self, snapshot: Snapshot | None) -> None:
        """Make it so again, if it is not."""
        assert snapshot
        if snapshot is not self._now or self._changed:
            self._restore(snapshot.content)
            self._now = snapshot

    def snapshot(self) -> Snapshot:
        """What it is now."""
        assert self._now
        return self.begin() if self._changed else self._now

    @property
    def _changed(self) -> bool:
        return self._connection.total_changes != self._changes

    def _read_circumstances(self) -> Hashable:
        statuses = self._connection.execute("SELECT DISTINCT status FROM orders ORDER BY status")
        return (self.family_size, *(status for (status,) in statuses))

    def _count_orders(self) -> tuple[int, int]:
        return self._connection.execute("SELECT count(*), coalesce(sum(status = 'cancelled'), 0) FROM orders").fetchone()

    def _restore(self, content: bytes) -> None:
        self._connection.deserialize(content)
        self._changes = self._connection.total_changes


def contents_of(path: Path) -> bytes:
    """A database file as `Town` takes it."""
    file = sqlite3.connect(path)
    try:
        file.execute("PRAGMA journal_mode=DELETE")
        return file.serialize()
    finally:
        file.close()
