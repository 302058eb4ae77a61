"""An utterance heard while it is said, off the event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import pytest

from audio.recognizers import Hearing, Hypothesis, RecognitionError, Recognizer, Stream
from audio.recognizers.pool import RecognitionPool
from audio.sound import FRAME_BYTES, frames
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.judging import AnswerJudge
from ivr.slots.slot import Slot
from ivr.turn import Utterance, hear_turn
from ivr.understanding.meaning import Heard, Meaning
from tests.ivr.conftest import NOW
from tests.ivr.test_turn import ScriptedLine, silence

PIECE = bytes(FRAME_BYTES * 5)


class FakeStreamingEngine:
    """Its streams hear how many bytes they were fed, once they are allowed to."""

    def __init__(self) -> None:
        self.allowed = threading.Event()
        self.allowed.set()
        self.error: Exception | None = None
        self.closed = threading.Event()
        self.begins = True

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        raise AssertionError("only streams")

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Stream:
        self.allowed.wait(20)
        if not self.begins:
            raise RecognitionError("cannot begin")
        return FakeStream(self)


class FakeStream:
    def __init__(self, engine: FakeStreamingEngine) -> None:
        self._engine = engine
        self._fed = 0

    def feed(self, sound: bytes) -> str:
        self._engine.allowed.wait(20)
        if self._engine.error:
            raise self._engine.error
        self._fed += len(sound)
        return str(self._fed)

    def finish(self) -> Hearing:
        self._engine.allowed.wait(20)
        return Hearing((Hypothesis(str(self._fed), 0.0),))

    def close(self) -> None:
        self._engine.closed.set()


@pytest.fixture
def engine() -> FakeStreamingEngine:
    return FakeStreamingEngine()


@pytest.fixture
async def pool(engine: FakeStreamingEngine) -> AsyncIterator[RecognitionPool]:
    pool = RecognitionPool(engine, workers=1, patience_s=20)
    yield pool
    engine.allowed.set()
    pool.close()


async def test_the_whole_sound_is_heard_though_nobody_waits_for_it(pool: RecognitionPool, engine: FakeStreamingEngine) -> None:
    live = await pool.stream()
    assert live
    engine.allowed.clear()
    for _ in range(20):
        assert live.feed(bytes(FRAME_BYTES)) == ""
    await asyncio.sleep(0)
    finishing = asyncio.create_task(live.finish())
    live.feed(bytes(FRAME_BYTES))
    engine.allowed.set()
    assert (await finishing).best == str(FRAME_BYTES * 21)


async def test_partial_results_come_as_they_are_made(pool: RecognitionPool) -> None:
    live = await pool.stream()
    assert live
    while not (partial := live.feed(PIECE)):  # noqa: ASYNC110 - a caller waits for nothing either
        await asyncio.sleep(0)
    assert int(partial) % len(PIECE) == 0
    live.close()


@pytest.mark.parametrize("error", [RecognitionError("broken"), ZeroDivisionError()])
async def test_a_stream_that_breaks_is_told_at_its_end(
    pool: RecognitionPool, engine: FakeStreamingEngine, error: Exception
) -> None:
    engine.error = error
    live = await pool.stream()
    assert live
    live.feed(PIECE)
    with pytest.raises(RecognitionError):
        await live.finish()
    with pytest.raises(RecognitionError):
        await live.finish()


async def test_a_caller_who_hangs_up_closes_the_stream(pool: RecognitionPool, engine: FakeStreamingEngine) -> None:
    live = await pool.stream()
    assert live
    live.feed(PIECE)
    live.close()
    live.close()
    assert await asyncio.to_thread(engine.closed.wait, 20)


async def test_a_stream_that_takes_too_long_is_an_error(engine: FakeStreamingEngine) -> None:
    pool = RecognitionPool(engine, workers=1, patience_s=0.5)
    live = await pool.stream()
    assert live
    engine.allowed.clear()
    with pytest.raises(RecognitionError, match="over"):
        await live.finish()
    assert await pool.stream() is None
    engine.allowed.set()
    pool.close()


async def test_an_engine_that_cannot_begin_hears_whole_utterances(pool: RecognitionPool, engine: FakeStreamingEngine) -> None:
    engine.begins = False
    assert await pool.stream() is None


async def test_a_closed_pool_begins_no_stream(engine: FakeStreamingEngine) -> None:
    pool = RecognitionPool(engine, workers=1, patience_s=20)
    pool.close()
    assert await pool.stream() is None


async def test_there_are_only_so_many_streams(pool: RecognitionPool) -> None:
    streams = [await pool.stream() for _ in range(4)]
    assert all(streams)
    assert await pool.stream() is None
    assert streams[0]
    streams[0].close()
    assert await pool.stream()


async def test_vosk_is_done_when_the_caller_is(vosk: Recognizer, korean: Callable[[str], bytes]) -> None:
    pool = RecognitionPool(vosk, workers=1, patience_s=60)
    live = await pool.stream(["안녕하세요"], ["네", "아니요"])
    assert live
    for frame in frames(korean("안녕하세요")):
        live.feed(frame)
    hearing = await live.finish()
    assert any("안녕하세요" in hypothesis.text for hypothesis in hearing.hypotheses)
    assert hearing.answers
    assert all(set(answer.text.split()) <= {"네", "아니요"} for answer in hearing.answers)
    assert pool.counts.streams == 1
    pool.close()


class KoreanYesOrNo(Slot[str]):
    """The answer in the words of the closed question."""

    answers = ("네", "아니요")

    @property
    def hints(self) -> Sequence[str]:
        return ["안녕하세요"]

    def read(self, heard: Heard, now: datetime) -> str | None:
        return heard.hearing.answers[0].text if heard.hearing.answers else None

    def is_whole(self, value: str) -> bool:
        return True


class KnowsNothing:
    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        return Meaning()

    def finished(self, text: str) -> bool:
        return True


async def test_a_question_is_answered_with_vosk_hearing_along_in_its_grammar(
    vosk: Recognizer, korean: Callable[[str], bytes]
) -> None:
    pool = RecognitionPool(vosk, workers=1, patience_s=60)
    line = ScriptedLine(silence(300), korean("아니요"))
    judge = AnswerJudge(pool, KnowsNothing(), lambda: NOW, KoreanYesOrNo(), "")
    heard = await hear_turn(line, Endpointer(VoiceActivity()), line.playback, KoreanYesOrNo.patience, judge)
    assert isinstance(heard, Utterance)
    judgement = await heard.judging
    assert judgement
    assert judgement.result.value == "아니요"
    assert pool.counts.streams >= 1
    assert pool.counts.first_hearings == 0
    pool.close()
