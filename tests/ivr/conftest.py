"""A caller who is heard and answered without a telephone: fakes at the line, the recogniser and the voice."""

import asyncio
import subprocess
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audio.prompts.catalogue import Wording, load_catalogue
from audio.recognizers import Hearing, Hypothesis
from audio.sound import read_wav
from ivr.errors import CallerHungUp
from ivr.media.line import Digit, Frame
from ivr.media.messages import FRAME_BYTES, SILENCE
from ivr.media.playback import Playback

HANG_UP = "<hang up>"
SILENT = "<silence>"
ZONE = ZoneInfo("Asia/Shanghai")
# A Monday.
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)


@dataclass
class FakeLine:
    """A caller who answers each prompt with the next of their answers: words, `key:1`, SILENT or HANG_UP."""

    answers: deque[str]
    speech: bytes
    words: deque[str] = field(default_factory=deque)  # what the recogniser will be made to hear
    _playing: list[asyncio.Task[None]] = field(default_factory=list)
    _said: deque[bytes] = field(default_factory=deque)
    _answered: bool = True

    def play(self, sound: bytes) -> Playback:
        playback = Playback(sound[: 20 * FRAME_BYTES])
        self._playing.append(asyncio.create_task(play_out(playback)))
        self._answered = False
        return playback

    async def next(self, timeout_s: float) -> Frame | Digit:
        await asyncio.sleep(0)
        if not all(playing.done() for playing in self._playing):
            return Frame(SILENCE)
        if not self._answered:
            self._answered = True
            answer = self.answers.popleft() if self.answers else HANG_UP
            if answer == HANG_UP:
                raise CallerHungUp
            if answer.startswith("key:"):
                return Digit(answer.removeprefix("key:"))
            if answer != SILENT:
                self.words.append(answer)
                self._said.extend(self.speech[at : at + FRAME_BYTES] for at in range(0, len(self.speech), FRAME_BYTES))
        return Frame(self._said.popleft().ljust(FRAME_BYTES, b"\0") if self._said else SILENCE)


async def play_out(playback: Playback) -> None:
    while playback.next_frame():  # noqa: ASYNC110 - one frame for each turn of the loop: that is the time here
        await asyncio.sleep(0)


@dataclass
class FakeEar:
    """Hears exactly what the caller said."""

    line: FakeLine

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        return Hearing((Hypothesis(self.line.words.popleft(), 0.0),))


class SilentVoice:
    """The real words, without their sound; remembers which prompts were used."""

    def __init__(self) -> None:
        self.catalogue = load_catalogue()
        self.said: list[str] = []

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        self.said.append(wording.after(name))
        return self.catalogue.text(name, wording=wording, **fields)

    def sound(self, name: str, text: str) -> bytes:
        return bytes(FRAME_BYTES * 10)


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """About a second of somebody speaking."""
    path: Path = tmp_path_factory.mktemp("speech") / "words.wav"
    subprocess.run(["espeak-ng", "-v", "cmn-latn-pinyin", "-w", str(path), "你好我要打扫卫生"], check=True)
    return read_wav(path)
