import asyncio
import threading
from collections.abc import Sequence

import pytest

from audio.recognizers import Hearing, Hypothesis, RecognitionError
from audio.recognizers.pool import RecognitionPool


class FakeRecognizer:
    """Hears its hints, once it is allowed to."""

    def __init__(self) -> None:
        self.allowed = threading.Event()
        self.allowed.set()
        self.begun = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.heard: list[bytes] = []

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        self.heard.append(sound)
        self._loop.call_soon_threadsafe(self.begun.set)
        self.allowed.wait(20)
        if sound == b"broken":
            raise RecognitionError("broken")
        if sound == b"surprising":
            raise ZeroDivisionError
        return Hearing(tuple(Hypothesis(text, 0.0) for text in (*hints, *answers)))


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
    pool = RecognitionPool(engine, workers=1, patience_s=0.05)
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
