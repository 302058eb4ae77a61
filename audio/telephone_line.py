"""What a telephone line makes of a sound: a narrow band, noise, and eight bits a sample."""

from dataclasses import dataclass
from typing import Literal

import av
import numpy as np
from scipy.signal import lfilter

from audio.loudness import shape_for_telephone
from audio.sound import RATE_HZ, Samples, from_samples, to_samples

_HUM_HZ = 50
# Of the noise's amplitude.
_HUM = 0.3
# One pole that takes 19 dB off the highest frequencies against the lowest: a room rather than a circuit.
_PINK = 0.8
# Below this part of its peak a voice pauses, which shall not count as speech when the noise is measured against it.
_PAUSE = 0.03


Colour = Literal["white", "pink"]


@dataclass(frozen=True)
class Noise:
    """Noise so many dB below the speech (both as mean power, pauses left out); the same seed gives the same noise."""

    below_speech_db: float
    colour: Colour = "white"
    hum: bool = False
    seed: int = 0


def carry(sound: bytes, noise: Noise | None = None) -> bytes:
    """The sound at the other end of the line: 300 to 3400 Hz at a prompt's loudness, with the noise, through A-law.

    Silence around the speech stays, and is filled with the noise.
    """
    if not sound:
        return sound
    samples = shape_for_telephone(to_samples(sound))
    if noise:
        samples = samples + _as_loud(_make(noise, len(samples)), samples, noise.below_speech_db)
    return _through_a_law(from_samples(samples))


def _make(noise: Noise, length: int) -> Samples:
    made = np.random.default_rng(noise.seed).standard_normal(length)
    if noise.colour == "pink":
        made = lfilter([1], [1, -_PINK], made)
    if noise.hum:
        made += _HUM * made.std() * np.sin(2 * np.pi * _HUM_HZ * np.arange(length) / RATE_HZ)
    return made.astype(np.float32)


def _as_loud(noise: Samples, speech: Samples, below_db: float) -> Samples:
    spoken = speech[np.abs(speech) > np.abs(speech).max(initial=0.0) * _PAUSE]
    if not len(spoken):
        return np.zeros_like(noise)
    factor = np.sqrt(np.mean(spoken**2) / np.mean(noise**2)) / 10 ** (below_db / 20)
    louder: Samples = (noise * factor).astype(np.float32)
    return louder


def _through_a_law(sound: bytes) -> bytes:
    frame = av.AudioFrame.from_ndarray(np.frombuffer(sound, "<i2")[np.newaxis], format="s16", layout="mono")
    frame.sample_rate = RATE_HZ
    coder, decoder = av.AudioCodecContext.create("pcm_alaw", "w"), av.AudioCodecContext.create("pcm_alaw", "r")
    for context in (coder, decoder):
        context.sample_rate, context.layout, context.format = RATE_HZ, "mono", "s16"
    packets = [*coder.encode(frame), *coder.encode(None)]
    return b"".join(bytes(heard.planes[0])[: heard.samples * 2] for packet in packets for heard in decoder.decode(packet))
