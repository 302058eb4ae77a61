"""How fast and how loud we speak to one listener (domain rule 5: 慢一点)."""

import time

import numpy as np
import pytest

from audio.loudness import PROMPT_LUFS, loudness_lufs
from audio.pace import (
    CHARACTERS_A_MINUTE,
    LOUDEST_DB,
    SLOWEST_PERCENT,
    USUAL_PERCENT,
    bring_to_pace,
    count_characters,
    louder,
    slower,
    speak_to,
)
from audio.sound import RATE_HZ, duration_s, from_samples, to_samples
from audio.synthesizers import Synthesizer

WELCOME = "您好，这里是邻里服务热线。"


@pytest.fixture(scope="module")
def welcome(mandarin: Synthesizer) -> bytes:
    return mandarin.speak(WELCOME)


def a_tone(hz: float, seconds: float) -> bytes:
    return from_samples((0.5 * np.sin(np.arange(int(seconds * RATE_HZ)) * 2 * np.pi * hz / RATE_HZ)).astype(np.float32))


def pitch_hz(sound: bytes) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(to_samples(sound)))) * RATE_HZ / (len(sound) // 2))


def test_each_slower_slows_by_15_percent_until_the_slowest() -> None:
    assert slower(USUAL_PERCENT) == 85
    assert slower(85) == SLOWEST_PERCENT
    assert slower(SLOWEST_PERCENT) == SLOWEST_PERCENT


def test_each_louder_raises_by_6_db_until_the_loudest() -> None:
    assert louder(0) == 6
    assert louder(6) == LOUDEST_DB
    assert louder(LOUDEST_DB) == LOUDEST_DB


@pytest.mark.parametrize("pace_percent", [85, 75])
def test_slower_speech_lasts_longer_and_keeps_its_pitch(pace_percent: int) -> None:
    slowed = speak_to(a_tone(hz=440, seconds=4), pace_percent)
    assert duration_s(slowed) == pytest.approx(4 * 100 / pace_percent, abs=0.05)
    assert pitch_hz(slowed) == pytest.approx(440, abs=5)


def test_louder_speech_is_louder_each_time_and_does_not_clip(welcome: bytes) -> None:
    loudness = [loudness_lufs(to_samples(speak_to(welcome, louder_db=db))) for db in (0, 6, 12)]
    assert loudness[0] == pytest.approx(PROMPT_LUFS, abs=1)
    assert loudness[1] - loudness[0] > 4
    assert loudness[2] - loudness[1] > 2
    assert np.abs(to_samples(speak_to(welcome, louder_db=LOUDEST_DB))).max() < 0.99


def test_what_is_usual_is_left_as_it_is(welcome: bytes) -> None:
    assert speak_to(welcome) is welcome
    assert speak_to(b"", 85, 6) == b""


def test_five_seconds_are_slowed_and_raised_at_once(welcome: bytes) -> None:
    five_seconds = (welcome * 3)[: 5 * RATE_HZ * 2]
    speak_to(five_seconds, 85, 6)
    begun = time.thread_time()
    speak_to(five_seconds, 75, 12)
    assert time.thread_time() - begun < 0.06


@pytest.mark.parametrize("characters_a_minute", [160, 240])
def test_a_voice_that_hurries_or_dawdles_is_brought_to_the_usual_pace(welcome: bytes, characters_a_minute: int) -> None:
    characters = round(duration_s(welcome) * characters_a_minute / 60)
    paced = bring_to_pace(welcome, characters)
    assert characters * 60 / duration_s(paced) == pytest.approx(CHARACTERS_A_MINUTE, rel=0.05)


def test_a_sound_that_is_far_from_any_pace_is_not_torn_apart(welcome: bytes) -> None:
    assert duration_s(bring_to_pace(welcome, 1)) > duration_s(welcome) / 2
    assert bring_to_pace(welcome, 0) == welcome
    assert count_characters("好的，12 abc。") == 2
