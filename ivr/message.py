"""A message in the caller's own voice: free sound, ended by a key, by a silence, or by having gone on for long enough."""

import asyncio
from collections.abc import Awaitable, Callable

from ivr.endpointing import Endpointer
from ivr.media.line import Digit, Line
from ivr.media.messages import FRAME_MS
from ivr.media.playback import BYTES_PER_MS, Playback
from ivr.turn import INTERRUPTS_AFTER_MS, NEXT_WITHIN_S
from ivr.understanding.intents import EMERGENCY
from ivr.understanding.meaning import Heard

# Rule 6: so long for the first word.
FIRST_MS = 8_000
END_MS = 3_000
LONGEST_MS = 120_000
# Recognised piece by piece while it is spoken: the words are there soon after its end, and a cry for help before.
PIECE_MS = 15_000


class Message:
    """One message; `hear` recognises a piece of it and gives None where that fails."""

    def __init__(self, line: Line, ear: Endpointer, playback: Playback, hear: Callable[[bytes], Awaitable[Heard | None]]) -> None:
        self._line = line
        self._ear = ear
        self._playback = playback
        self._hear = hear
        self.sound = b""  # all that was said, empty where nobody spoke
        self._pieces: list[asyncio.Future[Heard | None]] = []
        self._heard_ms = 0
        self._silent_ms = 0

    def accepts(self, intent: str) -> bool:
        """Whether what was recognised so far is to be acted upon as that intent: a cry for help, a wish for a person."""
        done = [piece.result() for piece in self._pieces if piece.done()]
        return any(heard is not None and heard.meaning.accepts(intent) for heard in done)

    async def take(self) -> str:
        """Listen to its end; the key that ended it, if one did. After `CallerHungUp` or `CallEnded`, `sound` is what there is."""
        self._ear.forget()
        try:
            return await self._listen()
        finally:
            self.sound = self._ear.sound if self._ear.is_speech else b""
            self._hear_on(self._ear.sound_ms)

    async def heard(self) -> list[Heard]:
        """What was recognised of it, piece by piece."""
        return [heard for heard in await asyncio.gather(*self._pieces) if heard]

    async def _listen(self) -> str:
        while not self._is_over():
            try:
                heard = await self._line.next(NEXT_WITHIN_S)
            except TimeoutError:
                self._ear.pass_silence(int(NEXT_WITHIN_S * 1000))
                self._silent_ms += int(NEXT_WITHIN_S * 1000)
                continue
            if isinstance(heard, Digit):
                self._playback.stop()
                return heard.key
            self._ear.take(heard)
            self._silent_ms = 0 if self._ear.begun or not self._playback.over else self._silent_ms + FRAME_MS
            if self._ear.speech_ms >= INTERRUPTS_AFTER_MS:
                self._playback.stop()
            if self._ear.sound_ms - self._heard_ms >= PIECE_MS:
                self._hear_on(self._ear.sound_ms)
        return ""

    def _is_over(self) -> bool:
        if not self._ear.begun:
            return self._silent_ms >= FIRST_MS
        if self._ear.quiet_ms >= END_MS and not self._ear.is_speech:  # a cough
            self._ear.forget()
            return False
        return self._ear.quiet_ms >= END_MS or self._ear.sound_ms >= LONGEST_MS or self.accepts(EMERGENCY)

    def _hear_on(self, until_ms: int) -> None:
        if self._ear.is_speech and until_ms > self._heard_ms:
            piece = self._ear.sound[self._heard_ms * BYTES_PER_MS : until_ms * BYTES_PER_MS]
            self._pieces.append(asyncio.ensure_future(self._hear(piece)))
            self._heard_ms = until_ms
