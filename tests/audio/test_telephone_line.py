"""The line's noise is as loud as asked, its band narrow, its samples A-law's."""

from collections.abc import Sequence

import numpy as np
import pytest

from audio.sound import RATE_HZ, Samples, from_samples, silence, to_samples
from audio.telephone_line import Colour, Noise, carry

SECOND = np.arange(RATE_HZ) / RATE_HZ


def tones(hz: Sequence[float]) -> bytes:
    return from_samples(sum(0.1 * np.sin(2 * np.pi * one * SECOND) for one in hz).astype(np.float32))


def power_near(samples: Samples, hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    return float(spectrum[np.abs(np.fft.rfftfreq(len(samples), 1 / RATE_HZ) - hz) < 20].sum())


@pytest.mark.parametrize("colour", ["white", "pink"])
@pytest.mark.parametrize("below_db", [8, 20])
def test_the_noise_is_as_loud_as_asked(colour: Colour, below_db: float) -> None:
    said = silence(0.5) + tones([500, 1000, 1700])
    clean = to_samples(carry(said))
    noisy = to_samples(carry(said, Noise(below_db, colour, hum=True)))
    spoken = clean[RATE_HZ // 2 :]
    assert 10 * np.log10(np.mean(spoken**2) / np.mean((noisy - clean) ** 2)) == pytest.approx(below_db, abs=0.7)
    assert np.std(noisy[: RATE_HZ // 4]) > 0.001  # it is there before anybody speaks


def test_pink_noise_is_lower_than_white_and_hum_lower_still() -> None:
    quiet = tones([1000])
    white, pink = (to_samples(carry(quiet, noise)) for noise in (Noise(10), Noise(10, "pink")))
    hum = to_samples(carry(quiet, Noise(10, hum=True)))
    assert power_near(pink, 3000) < 0.3 * power_near(white, 3000)
    assert power_near(hum, 50) > 2 * power_near(white, 50)


def test_what_lies_outside_the_band_is_lost() -> None:
    heard = to_samples(carry(tones([120, 1000, 3800])))
    assert power_near(heard, 120) < 0.01 * power_near(heard, 1000)
    assert power_near(heard, 3800) < 0.01 * power_near(heard, 1000)


def test_no_more_than_256_levels_and_no_sample_are_lost() -> None:
    said = tones([500, 1100])
    heard = carry(said, Noise(12, seed=1))
    assert len(heard) == len(said)
    assert len(np.unique(to_samples(heard))) <= 256


def test_the_same_seed_gives_the_same_noise() -> None:
    said = tones([700])
    assert carry(said, Noise(12, seed=1)) == carry(said, Noise(12, seed=1)) != carry(said, Noise(12, seed=2))


@pytest.mark.parametrize("nothing", [b"", silence(0.3)])
def test_nothing_is_carried_as_nothing(nothing: bytes) -> None:
    assert len(carry(nothing, Noise(10))) == len(nothing)
