"""How one conversation speaks: prompts by name, as fast and as loud as this caller wants it."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Protocol

from audio.pace import USUAL_PERCENT, louder, slower
from audio.prompts.catalogue import Wording
from ivr.media.line import Line
from ivr.media.playback import Playback

log = logging.getLogger(__name__)


class Voice(Protocol):
    """What gives prompts their words and their sound."""

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        """The words of a prompt."""
        ...

    def pieces(self, name: str, text: str) -> Iterator[bytes]:
        """The sound of these words, sentence by sentence; blocks while it is made."""
        ...

    def at(self, pace_percent: int, louder_db: int) -> "Voice":
        """The same voice, so fast and so much louder than usual."""
        ...


class Speaker:
    """Plays prompts on one line."""

    def __init__(self, line: Line, voice: Voice) -> None:
        self._line = line
        self._usual = self._voice = voice
        self._making: set[asyncio.Task[None]] = set()
        self.pace_percent = USUAL_PERCENT
        self.louder_db = 0

    def tune(self, pace_percent: int, louder_db: int) -> None:
        """Speak so fast and so loud from the next prompt on."""
        self.pace_percent, self.louder_db = pace_percent, louder_db
        self._voice = self._usual.at(pace_percent, louder_db)

    def slow_down(self) -> None:
        """慢一点."""
        self.tune(slower(self.pace_percent), self.louder_db)

    def speak_up(self) -> None:
        """大声点."""
        self.tune(self.pace_percent, louder(self.louder_db))

    def words(self, prompt: str, wording: Wording, fields: dict[str, str]) -> str:
        """The words of a prompt."""
        return self._voice.text(prompt, wording, **fields)

    async def play(self, prompt: str, words: str) -> Playback:
        """Play these words from their first sentence on, while the others are made."""
        pieces = self._voice.pieces(prompt, words)
        first = await asyncio.to_thread(next, pieces, b"")
        playback = self._line.play(first, more_to_come=True)
        making = asyncio.create_task(self._make_the_rest(pieces, playback))
        self._making.add(making)
        making.add_done_callback(self._making.discard)
        return playback

    async def _make_the_rest(self, pieces: Iterator[bytes], playback: Playback) -> None:
        try:
            while not playback.over and (piece := await asyncio.to_thread(next, pieces, b"")):
                playback.add(piece)
        except Exception:
            log.exception("the rest of a prompt could not be made")
        finally:
            playback.finish()
