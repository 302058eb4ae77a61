"""Sound on its way to the caller."""

import asyncio
from collections.abc import Generator

import numpy as np

from ivr.errors import CallEnded
from ivr.media.messages import FRAME_BYTES, SILENCE

BYTES_PER_MS = 16
# What was cut is heard again from the gap before it: gaps between words are quieter than this (of 32768), for two frames.
GAP_BELOW = 200
GAP_FRAMES = 2
LOOKS_BACK_FRAMES = 75
# Where there is no gap, from a syllable or two before.
STEPS_BACK_FRAMES = 20


class Playback:
    """One sound that is played to the caller; `await` it to wait until it was heard to its end or stopped.

    Awaiting gives the milliseconds that were played, and raises `CallerHungUp` or `CallEnded` when the call ends before.
    With `more_to_come` the sound goes on with what is given to `add`, until `finish`.
    """

    def __init__(self, sound: bytes, more_to_come: bool = False) -> None:
        self._sound = sound
        self._more_to_come = more_to_come
        self._position = 0
        self._paused = False
        self._over = asyncio.Event()
        self._ending: type[CallEnded] | None = None

    @property
    def duration_ms(self) -> int:
        """How long the whole sound is."""
        return len(self._sound) // BYTES_PER_MS

    @property
    def played_ms(self) -> int:
        """How much of it was sent to the caller so far."""
        return min(self._position, len(self._sound)) // BYTES_PER_MS

    @property
    def over(self) -> bool:
        """Whether nothing more of it will be played."""
        return self._over.is_set()

    @property
    def paused(self) -> bool:
        """Whether it waits to be resumed."""
        return self._paused and not self.over

    def add(self, sound: bytes) -> None:
        """Let this follow what was given before, without a gap if it comes in time."""
        self._sound += sound

    def finish(self) -> None:
        """Nothing more is added."""
        self._more_to_come = False

    def pause(self) -> None:
        """Be silent from the next frame on."""
        self._paused = True

    def resume(self) -> None:
        """Go on from the last gap between words before the pause."""
        if self._paused:
            self._paused = False
            self._position = self._gap_before(self._position)

    def stop(self) -> int:
        """Cut the sound before its next frame; return the milliseconds that were played."""
        self._over.set()
        return self.played_ms

    def next_frame(self) -> bytes | None:
        """Take the frame to send now; None, and the playback is over, when there is none."""
        if self.paused:
            return SILENCE
        remaining = len(self._sound) - self._position
        if self._more_to_come and remaining < FRAME_BYTES and not self.over:
            return SILENCE
        if self.over or remaining <= 0:
            self._over.set()
            return None
        frame = self._sound[self._position : self._position + FRAME_BYTES]
        self._position += FRAME_BYTES
        return frame.ljust(FRAME_BYTES, b"\0")

    def end(self, ending: type[CallEnded]) -> None:
        """Tell who waits that the call ended, unless the playback was over before."""
        if not self.over:
            self._ending = ending
            self._over.set()

    def __await__(self) -> Generator[object, None, int]:
        """Wait until the playback is over."""
        return self._wait().__await__()

    async def _wait(self) -> int:
        await self._over.wait()
        if self._ending:
            raise self._ending
        return self.played_ms

    def _gap_before(self, position: int) -> int:
        begin = max(0, position - LOOKS_BACK_FRAMES * FRAME_BYTES)
        frames = np.frombuffer(self._sound[begin:position], "<i2").reshape(-1, FRAME_BYTES // 2)
        quiet = np.abs(frames).max(axis=1, initial=0) < GAP_BELOW
        for frame in range(len(quiet) - GAP_FRAMES, 0, -1):
            if quiet[frame : frame + GAP_FRAMES].all():
                return begin + frame * FRAME_BYTES
        return max(0, position - STEPS_BACK_FRAMES * FRAME_BYTES)
