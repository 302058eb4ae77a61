"""The flight recorder's tape: what each caller's phone sent, kept beside the recording of both sides."""

import logging
import os
import struct
import threading
from pathlib import Path
from queue import Full, Queue
from types import TracebackType
from typing import Self

from ivr.media.line import Frame
from ivr.media.messages import FRAME_MS

log = logging.getLogger(__name__)

BYTES_PER_MS = 16
# A crash loses less than two pieces.
PIECE_BYTES = 1_000 * BYTES_PER_MS
# 16 MB for all calls together: where the disk is slower than that, recordings are given up and calls are not.
MOST_PIECES_WAITING = 1_000
CLOSE_WITHIN_S = 5.0
HEADER_BYTES = 44
# WAV counts its bytes in 32 bits.
MOST_BYTES = 2**32 - 1 - HEADER_BYTES


class CallersSide:
    """One caller's sound on its way to the disk. To be used on the media loop; nothing here waits or raises."""

    def __init__(self, path: Path, waiting: "Queue[Piece | None]") -> None:
        self._tape = Tape(path)
        self._waiting = waiting
        self._begin = 0
        self._sound = bytearray()

    def take(self, frame: Frame) -> None:
        """Keep a frame at its place: the file's clock is the line's."""
        at = (frame.at_ms - FRAME_MS) * BYTES_PER_MS
        if at != self._begin + len(self._sound) or len(self._sound) >= PIECE_BYTES:
            self._pass_on()
            self._begin = max(at, 0)
        self._sound += frame.sound

    def close(self) -> None:
        """Nothing more comes."""
        self._pass_on(last=True)

    def __enter__(self) -> Self:
        """For the time of the call."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close."""
        self.close()

    def _pass_on(self, last: bool = False) -> None:
        sound, self._sound = bytes(self._sound), bytearray()
        if not (sound or last):
            return
        try:
            self._waiting.put_nowait((self._tape, self._begin, sound, last))
        except Full:
            self._tape.lose("the disk is too slow")


class Tape:
    """A WAV file that is whole after every write; used by the recorder's thread, but for `lost` and `lose`."""

    def __init__(self, path: Path) -> None:
        self.lost = False
        self._path = path
        self._file: int | None = None
        self._length = 0

    def lose(self, why: object) -> None:
        """Give the recording up, and say so once; what was written stays."""
        if not self.lost:
            self.lost = True
            log.warning(
                "the caller's side %s is lost from %d s on: %s", self._path.name, self._length // (1_000 * BYTES_PER_MS), why
            )

    def write(self, at: int, sound: bytes) -> None:
        """Put sound where it belongs; silence in which nothing came is a hole in the file, and takes no place."""
        length = max(self._length, at + len(sound))
        if self.lost or length > MOST_BYTES:
            return self.close()
        try:
            if self._file is None:
                # Like Asterisk's own recordings; never over a file that is there.
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
            for data, place in ((sound, HEADER_BYTES + at), (wav_header(length), 0)):
                if os.pwrite(self._file, data, place) < len(data):
                    raise OSError("the disk is full")
        except OSError as error:
            self.lose(error.strerror or error)
        else:
            self._length = length

    def close(self) -> None:
        """The recording is as long as it gets."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


# Where it belongs in the file's sound, in bytes; whether it is the tape's last.
Piece = tuple[Tape, int, bytes, bool]


class Recorder:
    """Writes the callers' sides of all calls, on a thread of its own: the media loop never waits for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: Queue[Piece | None] = Queue(MOST_PIECES_WAITING)
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def begin(self, name: str) -> CallersSide:
        """Record a call into the file `name`, which is made when its first second is over."""
        return CallersSide(self._folder / name, self._waiting)

    def close(self) -> None:
        """Write what waits, and stop."""
        self._waiting.put(None)
        self._thread.join(CLOSE_WITHIN_S)

    def _write(self) -> None:
        while piece := self._waiting.get():
            tape, at, sound, last = piece
            tape.write(at, sound)
            if last:
                tape.close()


def wav_header(length: int) -> bytes:
    """The beginning of a WAV file with so many bytes of 8 kHz 16-bit mono."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8_000, 16_000, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", length + HEADER_BYTES - 8, b"WAVE") + form + struct.pack("<4sI", b"data", length)
