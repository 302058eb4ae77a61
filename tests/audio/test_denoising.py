import numpy as np
import pytest

from audio.denoising import denoise
from audio.sound import RATE_HZ, Samples, from_samples, silence, to_samples
from audio.synthesizers import Synthesizer


@pytest.fixture(scope="module")
def speech(mandarin: Synthesizer) -> Samples:
    return to_samples(silence(0.4) + mandarin.speak("我家水管漏水了，找人来修一下") + silence(0.4))


def white(length: int) -> Samples:
    return np.random.default_rng(7).normal(size=length).astype(np.float32)


def hum(length: int) -> Samples:
    return np.sin(2 * np.pi * 150 * np.arange(length, dtype=np.float32) / RATE_HZ)


def ratio_db(speech: Samples, heard: Samples) -> float:
    return float(10 * np.log10((speech**2).sum() / ((heard - speech) ** 2).sum()))


@pytest.mark.parametrize("noise", [white, hum])
@pytest.mark.parametrize(("before_db", "better_db"), [(20, 3), (10, 4), (5, 4)])
def test_steady_noise_is_lowered(speech: Samples, noise, before_db: int, better_db: int) -> None:
    added = noise(len(speech))
    added *= np.sqrt((speech**2).mean() / (added**2).mean() / 10 ** (before_db / 10))
    filtered = to_samples(denoise(from_samples(speech + added)))
    assert ratio_db(speech, filtered) > before_db + better_db


def test_clean_speech_stays_as_it_is(speech: Samples, mandarin: Synthesizer) -> None:
    without_pauses = to_samples(mandarin.speak("后天上午来擦玻璃"))
    assert ratio_db(speech, to_samples(denoise(from_samples(speech)))) > 30
    assert ratio_db(without_pauses, to_samples(denoise(from_samples(without_pauses)))) > 25


@pytest.mark.parametrize("samples", [0, 1, 255, 256, 257, 1000, 16001])
def test_silence_stays_silence_and_every_sound_its_length(samples: int) -> None:
    noise = from_samples(white(samples) * np.float32(0.1))
    assert denoise(bytes(2 * samples)) == bytes(2 * samples)
    assert len(denoise(noise)) == 2 * samples
