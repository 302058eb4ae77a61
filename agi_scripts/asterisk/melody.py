"""What a caller hears while the operator asks somebody for them: 茉莉花, a folk song, softly."""

import math
from array import array
from itertools import pairwise
from pathlib import Path

from agi_scripts.asterisk.ringing import RATE, write_samples

# Semitones above C5, and for how many quavers; None is a rest. Its first two lines.
TUNE: tuple[tuple[int | None, int], ...] = (
    *((4, 2), (4, 1), (7, 1), (9, 1), (12, 1), (12, 1), (9, 1), (7, 2), (7, 1), (9, 1), (7, 4)),
    *((4, 2), (4, 1), (7, 1), (9, 1), (12, 1), (12, 1), (9, 1), (7, 2), (7, 1), (9, 1), (7, 4)),
    *((7, 2), (7, 2), (7, 2), (4, 1), (7, 1), (9, 2), (9, 2), (7, 4)),
    *((4, 2), (2, 1), (4, 1), (7, 2), (4, 1), (2, 1), (0, 2), (0, 1), (2, 1), (0, 4), (None, 4)),
)
C5_HZ = 523.25
QUAVER_S = 0.28
# About -27 dBFS: below speech, so that nobody takes it for somebody who talks.
AMPLITUDE = 2000
OVERTONES = ((1, 1.0), (2, 0.3), (3, 0.1))


def write_melody(path: Path) -> None:
    """Write it as an 8 kHz WAV file, some 23 s."""
    samples: list[float] = []
    for semitones, quavers in TUNE:
        samples += _note(semitones, int(RATE * QUAVER_S * quavers))
    # A telephone likes no steps between two samples.
    smooth = [samples[0], *((before + now) / 2 for before, now in pairwise(samples))]
    write_samples(path, array("h", (int(AMPLITUDE * one) for one in smooth)).tobytes())


def _note(semitones: int | None, length: int) -> list[float]:
    """A struck string: loud at once, and dying away."""
    if semitones is None:
        return [0.0] * length
    turn = 2 * math.pi * C5_HZ * 2 ** (semitones / 12) / RATE
    fade = RATE // 50
    return [
        sum(share * math.sin(times * turn * n) for times, share in OVERTONES)
        * math.exp(-2.5 * n / RATE)
        * min(1, n / fade, (length - n) / fade)
        for n in range(length)
    ]
