"""Hearing an answer while it is said, where the engine can; else at its end."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from audio.recognizers import Hearing
from audio.recognizers.live import LiveHearing


class Ear(Protocol):
    """What recognises speech without blocking the loop; cancelling the awaiting task frees its place."""

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; raise `RecognitionError`, also when it takes too long or when too many wait."""
        ...

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> LiveHearing | None:
        """Begin to hear an utterance that is still being said; None where it can only be heard at its end."""
        ...

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear it another way, and give both hearings in one; `first` when there is no time for it."""
        ...

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        """Hear it faster and slower, without and with the hints, and give all hearings in one; `before` without time for it."""
        ...


class HearingAlong:
    """The first hearing of one answer after the other, each begun with its first sound.

    A stream that was ended cannot go on: who speaks again after a short silence is heard anew from the beginning.
    """

    def __init__(self, ear: Ear, hints: Sequence[str], answers: Sequence[str]) -> None:
        self._ear = ear
        self._hints = hints
        self._answers = answers
        self._opening: asyncio.Task[LiveHearing | None] | None = None
        self._waiting = b""
        self._taken_bytes = 0

    def take(self, sound: bytes) -> None:
        """Take the next piece of what is being said; never waits."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._ear.stream(self._hints, self._answers))
        self._waiting += sound
        self._taken_bytes += len(sound)
        if self._opening.done():
            if live := _opened(self._opening):
                live.feed(self._waiting)
            self._waiting = b""

    def forget(self) -> None:
        """Give up what was taken."""
        opening = self._opening
        self._opening, self._waiting, self._taken_bytes = None, b"", 0
        if opening:
            _close(opening)

    async def hear(self, sound: bytes) -> Hearing:
        """What was said in this sound, sooner if just this was taken piece by piece; raise `RecognitionError`."""
        opening, waiting, taken_bytes = self._opening, self._waiting, self._taken_bytes
        self._opening, self._waiting, self._taken_bytes = None, b"", 0
        try:
            live = await opening if opening else None
            if live and taken_bytes == len(sound):
                live.feed(waiting)
                return await live.finish()
        finally:
            if opening:
                _close(opening)
        return await self._ear.recognize(sound, self._hints, self._answers)


def _opened(opening: "asyncio.Task[LiveHearing | None]") -> LiveHearing | None:
    return opening.result() if opening.done() and not opening.cancelled() else None


def _close(opening: "asyncio.Task[LiveHearing | None]") -> None:
    opening.cancel()
    if live := _opened(opening):
        live.close()
