"""Asterisk's event log as a spool: read from where one left off, whatever becomes of the file meanwhile."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from exchange.call_events import CallEvent, read_events

log = logging.getLogger(__name__)

AT_ONCE_BYTES = 1_048_576
# Beyond this the file is put aside once it is wholly read, over the one that was put aside before.
ROTATED_AT_BYTES = 8_388_608


@dataclass(frozen=True)
class Position:
    """So many bytes of the file whose first line has this hash are done; no hash before anything was read."""

    fingerprint: str = ""
    offset: int = 0


@dataclass(frozen=True)
class Chunk:
    """Some events in their order, and the position behind them."""

    events: Sequence[CallEvent]
    position: Position


class Spool:
    """The file `path`, which Asterisk opens anew for every line, and `<path>.1`, which was put aside before it."""

    def __init__(self, path: Path, rotated_at_bytes: int = ROTATED_AT_BYTES) -> None:
        self._path = path
        self._aside = path.with_name(f"{path.name}.1")
        self._rotated_at_bytes = rotated_at_bytes

    def read(self, position: Position) -> Chunk | None:
        """What comes next, up to a megabyte of whole lines; None when there is nothing yet. Raises `OSError`.

        Where the position's file is gone or was cut short, everything that is left is read from its beginning.
        """
        aside, current = _fingerprint(self._aside), _fingerprint(self._path)
        if position.fingerprint and position.fingerprint == current and position.offset <= self._path.stat().st_size:
            return _next(self._path, position)
        if position.fingerprint and position.fingerprint == aside and position.offset <= self._aside.stat().st_size:
            # The file put aside gets nothing more once there is another.
            chunk = _next(self._aside, position)
            return chunk or (Chunk([], Position(current)) if current else None)
        if position.fingerprint and (aside or current):
            log.warning("%s is not the file that was read before, or was cut short: reading it from its beginning", self._path)
        return Chunk([], Position(aside or current)) if aside or current else None

    def put_aside(self, position: Position) -> None:
        """Put the file aside if it is large and this position is its end. What is written to it meanwhile is still read."""
        try:
            size = self._path.stat().st_size
            if self._rotated_at_bytes <= size == position.offset and _fingerprint(self._path) == position.fingerprint:
                os.replace(self._path, self._aside)
                log.info("%s was put aside at %d bytes", self._path, size)
        except FileNotFoundError:
            return  # Asterisk has written nothing yet, or somebody else has put it aside
        except OSError as error:
            log.warning("%s could not be put aside: %s", self._path, error.strerror)


def _fingerprint(path: Path) -> str:
    """The hash of a file's first line; "" for a file that is not there or has none yet."""
    try:
        with path.open("rb") as file:
            first = file.readline(AT_ONCE_BYTES)
    except FileNotFoundError:
        return ""
    return sha256(first).hexdigest()[:32] if first.endswith(b"\n") or len(first) == AT_ONCE_BYTES else ""


def _next(path: Path, position: Position) -> Chunk | None:
    with path.open("rb") as file:
        file.seek(position.offset)
        data = file.read(AT_ONCE_BYTES)
    end = data.rfind(b"\n") + 1
    if not end and len(data) == AT_ONCE_BYTES:
        end = len(data)  # no line is so long
    if not end:
        return None  # a line that is being written waits for its end
    events: list[CallEvent] = []
    begin = position.offset
    for line in data[:end].splitlines(keepends=True):
        found = list(read_events(line))
        if not found and line.strip(b"\0\r\n"):
            log.warning("%s holds no event at byte %d", path, begin)
        events += found
        begin += len(line)
    return Chunk(events, Position(position.fingerprint, position.offset + end))
