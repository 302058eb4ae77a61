"""A message in the caller's own voice: free sound, ended by a key, by a silence, or by having gone on for long enough."""

import asyncio
from collections.abc import Awaitable, Callable

from ivr.endpointing import LEAST_SPEECH_MS, Endpointer
from ivr.media.line import Digit, Frame, Line
from ivr.media.messages import FRAME_MS
from ivr.media.playback import BYTES_PER_MS, Playback
from ivr.turn import INTERRUPTS_AFTER_MS, NEXT_WITHIN_S
from ivr.understanding.intents import EMERGENCY, OPERATOR
from ivr.understanding.meaning import Heard
from ivr.understanding.pinyin import syllables

# Rule 6: so long for the first word.
FIRST_MS = 8_000
END_MS = 3_000
LONGEST_MS = 120_000
# Recognised piece by piece while it is spoken, at each pause and at the latest after so long.
PAUSE_MS = 700
PIECE_MS = 15_000
# 转人工 is said by itself, and waited for; 跟话务员说一声 is said in passing, and the message goes on.
WAITS_MS = 1_500
MOST_SYLLABLES_BY_ITSELF = 8


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
        self._heard_speech_ms = 0
        self._silent_ms = 0

    @property
    def words(self) -> str:
        """What was recognised so far."""
        return "，".join(heard.hearing.best for heard in self._known)

    def accepts(self, intent: str) -> bool:
        """Whether what was recognised so far is to be acted upon as that intent: a cry for help, a wish for a person."""
        return any(heard.meaning.accepts(intent) for heard in self._known)

    @property
    def calls_for_a_person(self) -> bool:
        """Whether one is to come at once: at a cry for help, and where the last words are a wish for a person and no more."""
        return self.accepts(EMERGENCY) or self._asks_for_a_person

    async def take(self) -> str:
        """Listen to its end; the key that ended it, if one did. After `CallerHungUp` or `CallEnded`, `sound` is what there is."""
        self._ear.forget()
        try:
            return await self._listen()
        finally:
            self.sound = self._ear.sound if self._ear.is_speech else b""
            self._hear_on()

    async def recognised(self) -> None:
        """Wait until all of it is recognised."""
        await asyncio.gather(*self._pieces)

    async def _listen(self) -> str:
        while not self._is_over():
            try:
                heard = await self._line.next(NEXT_WITHIN_S)
            except TimeoutError:
                self._ear.pass_silence(int(NEXT_WITHIN_S * 1000))
                self._silent_ms += int(NEXT_WITHIN_S * 1000)
            else:
                if isinstance(heard, Digit):
                    self._playback.stop()
                    return heard.key
                self._take(heard)
            if self._ear.quiet_ms >= PAUSE_MS or self._ear.sound_ms - self._heard_ms >= PIECE_MS:
                self._hear_on()
        return ""

    def _take(self, frame: Frame) -> None:
        self._ear.take(frame)
        self._silent_ms = 0 if self._ear.begun or not self._playback.over else self._silent_ms + FRAME_MS
        if self._ear.speech_ms >= INTERRUPTS_AFTER_MS:
            self._playback.stop()

    def _is_over(self) -> bool:
        if not self._ear.begun:
            return self._silent_ms >= FIRST_MS
        if self._ear.quiet_ms >= END_MS and not self._ear.is_speech:  # a cough
            self._ear.forget()
            return False
        if self.accepts(EMERGENCY) or (self._ear.quiet_ms >= WAITS_MS and self._asks_for_a_person):
            return True
        return self._ear.quiet_ms >= END_MS or self._ear.sound_ms >= LONGEST_MS

    def _hear_on(self) -> None:
        """Recognise what was said since the last piece, if it is a word."""
        if self._ear.speech_ms - self._heard_speech_ms >= LEAST_SPEECH_MS:
            piece = self._ear.sound[self._heard_ms * BYTES_PER_MS :]
            self._pieces.append(asyncio.ensure_future(self._hear(piece)))
            self._heard_ms, self._heard_speech_ms = self._ear.sound_ms, self._ear.speech_ms

    @property
    def _known(self) -> list[Heard]:
        return [heard for piece in self._pieces if piece.done() and (heard := piece.result())]

    @property
    def _asks_for_a_person(self) -> bool:
        last = self._pieces[-1].result() if self._pieces and self._pieces[-1].done() else None
        if last is None or not last.meaning.accepts(OPERATOR):
            return False
        return len(syllables(last.hearing.best)) <= MOST_SYLLABLES_BY_ITSELF
