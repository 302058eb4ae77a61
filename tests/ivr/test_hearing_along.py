"""An answer is heard while it is said, where the engine can do that."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from audio.recognizers import Hearing, Hypothesis, RecognitionError, Stream
from audio.recognizers.pool import RecognitionPool
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.errors import CallerHungUp
from ivr.judging import AnswerJudge, Anything
from ivr.turn import Patience, Utterance, hear_turn
from ivr.understanding.meaning import Meaning
from tests.ivr.conftest import NOW
from tests.ivr.test_turn import ScriptedLine, silence


class CountingEngine:
    """Hears how many bytes there were, in streams and, where it must, in whole utterances."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.breaks = breaks
        self.begun: list[CountingStream] = []
        self.whole = 0

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        self.whole += 1
        return Hearing((Hypothesis(str(len(sound)), 0.0),))

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Stream | None:
        if self.breaks:
            raise RecognitionError("cannot begin")
        self.begun.append(CountingStream())
        return self.begun[-1]


class CountingStream:
    def __init__(self) -> None:
        self.fed = 0
        self.closed = threading.Event()

    def feed(self, sound: bytes) -> str:
        self.fed += len(sound)
        return str(self.fed)

    def finish(self) -> Hearing:
        return Hearing((Hypothesis(str(self.fed), 0.0),))

    def close(self) -> None:
        self.closed.set()


class Wholeness:
    """Means nothing; an answer is whole from so many bytes on."""

    def __init__(self, whole_from: int) -> None:
        self._whole_from = whole_from

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        return Meaning()

    def finished(self, text: str) -> bool:
        return int(text) >= self._whole_from


def hear(engine: CountingEngine, line: ScriptedLine) -> tuple[Utterance, int]:
    """What was said, and how many bytes of it the engine heard."""

    async def turn() -> tuple[Utterance, int]:
        pool = RecognitionPool(engine, workers=1, patience_s=20)
        try:
            judge = AnswerJudge(pool, Wholeness(0), lambda: NOW, Anything(), "")
            heard = await hear_turn(line, Endpointer(VoiceActivity()), line.playback, Patience(first_ms=1_000), judge)
            assert isinstance(heard, Utterance)
            judgement = heard.judgement or await heard.judging
            assert judgement
            return heard, int(judgement.result.words)
        finally:
            pool.close()

    return asyncio.run(turn())


def test_the_whole_answer_is_heard_and_nothing_twice(speech: bytes) -> None:
    engine = CountingEngine()
    heard, heard_bytes = hear(engine, ScriptedLine(silence(300), speech))
    assert engine.whole == 0
    assert heard_bytes == engine.begun[-1].fed
    assert len(speech) * 0.8 <= heard_bytes <= len(heard.sound)


def test_who_goes_on_after_a_pause_is_heard_anew_from_the_beginning(speech: bytes) -> None:
    engine = CountingEngine()
    heard, heard_bytes = hear(engine, ScriptedLine(speech, silence(1_000), speech))
    assert len(engine.begun) > 1
    assert heard_bytes == engine.begun[-1].fed
    assert 1.8 * len(speech) <= heard_bytes <= len(heard.sound)
    assert engine.whole == 0


def test_an_engine_that_cannot_begin_hears_the_answer_at_its_end(speech: bytes) -> None:
    engine = CountingEngine(breaks=True)
    heard, heard_bytes = hear(engine, ScriptedLine(speech))
    assert engine.whole >= 1
    assert 0.8 * len(speech) <= heard_bytes <= len(heard.sound)


def test_who_hangs_up_in_the_middle_leaves_no_stream_open(speech: bytes) -> None:
    engine = CountingEngine()
    with pytest.raises(CallerHungUp):
        hear(engine, ScriptedLine(speech, CallerHungUp))
    assert engine.begun
    assert all(stream.closed.wait(20) for stream in engine.begun)
