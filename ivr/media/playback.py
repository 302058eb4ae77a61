"""Sound on its way to the caller."""

import asyncio
from collections.abc import Generator

from ivr.errors import CallEnded
from ivr.media.messages import FRAME_BYTES

BYTES_PER_MS = 16


class Playback:
    """One sound that is played to the caller; `await` it to wait until it was heard to its end or stopped.

    Awaiting gives the milliseconds that were played, and raises `CallerHungUp` or `CallEnded` when the call ends before.
    """

    def __init__(self, sound: bytes) -> None:
        self._sound = sound
        self._position = 0
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

    def stop(self) -> int:
        """Cut the sound before its next frame; return the milliseconds that were played."""
        self._over.set()
        return self.played_ms

    def next_frame(self) -> bytes | None:
        """Take the frame to send now; None, and the playback is over, when there is none."""
        if self.over or self._position >= len(self._sound):
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
