"""The prompt's own echo from a speakerphone: it never interrupts and never answers, and the caller over it is heard."""

import asyncio
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from audio.loudness import shape_for_telephone
from audio.sound import Samples, from_samples, read_wav, to_samples
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.media.echo import ECHO_FROM, LONGEST_DELAY_FRAMES, LOOKS_AT_FRAMES, share_of_echo
from ivr.media.messages import FRAME_BYTES
from ivr.media.playback import Playback
from ivr.turn import INTERRUPTS_AFTER_MS, Key, Patience, Utterance, hear_turn
from tests.ivr.test_turn import Judge, ScriptedLine, silence

_BAND = butter(4, [300, 3400], "bandpass", fs=8000, output="sos")
_STEPS = 128


@pytest.fixture(scope="module")
def prompt(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Some seconds of our own voice."""
    return spoken(tmp_path_factory.mktemp("prompt"), "cmn-latn-pinyin", "您好，这里是邻里服务热线。请问您需要什么帮助？")


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Another voice."""
    return spoken(tmp_path_factory.mktemp("caller"), "cmn-latn-pinyin+f3", "我家的水管漏水了，请你们找个人来修一下")


def spoken(folder: Path, voice: str, words: str) -> bytes:
    path = folder / "words.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), words], check=True)
    return from_samples(shape_for_telephone(to_samples(read_wav(path))))


def echo_of(prompt: bytes, delay_ms: int, level_db: int, distorted: bool = False) -> bytes:
    """What a speakerphone sends back: late, quieter, through a room, the telephone's band and 8 bits."""
    samples = to_samples(prompt)
    chance = np.random.default_rng(1)
    room = chance.standard_normal(800) * np.exp(-np.arange(800) / 130)
    room[0] += 4
    heard = np.convolve(np.tanh(4 * samples) / 4 if distorted else samples, room)[: len(samples)]
    heard = sosfilt(_BAND, heard)
    heard *= 10 ** (level_db / 20) * np.sqrt(np.mean(samples**2) / np.mean(heard**2))
    return silence(delay_ms) + from_samples(through_g711(heard + chance.standard_normal(len(heard)) * 0.0005))


def through_g711(samples: Samples) -> Samples:
    """µ-law's 8 bits."""
    bent = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log(256)
    bent = np.round(bent * _STEPS) / _STEPS
    straight: Samples = (np.sign(bent) * np.expm1(np.abs(bent) * np.log(256)) / 255).astype(np.float32)
    return straight


def mixed(one: bytes, other: bytes, other_from_ms: int) -> bytes:
    sounds = [to_samples(one), to_samples(silence(other_from_ms) + other)]
    length = max(len(sound) for sound in sounds)
    return from_samples(np.sum([np.pad(sound, (0, length - len(sound))) for sound in sounds], axis=0))


def hear(came: bytes, prompt: bytes) -> tuple[Utterance | Key | None, ScriptedLine, Judge]:
    line, judge = ScriptedLine(came), Judge()
    line.playback = Playback(prompt)
    ear = Endpointer(VoiceActivity())
    return asyncio.run(hear_turn(line, ear, line.playback, Patience(first_ms=1_500), judge)), line, judge


@pytest.mark.parametrize("delay_ms", [50, 120, 250, 400])
@pytest.mark.parametrize("level_db", [-10, -20, -30])
def test_the_echo_of_a_prompt_neither_interrupts_nor_answers(prompt: bytes, delay_ms: int, level_db: int) -> None:
    heard, line, judge = hear(echo_of(prompt, delay_ms, level_db), prompt)
    assert heard is None
    assert line.paused_ms == 0
    assert judge.sounds == []


def test_a_distorted_echo_does_not_either(prompt: bytes) -> None:
    heard, line, _ = hear(echo_of(prompt, 180, -15, distorted=True), prompt)
    assert heard is None
    assert line.paused_ms == 0


@pytest.mark.parametrize(("delay_ms", "level_db"), [(50, -20), (250, -10), (400, -15)])
def test_a_caller_who_talks_over_the_echo_interrupts_and_is_heard(
    prompt: bytes, caller: bytes, delay_ms: int, level_db: int
) -> None:
    begins_ms = 1_200
    heard, line, _ = hear(mixed(echo_of(prompt[: 16 * 2_000], delay_ms, level_db), caller, begins_ms), prompt)
    assert isinstance(heard, Utterance)
    assert line.playback.played_ms <= begins_ms + INTERRUPTS_AFTER_MS + 400
    assert len(heard.sound) >= 0.9 * len(caller)


def test_without_a_speakerphone_nothing_is_taken_for_an_echo(prompt: bytes, caller: bytes) -> None:
    window = LOOKS_AT_FRAMES * FRAME_BYTES
    sent_before = LONGEST_DELAY_FRAMES * FRAME_BYTES
    sent = prompt[: sent_before + window]
    shares = [share_of_echo(caller[at : at + window], sent) for at in range(0, len(caller) - window, 3_200)]
    assert max(shares) < ECHO_FROM
