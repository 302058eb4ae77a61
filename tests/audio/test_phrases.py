"""Vosk's Mandarin model hears the site's own sentences, also in noise, beside the recogniser that knows all words."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from audio.recognizers import RECOGNIZERS, EngineOptions, Hearing, Hypothesis, RecognitionError
from audio.recognizers.phrases import PhraseRecognizer, WithPhrases
from audio.recognizers.vosk_model import is_unpacked, unpack_model
from audio.sound import from_samples, silence, to_samples
from audio.synthesizers import Synthesizer

CRY, WISH = "煤气漏了，我头晕", "我家水管漏水了，找人来修一下"
OTHERWISE = "我想喝一杯水"
PHRASES = (CRY, WISH, "明天上午十点", "帮我打个电话给我女儿", "没有什么事，就是想聊聊天", "冰箱不制冷了")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vosk") / "model"
    unpack_model(folder)
    return folder


@pytest.fixture(scope="module")
def phrases(model: Path) -> PhraseRecognizer:
    return PhraseRecognizer(model, PHRASES)


@pytest.fixture(scope="module")
def cry_in_noise(mandarin: Synthesizer) -> bytes:
    """At 10 dB."""
    speech = to_samples(mandarin.speak(CRY))
    hiss = np.random.default_rng(1).normal(scale=np.sqrt(np.mean(speech**2) / 10), size=len(speech)).astype(np.float32)
    return silence(0.3) + from_samples(speech + hiss) + silence(0.3)


class Everything:
    """A recogniser that hears what the test says."""

    def __init__(self, *heard: Hypothesis) -> None:
        self.heard = heard

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        return Hearing(self.heard, no_speech=0.1)

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first.with_another("filtered", self.heard)

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None


def test_a_cry_in_noise_is_heard_in_the_words_that_are_usual_here(phrases: PhraseRecognizer, cry_in_noise: bytes) -> None:
    heard = phrases.hear(cry_in_noise)
    best = {one.heard_in: one.text for one in reversed(heard)}
    assert best == {"phrases": "煤气漏了我头晕", "phrases_filtered": "煤气漏了我头晕"}


def test_what_is_none_of_the_sentences_is_heard_in_all_words(phrases: PhraseRecognizer, mandarin: Synthesizer) -> None:
    sound = mandarin.speak(OTHERWISE)
    assert phrases.hear(sound)[0].text != OTHERWISE
    heard = phrases.hear_in_all_words(sound, lambda: True)
    assert heard[0] == Hypothesis(OTHERWISE, heard[0].score, heard_in="words")


def test_what_is_given_up_is_nothing_and_leaves_nothing_behind(phrases: PhraseRecognizer, mandarin: Synthesizer) -> None:
    sound = mandarin.speak(OTHERWISE)
    before = phrases.hear_in_all_words(sound, lambda: True)
    pieces_left = iter([True] * 10)
    assert phrases.hear_in_all_words(mandarin.speak(WISH), lambda: next(pieces_left, False)) == ()
    assert phrases.hear_in_all_words(sound, lambda: True) == before


class Watched(PhraseRecognizer):
    """Hears the same in every sound, in all words if it may go on at once."""

    def __init__(self) -> None:
        self.begun = Event()

    def hear(self, sound: bytes) -> tuple[Hypothesis, ...]:
        return (Hypothesis("您好", -5.0, heard_in="phrases"),)

    def hear_in_all_words(self, sound: bytes, may_go_on: Callable[[], bool]) -> tuple[Hypothesis, ...]:
        heard = (Hypothesis("您好", -5.0, heard_in="words"),) if may_go_on() else ()
        self.begun.set()
        return heard


class Waiting(Everything):
    """Hears something again only once the other one has begun."""

    def __init__(self, other: Watched) -> None:
        super().__init__(Hypothesis("喂", -1.0))
        self.other = other

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        assert self.other.begun.wait(60)
        return super().recognize_again(sound, first, hints)


@pytest.mark.parametrize(("other", "patient", "in_all_words"), [("", False, True), ("b", False, False), ("b", True, True)])
def test_all_words_are_for_when_no_other_utterance_was_lately_heard(other: str, *, patient: bool, in_all_words: bool) -> None:
    second = Watched()
    ear = WithPhrases(Waiting(second), second, workers=1, patient=patient)
    first = ear.recognize(b"a" * 16_000)
    if other:
        ear.recognize(other.encode() * 16_000)
    heard = ear.recognize_again(b"a" * 24_000, first)
    assert {one.heard_in for one in heard.hypotheses} == {"plain", "filtered", "phrases"} | ({"words"} if in_all_words else set())


def test_all_words_are_not_waited_for() -> None:
    class Slow(Watched):
        def hear_in_all_words(self, sound: bytes, may_go_on: Callable[[], bool]) -> tuple[Hypothesis, ...]:
            self.begun.set()
            while may_go_on():
                time.sleep(0.01)
            return ()

    second = Slow()
    ear = WithPhrases(Waiting(second), second, workers=1)
    heard = ear.recognize_again(b"a" * 16_000, ear.recognize(b"a" * 16_000))
    assert {one.heard_in for one in heard.hypotheses} == {"plain", "filtered", "phrases"}


def test_the_same_sound_is_heard_alike_whatever_was_heard_before(
    phrases: PhraseRecognizer, mandarin: Synthesizer, cry_in_noise: bytes
) -> None:
    before = phrases.hear(cry_in_noise)
    phrases.hear(mandarin.speak(WISH))
    assert phrases.hear(cry_in_noise) == before


def test_what_is_heard_in_phrases_stands_below_what_is_heard_in_all_words(phrases: PhraseRecognizer, cry_in_noise: bytes) -> None:
    ear = WithPhrases(Everything(Hypothesis("没去楼了", -1.5)), phrases, workers=1)
    first = ear.recognize(cry_in_noise)
    again = ear.recognize_again(cry_in_noise, first)
    assert first.best == again.best == "没去楼了"
    assert {one.text for one in first.hypotheses} == {"没去楼了"}
    assert {"煤气漏了我头晕"} < {one.text for one in again.hypotheses}
    assert {one.text for one in again.hypotheses if one.tells_details} == {"没去楼了"}
    assert (again.no_speech, again.clearness) == (0.1, 1.0)


def test_where_nothing_was_said_no_phrase_is_heard(phrases: PhraseRecognizer) -> None:
    ear = WithPhrases(Everything(), phrases, workers=1)
    assert ear.recognize_again(silence(2), ear.recognize(silence(2))).hypotheses == ()


def test_several_are_heard_at_once_each_by_a_decoder_of_its_own(
    phrases: PhraseRecognizer, mandarin: Synthesizer, cry_in_noise: bytes
) -> None:
    said = [mandarin.speak(WISH), cry_in_noise] * 2
    with ThreadPoolExecutor(4) as threads:
        heard = [one[0].text for one in threads.map(phrases.hear, said)]
    assert heard == ["我家水管漏水了找人来修一下", "煤气漏了我头晕"] * 2


def test_who_knows_all_words_is_heard_where_the_other_fails(cry_in_noise: bytes) -> None:
    class Broken(PhraseRecognizer):
        def __init__(self) -> None:
            pass

        def hear(self, sound: bytes) -> tuple[Hypothesis, ...]:
            raise RecognitionError("broken")

        def hear_in_all_words(self, sound: bytes, may_go_on: Callable[[], bool]) -> tuple[Hypothesis, ...]:
            raise RecognitionError("broken")

    ear = WithPhrases(Everything(Hypothesis("喂", -1.0)), Broken(), workers=1)
    assert {one.text for one in ear.recognize_again(cry_in_noise, ear.recognize(cry_in_noise)).hypotheses} == {"喂"}


def test_without_the_model_or_the_sentences_whisper_hears_alone(whisper_folder: Path, model: Path, tmp_path: Path) -> None:
    (tmp_path / "phrases.txt").write_text("。\n", encoding="utf-8")
    for folder, file in (
        (tmp_path / "none", tmp_path / "phrases.txt"),
        (model, tmp_path / "none"),
        (model, tmp_path / "phrases.txt"),
    ):
        ear = RECOGNIZERS["whisper"](EngineOptions(whisper_folder, phrases=file, phrases_dir=folder))
        assert not isinstance(ear, WithPhrases)


def test_the_model_is_unpacked_whole_or_not_at_all(model: Path, tmp_path: Path) -> None:
    assert is_unpacked(model)
    before = model.stat().st_mtime_ns
    unpack_model(model)
    assert model.stat().st_mtime_ns == before
    broken = tmp_path / "model"
    broken.mkdir()
    assert not is_unpacked(broken)
    unpack_model(broken)
    assert (broken / "am/final.mdl").is_file()
    assert list(tmp_path.iterdir()) == [broken]
