"""Every recogniser keeps the same contract; each hears its own model's language."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio.recognizers import RECOGNIZERS, EngineOptions, Hearing, Hypothesis, RecognitionError, Recognizer
from audio.recognizers.fallback import FallbackRecognizer
from audio.recognizers.vosk_server import VoskServerRecognizer
from audio.sound import RATE_HZ, Samples, frames, from_samples, silence
from audio.synthesizers import Synthesizer
from tests.audio.vosk_servers import VoskServer


@dataclass(frozen=True)
class Case:
    recognizer: Recognizer
    order: bytes  # a sentence
    in_order: str  # what is heard in it with its hint
    hint: str
    agreement: bytes  # a short yes
    yes: str
    no: str


def whisper_case(recognizer: Recognizer, mandarin: Synthesizer) -> Case:
    return Case(
        recognizer=recognizer,
        order=mandarin.speak("我家水管漏水了，找人来修一下"),
        in_order="漏水",
        hint="水管漏水",
        agreement=silence(0.3) + mandarin.speak("没错") + silence(0.3),
        yes="没错",
        no="不对",
    )


def korean_case(recognizer: Recognizer, korean: Callable[[str], bytes]) -> Case:
    return Case(
        recognizer=recognizer,
        order=korean("안녕하세요"),
        in_order="안녕하세요",
        hint="안녕하세요",
        agreement=korean("네 맞습니다"),
        yes="네",
        no="아니요",
    )


@pytest.fixture(scope="module", params=[*RECOGNIZERS, "fallback"])
def case(
    request: pytest.FixtureRequest,
    whisper: Recognizer,
    vosk: Recognizer,
    vosk_server: VoskServer,
    mandarin: Synthesizer,
    korean: Callable[[str], bytes],
) -> Case:
    match request.param:
        case "whisper":
            return whisper_case(whisper, mandarin)
        case "vosk":
            return korean_case(vosk, korean)
        case "vosk_server":
            return korean_case(VoskServerRecognizer(vosk_server.url, heard_within_s=60), korean)
        case "fallback":
            nobody = RECOGNIZERS["vosk_server"](EngineOptions(Path(), url="ws://127.0.0.1:1"))
            return whisper_case(FallbackRecognizer({"nobody": nobody, "whisper": whisper}), mandarin)
        case _:
            raise AssertionError(f"{request.param} has no case: every engine of the table is held to this contract")


@pytest.fixture(scope="module")
def plain(case: Case) -> Hearing:
    """The sentence, heard without anything to expect."""
    return case.recognizer.recognize(case.order)


TIME_S = np.arange(2 * RATE_HZ) / RATE_HZ
NOISES: dict[str, Callable[[np.random.Generator], Any]] = {
    "hiss": lambda chance: chance.normal(scale=0.02, size=len(TIME_S)),
    "hum": lambda _: sum(0.02 / k * np.sin(2 * np.pi * 50 * k * TIME_S) for k in (1, 3, 5)),
    "clicks": lambda chance: 0.2 * np.convolve(chance.random(len(TIME_S)) < 0.001, chance.normal(size=80), "same"),
    "music": lambda _: 0.02 * sum(np.sin(2 * np.pi * f * TIME_S) * np.exp(-6 * (TIME_S % 0.25)) for f in (262, 330, 392)),
}


def texts(hearing: Hearing) -> set[str]:
    return {hypothesis.text for hypothesis in hearing.hypotheses}


def test_speech_is_heard_likeliest_first(plain: Hearing) -> None:
    scores = [hypothesis.score for hypothesis in plain.hypotheses]
    assert plain.best
    assert scores == sorted(scores, reverse=True)
    assert len(texts(plain)) == len(plain.hypotheses)
    assert {hypothesis.heard_in for hypothesis in plain.hypotheses} == {"plain"}
    assert plain.no_speech < 0.6
    assert 0.5 < plain.clearness <= 1.0


def test_without_hints_nothing_is_biased_and_nothing_is_matched(plain: Hearing) -> None:
    assert not any(hypothesis.biased for hypothesis in plain.hypotheses)
    assert plain.answers == ()


def test_a_hint_is_found_and_what_only_hints_found_is_marked(case: Case) -> None:
    hearing = case.recognizer.recognize(case.order, hints=[case.hint])
    unasked = {hypothesis.text for hypothesis in hearing.hypotheses if not hypothesis.biased}
    assert any(case.in_order in hypothesis.text for hypothesis in hearing.hypotheses)
    assert unasked
    assert not any(hypothesis.text in unasked for hypothesis in hearing.hypotheses if hypothesis.biased)


def test_a_short_answer_is_matched_to_the_answers_alone(case: Case) -> None:
    hearing = case.recognizer.recognize(case.agreement, answers=[case.yes, case.no])
    assert case.yes in hearing.answers[0].text
    assert hearing.answers[0].score <= 0
    assert 0.04 < hearing.answers_fit <= 1
    for hypothesis in hearing.answers:
        assert set(hypothesis.text) <= set(case.yes + case.no + " ")


def test_heard_again_the_filtered_sound_is_there_too_by_score(case: Case, plain: Hearing) -> None:
    first = replace(plain, answers=(Hypothesis(case.yes, 0.0),), answers_fit=1.0)
    both = case.recognizer.recognize_again(case.order, first, [case.hint])
    before = tuple(hypothesis for hypothesis in both.hypotheses if hypothesis.heard_in == "plain")
    filtered = [hypothesis for hypothesis in both.hypotheses if hypothesis.heard_in == "filtered"]
    by_score = [(hypothesis.biased, -hypothesis.score) for hypothesis in both.hypotheses]
    assert before == first.hypotheses
    assert any(case.in_order in hypothesis.text for hypothesis in filtered)
    assert by_score == sorted(by_score)
    assert (both.no_speech, both.answers, both.answers_fit) == (first.no_speech, first.answers, first.answers_fit)


def test_a_stream_hears_what_the_whole_sound_says(case: Case) -> None:
    stream = case.recognizer.stream([case.hint], [case.yes, case.no])
    if stream is None:
        pytest.skip("hears whole utterances only")
    for frame in frames(case.agreement):
        stream.feed(frame)
    streamed = stream.finish()
    whole = case.recognizer.recognize(case.agreement, [case.hint], [case.yes, case.no])
    # Vosk adds a little noise of its own: what is nearly as likely changes places.
    assert texts(streamed) & texts(whole)
    assert streamed.answers[0].text == whole.answers[0].text
    stream.close()


def test_vosk_tells_what_it_heard_before_the_caller_is_done(vosk: Recognizer, korean: Callable[[str], bytes]) -> None:
    stream = vosk.stream()
    assert stream
    assert any(stream.feed(frame) for frame in frames(korean("안녕하세요")))


def test_a_stream_can_be_given_up(case: Case) -> None:
    stream = case.recognizer.stream()
    if stream is None:
        pytest.skip("hears whole utterances only")
    stream.feed(case.agreement)
    stream.close()


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.5])
def test_silence_is_nobody_speaking(case: Case, seconds: float) -> None:
    hearing = case.recognizer.recognize(silence(seconds))
    assert hearing.no_speech > 0.5
    assert case.recognizer.recognize_again(silence(seconds), hearing).no_speech > 0.5


@pytest.mark.parametrize("kind", list(NOISES))
def test_noise_is_nobody_speaking(whisper: Recognizer, kind: str) -> None:
    assert whisper.recognize(from_samples(NOISES[kind](np.random.default_rng(5)).astype(np.float32))).no_speech >= 0.6


def test_whisper_ignores_hints_that_it_would_hear_in_noise(whisper: Recognizer, noise: Samples) -> None:
    sound = from_samples(noise)
    assert whisper.recognize(sound, ["老年证"]) == whisper.recognize(sound)


def test_several_calls_are_heard_at_once(case: Case) -> None:
    with ThreadPoolExecutor(2) as threads:
        order, agreement = threads.map(case.recognizer.recognize, [case.order, case.agreement])
    assert texts(order)
    assert texts(agreement)
    assert not texts(order) & texts(agreement)


@pytest.mark.parametrize("engine", ["whisper", "vosk"])
def test_a_folder_without_a_model_is_named(engine: str, tmp_path: Path) -> None:
    with pytest.raises(RecognitionError, match="cannot be loaded"):
        RECOGNIZERS[engine](EngineOptions(tmp_path, vosk_dir=tmp_path))
