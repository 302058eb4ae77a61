"""Whisper writes what is said several times, but does not go on with it for ever."""

import numpy as np

from audio.recognizers import Recognizer
from audio.sound import RATE_HZ, from_samples, to_samples
from audio.synthesizers import Synthesizer

SAID = ("我家水管漏水了，找人来修一下", "明天上午来打扫卫生，顺便擦擦玻璃", "救命啊，我摔倒了，快来人", "帮我联系一下我女儿")


def test_a_cry_said_three_times_is_heard_more_than_once(whisper: Recognizer, mandarin: Synthesizer) -> None:
    assert whisper.recognize(mandarin.speak("救命啊，救命啊，救命啊")).best.count("救命") >= 2


def test_of_babble_no_word_is_written_without_end(whisper: Recognizer, mandarin: Synthesizer) -> None:
    """Four voices at once, backwards: 哎呀呀呀… with eighty signs, before a limit was set."""
    chance = np.random.default_rng(0)
    length = int(chance.integers(3, 8)) * RATE_HZ
    babble = np.zeros(length, np.float32)
    for sentence in SAID:
        voice = to_samples(mandarin.speak(sentence))[::-1]
        babble += np.resize(np.roll(voice, int(chance.integers(len(voice)))), length) * np.float32(chance.uniform(0.3, 1))
    heard = whisper.recognize(from_samples(babble / np.abs(babble).max() / 2)).hypotheses
    assert heard
    assert not any(sign * 10 in one.text for one in heard for sign in one.text)
