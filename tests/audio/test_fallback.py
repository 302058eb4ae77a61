from collections.abc import Sequence
from pathlib import Path

import pytest

from audio.recognizers import EngineOptions, Hearing, Hypothesis, RecognitionError
from audio.recognizers.fallback import FallbackRecognizer, load_recognizer


class FakeEngine:
    """Hears its own name, unless it is broken."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.broken = False
        self.asked = 0

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        self.asked += 1
        self._work()
        return Hearing((Hypothesis(self.name, 0.0),))

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        self._work()
        return first.with_another("filtered", [Hypothesis(f"{self.name} again", -1.0)])

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> "FakeStream":
        self._work()
        return FakeStream(self)

    def _work(self) -> None:
        if self.broken:
            raise RecognitionError(f"{self.name} is broken")


class FakeStream:
    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine

    def feed(self, sound: bytes) -> str:
        self._engine._work()
        return "so far"

    def finish(self) -> Hearing:
        return self._engine.recognize(b"")

    def close(self) -> None:
        self._engine._work()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def farm() -> FakeEngine:
    return FakeEngine("farm")


@pytest.fixture
def here() -> FakeEngine:
    return FakeEngine("here")


@pytest.fixture
def both(farm: FakeEngine, here: FakeEngine, now: list[float]) -> FallbackRecognizer:
    return FallbackRecognizer({"farm": farm, "here": here}, clock=lambda: now[0])


def test_the_first_engine_is_asked_first(both: FallbackRecognizer) -> None:
    assert both.recognize(b"").engine == "farm"


def test_an_engine_that_failed_is_left_out_for_half_a_minute(
    both: FallbackRecognizer, farm: FakeEngine, now: list[float]
) -> None:
    farm.broken = True
    assert both.recognize(b"").engine == "here"
    farm.broken = False
    now[0] = 29.9
    assert both.recognize(b"").engine == "here"
    assert farm.asked == 1
    now[0] = 30.0
    assert both.recognize(b"").engine == "farm"


def test_when_all_failed_all_are_asked_again(both: FallbackRecognizer, farm: FakeEngine, here: FakeEngine) -> None:
    farm.broken = here.broken = True
    with pytest.raises(RecognitionError, match="here is broken"):
        both.recognize(b"")
    here.broken = False
    assert both.recognize(b"").engine == "here"


def test_the_second_hearing_comes_from_the_engine_of_the_first(both: FallbackRecognizer, farm: FakeEngine) -> None:
    farm.broken = True
    first = both.recognize(b"")
    farm.broken = False
    again = both.recognize_again(b"", first)
    assert [hypothesis.text for hypothesis in again.hypotheses] == ["here", "here again"]
    assert again.engine == "here"


def test_a_second_hearing_that_fails_leaves_the_first(both: FallbackRecognizer, farm: FakeEngine) -> None:
    first = both.recognize(b"")
    farm.broken = True
    assert both.recognize_again(b"", first) == first
    assert both.recognize(b"").engine == "here"


def test_a_stream_that_breaks_is_heard_as_a_whole_by_another_engine(both: FallbackRecognizer, farm: FakeEngine) -> None:
    stream = both.stream()
    assert stream
    assert stream.feed(b"1") == "so far"
    farm.broken = True
    assert stream.feed(b"2") == ""
    assert stream.finish().engine == "here"
    stream.close()


def test_a_stream_that_cannot_begin_begins_elsewhere(both: FallbackRecognizer, farm: FakeEngine) -> None:
    farm.broken = True
    stream = both.stream()
    assert stream
    assert stream.finish().engine == "here"


def test_no_engine_at_all_hears_nothing() -> None:
    nobody = FallbackRecognizer({})
    assert nobody.stream() is None
    assert nobody.recognize_again(b"", Hearing()) == Hearing()
    with pytest.raises(RecognitionError):
        nobody.recognize(b"")


def test_an_engine_that_cannot_be_started_leaves_the_others(tmp_path: Path) -> None:
    ear = load_recognizer(["whisper", "vosk_server"], EngineOptions(tmp_path, url="ws://127.0.0.1:1"))
    with pytest.raises(RecognitionError, match="server"):
        ear.recognize(bytes(3200))
    with pytest.raises(RecognitionError, match="cannot be loaded"):
        load_recognizer(["whisper"], EngineOptions(tmp_path))


def test_an_engine_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecognitionError, match="'whipser', but there are whisper, vosk"):
        load_recognizer(["whipser"], EngineOptions(tmp_path))
