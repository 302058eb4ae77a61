import asyncio
import threading
from collections.abc import Sequence

import pytest

from audio.recognizers import Hearing, Hypothesis, RecognitionError, RecognizerBusy
from audio.recognizers.pool import RecognitionPool
from audio.sound import silence


class FakeRecognizer:
    """Hears its hints (or "heard"), once it is allowed to; each utterance takes 2 s of its own clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.allowed = threading.Event()
        self.allowed.set()
        self.begun = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.heard: list[bytes] = []

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        self.heard.append(sound)
        self._loop.call_soon_threadsafe(self.begun.set)
        self.allowed.wait(20)
        self.now += 2.0
        if sound == b"broken":
            raise RecognitionError("broken")
        if sound == b"surprising":
            raise ZeroDivisionError
        return Hearing(tuple(Hypothesis(text, 0.0) for text in (*hints, *answers) or ("heard",)))

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first.with_another("filtered", self.recognize(sound, ["again"]).hypotheses)

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        """Whole utterances only."""


FIRST = Hearing((Hypothesis("first", 0.0),))


def pool_of(engine: FakeRecognizer, workers: int = 1, queue_patience_s: float = 1e9) -> RecognitionPool:
    return RecognitionPool(engine, workers, 20, queue_patience_s, clock=lambda: engine.now)


async def several(pool: RecognitionPool, sounds: int) -> list[asyncio.Task[Hearing]]:
    """So many utterances, each asked for before the next."""
    tasks = []
    for sound in range(sounds):
        tasks.append(asyncio.create_task(pool.recognize(b"%d" % sound)))
        await asyncio.sleep(0)
    return tasks


async def test_the_event_loop_goes_on_while_an_engine_works() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = RecognitionPool(engine, workers=1, patience_s=20)
    work = asyncio.create_task(pool.recognize(b"sound", ["水管"], ["是的"]))
    await engine.begun.wait()
    engine.allowed.set()
    assert [hypothesis.text for hypothesis in (await work).hypotheses] == ["水管", "是的"]
    pool.close()


async def test_an_engine_that_takes_too_long_is_an_error() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = RecognitionPool(engine, workers=1, patience_s=0.5)
    with pytest.raises(RecognitionError, match="over"):
        await pool.recognize(b"sound")
    with pytest.raises(RecognitionError, match="over"):
        await pool.recognize(b"never begun")
    engine.allowed.set()
    pool.close()
    assert engine.heard == [b"sound"]


@pytest.mark.parametrize("sound", [b"broken", b"surprising"])
async def test_whatever_an_engine_raises_is_a_recognition_error(sound: bytes) -> None:
    pool = RecognitionPool(FakeRecognizer(), workers=1, patience_s=20)
    with pytest.raises(RecognitionError):
        await pool.recognize(sound)
    pool.close()


async def test_a_caller_who_hangs_up_waits_for_nothing() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = RecognitionPool(engine, workers=1, patience_s=20)
    work = asyncio.create_task(pool.recognize(b"sound"))
    await engine.begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    engine.allowed.set()
    pool.close()


async def test_a_closed_pool_takes_no_more() -> None:
    pool = RecognitionPool(FakeRecognizer(), workers=1, patience_s=20)
    pool.close()
    with pytest.raises(RecognitionError):
        await pool.recognize(b"sound")


async def test_a_second_hearing_is_joined_to_the_first() -> None:
    pool = pool_of(FakeRecognizer())
    both = await pool.recognize_again(b"sound", FIRST)
    assert [(hypothesis.text, hypothesis.heard_in) for hypothesis in both.hypotheses] == [
        ("first", "plain"),
        ("again", "filtered"),
    ]
    assert pool.counts.second_hearings == 1
    pool.close()


async def test_while_another_utterance_waits_the_second_hearing_is_left_away() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = pool_of(engine)
    tasks = await several(pool, 2)
    await engine.begun.wait()
    assert pool.waiting == 1
    assert await pool.recognize_again(b"sound", FIRST) is FIRST
    assert pool.counts.dropped == 1
    engine.allowed.set()
    await asyncio.gather(*tasks)
    assert b"sound" not in engine.heard
    pool.close()


@pytest.mark.parametrize("sound", [b"broken", b"surprising"])
async def test_a_second_hearing_that_fails_leaves_the_first(sound: bytes) -> None:
    pool = pool_of(FakeRecognizer())
    assert await pool.recognize_again(sound, FIRST) is FIRST
    assert pool.counts.failed == 1
    pool.close()


SECOND = silence(1.0)


async def test_what_is_in_doubt_is_heard_faster_and_slower() -> None:
    engine = FakeRecognizer()
    pool = pool_of(engine, workers=2)
    joined = await pool.recognize_at_other_paces(SECOND, FIRST, ["救命"])
    assert sorted(len(sound) / len(SECOND) for sound in engine.heard) == pytest.approx([0.9, 1.11], abs=0.01)
    assert [hypothesis.heard_in for hypothesis in joined.hypotheses] == ["plain", "faster", "slower"]
    assert pool.counts.hearings_at_paces == 2
    pool.close()


async def test_while_another_utterance_waits_nothing_is_heard_at_other_paces() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = pool_of(engine)
    tasks = await several(pool, 2)
    await engine.begun.wait()
    assert await pool.recognize_at_other_paces(SECOND, FIRST, ["救命"]) is FIRST
    assert pool.counts.dropped == 1
    engine.allowed.set()
    await asyncio.gather(*tasks)
    pool.close()


async def test_other_paces_that_fail_leave_what_was_heard_before() -> None:
    engine = FakeRecognizer()
    pool = RecognitionPool(engine, workers=1, patience_s=0.5)
    engine.allowed.clear()
    assert await pool.recognize_at_other_paces(SECOND, FIRST, ["救命"]) is FIRST
    assert pool.counts.failed == 2
    engine.allowed.set()
    pool.close()


async def test_who_would_wait_too_long_is_told_at_once() -> None:
    engine = FakeRecognizer()
    pool = pool_of(engine, workers=2, queue_patience_s=3.0)
    await pool.recognize(b"two seconds")
    engine.allowed.clear()
    tasks = await several(pool, 3)
    assert pool.expected_wait_s == 2.0
    tasks += await several(pool, 1)
    assert pool.expected_wait_s == 3.0
    tasks += await several(pool, 1)
    with pytest.raises(RecognizerBusy):
        await pool.recognize(b"one too many")
    assert pool.counts.busy == 1
    engine.allowed.set()
    await asyncio.gather(*tasks)
    assert pool.expected_wait_s == 0
    assert pool.counts.first_hearings == 6
    pool.close()


async def test_an_engine_that_hangs_makes_nobody_else_wait() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = pool_of(engine, queue_patience_s=3.0)
    tasks = await several(pool, 1)
    await engine.begun.wait()
    engine.now += 4.0
    with pytest.raises(RecognizerBusy):
        await pool.recognize(b"another")
    engine.allowed.set()
    await asyncio.gather(*tasks)
    pool.close()


async def test_an_utterance_given_up_in_the_queue_frees_its_place() -> None:
    engine = FakeRecognizer()
    engine.allowed.clear()
    pool = pool_of(engine)
    heard, given_up = await several(pool, 2)
    await engine.begun.wait()
    assert pool.waiting == 1
    given_up.cancel()
    await asyncio.wait([given_up])
    assert pool.waiting == 0
    engine.allowed.set()
    await heard
    pool.close()
    assert engine.heard == [b"0"]


async def test_an_engine_without_streams_gives_none() -> None:
    pool = pool_of(FakeRecognizer())
    for _ in range(10):
        assert await pool.stream() is None
    assert pool.counts.streams == 0
    pool.close()
