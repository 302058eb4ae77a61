"""Asterisk's event log as a spool: read from where one left off, whatever becomes of the file meanwhile."""

import logging
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

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
        with ExitStack() as opened:
            # In this order: another program may put the file aside meanwhile, and then it is found under either name.
            current_file, aside_file = _opened(self._path, opened), _opened(self._aside, opened)
            current, aside = _fingerprint(current_file), _fingerprint(aside_file)
            if current_file and _is_in(current_file, current, position):
                return _next(current_file, position)
            if aside_file and _is_in(aside_file, aside, position):
                # The file put aside gets nothing more once there is another.
                chunk = _next(aside_file, position)
                return chunk or (Chunk([], Position(current)) if current else None)
        if position.fingerprint and (aside or current):
            log.warning("%s is not the file that was read before, or was cut short: reading it from its beginning", self._path)
        return Chunk([], Position(aside or current)) if aside or current else None

    def put_aside(self, position: Position) -> None:
        """Put the file aside if it is large and this position is its end. What is written to it meanwhile is still read."""
        try:
            size = self._path.stat().st_size
            if not self._rotated_at_bytes <= size == position.offset:
                return
            with self._path.open("rb") as file:
                fingerprint = _fingerprint(file)
            if fingerprint == position.fingerprint:
                os.replace(self._path, self._aside)
                log.info("%s was put aside at %d bytes", self._path, size)
        except FileNotFoundError:
            return  # Asterisk has written nothing yet, or somebody else has put it aside
        except OSError as error:
            log.warning("%s could not be put aside: %s", self._path, error.strerror)


def _opened(path: Path, files: ExitStack) -> BinaryIO | None:
    try:
        return files.enter_context(path.open("rb"))
    except FileNotFoundError:
        return None


def _fingerprint(file: BinaryIO | None) -> str:
    """The hash of a file's first line; "" for a file that is not there or has none yet."""
    first = file.readline(AT_ONCE_BYTES) if file else b""
    return sha256(first).hexdigest()[:32] if first.endswith(b"\n") or len(first) == AT_ONCE_BYTES else ""


def _is_in(file: BinaryIO, fingerprint: str, position: Position) -> bool:
    return position.fingerprint == fingerprint != "" and position.offset <= os.fstat(file.fileno()).st_size


def _next(file: BinaryIO, position: Position) -> Chunk | None:
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
            log.warning("%s holds no event at byte %d", file.name, begin)
        events += found
        begin += len(line)
    return Chunk(events, Position(position.fingerprint, position.offset + end))
