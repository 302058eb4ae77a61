"""Sounds that the phones of the tests say to each other."""

from statistics import median_low

import numpy as np
from numpy.typing import NDArray

PIECE = 800
"""Samples: 0.1 s."""


def sweep(seconds: float, from_hz: float = 700, to_hz: float = 1900) -> bytes:
    """A sound that, unlike a telephone tone, never stays where it is: what speech is to the softphone's ear."""
    hertz = np.linspace(from_hz, to_hz, int(8000 * seconds))
    return bytes((8000 * np.sin(2 * np.pi * np.cumsum(hertz) / 8000)).astype("<i2").tobytes())


def tone(seconds: float, *hertz: float) -> bytes:
    """A steady tone, or several at once."""
    times = np.arange(int(8000 * seconds)) / 8000
    waves = [np.sin(2 * np.pi * one * times) for one in hertz]
    return bytes((4000 * np.sum(waves, axis=0)).astype("<i2").tobytes())


def how_often(sound: bytes, heard: bytes) -> int:
    """How many times a sound occurs in what was heard, at any loudness.

    Counted piece by piece, so that a packet that came late does no harm.
    """
    needle = np.frombuffer(sound, dtype="<i2").astype(np.float64)
    hay = np.frombuffer(heard, dtype="<i2").astype(np.float64)
    return median_low(_occurrences(needle[start : start + PIECE], hay) for start in range(0, needle.size - PIECE + 1, PIECE))


def _occurrences(piece: NDArray[np.float64], hay: NDArray[np.float64]) -> int:
    energy = np.convolve(hay**2, np.ones(piece.size), "valid")
    likeness = np.correlate(hay, piece, "valid") / np.sqrt(np.maximum(energy, 1e6) * (piece**2).sum())
    found = np.flatnonzero(likeness > 0.9)
    return 0 if found.size == 0 else 1 + int((np.diff(found) > PIECE).sum())
