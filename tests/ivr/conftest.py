"""A caller who is heard and answered without a telephone: fakes at the line, the recogniser and the voice."""

import asyncio
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from audio.loudness import trim_silence
from audio.prompts.catalogue import Wording, load_catalogue
from audio.recognizers import Hearing, Hypothesis
from audio.sound import from_samples, read_wav, to_samples
from dispatch.queue import JobQueue
from ivr.errors import CallerHungUp
from ivr.media.line import Digit, Frame
from ivr.media.messages import FRAME_BYTES, FRAME_MS, SILENCE
from ivr.media.playback import Playback
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.settings import Settings, load_settings
from tests.conftest import fresh_copy

HANG_UP = "<hang up>"
SILENT = "<silence>"
ZONE = ZoneInfo("Asia/Shanghai")
# A Monday.
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)


@dataclass
class FakeLine:
    """A caller who answers each prompt with the next of their answers: words, `key:1`, `keys:123`, SILENT or HANG_UP.

    Words may be followed by what is done right after them: `喂|key:#`, or `喂|` and HANG_UP.
    What they say is heard by `FakeEar` as the words themselves. Time is the frames that were read: in a `TimelessLoop` each comes
    when everything is done about the one before.
    """

    answers: deque[str]
    speech: bytes
    saying: str = ""
    clock_ms: int = 0
    _playing: list[Playback] = field(default_factory=list)
    _said: deque[bytes] = field(default_factory=deque)
    _pressed: deque[str] = field(default_factory=deque)
    _answered: bool = True
    _afterwards: str = ""

    def play(self, sound: bytes, more_to_come: bool = False) -> Playback:
        playback = Playback(sound[: 20 * FRAME_BYTES], more_to_come)
        self._playing.append(playback)
        self._answered = False
        return playback

    async def next(self, timeout_s: float) -> Frame | Digit:
        await asyncio.sleep(FRAME_MS / 1000)
        self.clock_ms += FRAME_MS
        if self._playing:  # also in the frame in which the last prompt ends: who asked nothing listens no longer
            self._playing = [playback for playback in self._playing if playback.next_frame()]
            return Frame(SILENCE, at_ms=self.clock_ms)
        if not self._answered or (self._afterwards and not self._said):
            answer = self._afterwards if self._answered else self.answers.popleft() if self.answers else HANG_UP
            self._answered = True
            answer, _, self._afterwards = answer.partition("|")
            if answer == HANG_UP:
                raise CallerHungUp
            kind, _, keys = answer.partition(":")
            if kind in ("key", "keys"):
                self._pressed.extend(keys)
            elif answer != SILENT:
                self.saying = answer
                self._said.extend(self.speech[at : at + FRAME_BYTES] for at in range(0, len(self.speech), FRAME_BYTES))
                self._said.extend([SILENCE] * 15 if self._afterwards else [])  # a moment later
        if self._pressed:
            return Digit(self._pressed.popleft())
        return Frame(self._said.popleft().ljust(FRAME_BYTES, b"\0") if self._said else SILENCE, at_ms=self.clock_ms)


@dataclass
class FakeEar:
    """Hears exactly what the caller said."""

    line: FakeLine

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        return Hearing((Hypothesis(self.line.saying, 0.0),))

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        return before


class SilentVoice:
    """The real words, without their sound; remembers which prompts were used, and how fast and loud."""

    def __init__(self) -> None:
        self.catalogue = load_catalogue()
        self.said: list[str] = []
        self.tuned: tuple[int, int] = (100, 0)

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        self.said.append(wording.after(name))
        return self.catalogue.text(name, wording=wording, **fields)

    def pieces(self, name: str, text: str) -> Iterator[bytes]:
        yield bytes(FRAME_BYTES * 10)

    def at(self, pace_percent: int, louder_db: int) -> "SilentVoice":
        self.tuned = (pace_percent, louder_db)
        return self


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """About a second of somebody speaking."""
    path: Path = tmp_path_factory.mktemp("speech") / "words.wav"
    subprocess.run(["espeak-ng", "-v", "cmn-latn-pinyin", "-w", str(path), "你好我要打扫卫生"], check=True)
    return from_samples(trim_silence(to_samples(read_wav(path)), margin_s=0))


@pytest.fixture(scope="session")
def demo_sqlite(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A database file with the demo's community, copied for each conversation."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "linli.db"
    shutil.copy(migrated_sqlite, path)
    settings = load_settings(demo=True, data_dir=folder)
    sessions = session_maker(settings.database)
    with sessions.begin() as session:
        load_demo(session, settings)
    sessions.kw["bind"].dispose()
    return path


@pytest.fixture
def one_database(sqlite_for_all: Path, demo_sqlite: Path) -> str:
    """The demo's database of one kind, for conversations to which the kind is all the same: they make it their `database_url`."""
    return fresh_copy(demo_sqlite, sqlite_for_all)


@pytest.fixture
def tell(sessions: SessionMaker, settings: Settings, speech: bytes) -> Callable[..., Any]:
    """Hold one conversation with a demo resident who says these things, and return what became of it."""
    from tests.ivr.telling import hold  # which needs the fakes of this file

    with sessions() as session:
        load_demo(session, settings)
        session.commit()
    # Nothing listens there: placing an order must not need the queue.
    queue = JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0")
    return lambda *answers, **caller: hold(sessions, queue, settings.recordings_dir, speech, answers, **caller)
