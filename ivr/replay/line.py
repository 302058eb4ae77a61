"""A line to nobody: what a recorded caller pressed and said comes in, and what goes out is not heard."""

import asyncio
from collections import deque

from ivr.errors import CallerHungUp
from ivr.media.line import Digit, Frame, Line
from ivr.media.messages import FRAME_BYTES, FRAME_MS
from ivr.media.playback import Playback


class ReplayLine(Line):
    """Time passes only by the sound that is read; after it there is silence, or the caller hangs up."""

    def __init__(self) -> None:
        """No connection is needed."""
        self._coming: deque[Frame | Digit] = deque()
        self._now_ms = 0
        self._hangs_up = False

    def bring(self, keys: str = "", sound: bytes = b"", then_hang_up: bool = False) -> None:
        """Let this come next, the keys after the sound, and nothing of what came before."""
        whole = len(sound) - len(sound) % FRAME_BYTES
        pieces = [sound[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
        self._coming = deque([*(Frame(piece) for piece in pieces), *map(Digit, keys)])
        self._hangs_up = then_hang_up

    async def next(self, timeout_s: float) -> Frame | Digit:
        """What comes next; a silence of `timeout_s` passes at once."""
        await asyncio.sleep(0)
        if not self._coming:
            if self._hangs_up:
                raise CallerHungUp
            self._now_ms += round(timeout_s * 1000)
            raise TimeoutError
        item = self._coming.popleft()
        if isinstance(item, Frame):
            self._now_ms += FRAME_MS
            item = Frame(item.sound, at_ms=self._now_ms)
        return item

    def play(self, sound: bytes, more_to_come: bool = False) -> Playback:
        """Nobody hears it, and it is over at once."""
        playback = Playback(sound)
        playback.stop()
        return playback

    @property
    def clock_ms(self) -> int:
        """The time that was read."""
        return self._now_ms
