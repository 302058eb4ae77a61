"""Voices that can be told from each other in any mixture: each is a pitch, spoken as short tones."""

from pathlib import Path

import numpy as np

from audio.sound import RATE_HZ, read_wav
from tests.e2e.town import eventually

OPERATOR_HZ, RESIDENT_HZ, OTHER_HZ = 700, 1000, 1400
# A quarter of a second, begun anew every eighth: 4 Hz a step of the spectrum.
_WINDOW, _HOP = RATE_HZ // 4, RATE_HZ // 8
# Steps: a tone is within 12 Hz; of a syllable, the next overtones are within 280, and our voices are 300 apart.
_NEAR, _AROUND = 3, 70
# A tone as loud as a whisper, by its power in one window.
_LEAST, _SHARE = 3e9, 0.7
SURE = 3  # so many windows are no chance


def tone(hertz: int, seconds: float) -> bytes:
    """Short tones with pauses, as loud as speech: what goes on for ever would be taken for noise, and suppressed."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (8000 * np.sin(2 * np.pi * hertz * at) * (at % 0.5 < 0.35)).astype("<i2").tobytes()


def heard_at(sound: bytes, hertz: int) -> list[float]:
    """The moments, in seconds from its beginning, at which this voice is in a sound, alone or among others."""
    samples, step = np.frombuffer(sound, "<i2").astype(float), hertz * _WINDOW // RATE_HZ
    moments = []
    for begin in range(0, len(samples) - _WINDOW + 1, _HOP):
        power = np.abs(np.fft.rfft(samples[begin : begin + _WINDOW] * np.hanning(_WINDOW))) ** 2
        near, around = (power[step - width : step + width + 1].sum() for width in (_NEAR, _AROUND))
        if near > _LEAST and near > _SHARE * around:
            moments.append(begin / RATE_HZ)
    return moments


def begins_at(sound: bytes, hertz: int) -> float:
    """When this voice has been heard for longer than chance for the first time."""
    moments = heard_at(sound, hertz)
    return next(first for first, later in zip(moments, moments[SURE - 1 :], strict=False) if later - first < 1)


def is_heard(sound: bytes, hertz: int) -> bool:
    """Whether this voice is in a sound for longer than chance."""
    return len(heard_at(sound, hertz)) >= SURE


def recorded(recording: Path, *voices: int) -> bytes:
    """A recording, once it holds all these voices: its end is written a moment after the call's; Asterisk does not tell when."""

    def whole() -> bytes:
        sound = read_wav(recording)
        return sound if all(is_heard(sound, hertz) for hertz in voices) else b""

    return bytes(eventually(whole))
