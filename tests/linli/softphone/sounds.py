"""Sounds that the phones of the tests say to each other."""

import numpy as np


def sweep(seconds: float) -> bytes:
    """A sound that, unlike a telephone tone, never stays where it is: what speech is to the softphone's ear."""
    times = np.arange(int(8000 * seconds)) / 8000
    hertz = 700 + 1200 * (0.5 - 0.5 * np.cos(2 * np.pi * 3 * times))
    return bytes((8000 * np.sin(2 * np.pi * np.cumsum(hertz) / 8000)).astype("<i2").tobytes())


def tone(seconds: float, *hertz: float) -> bytes:
    """A steady tone, or several at once."""
    times = np.arange(int(8000 * seconds)) / 8000
    waves = [np.sin(2 * np.pi * one * times) for one in hertz]
    return bytes((4000 * np.sum(waves, axis=0)).astype("<i2").tobytes())


def how_often(sound: bytes, heard: bytes) -> int:
    """How many times a sound occurs in what was heard, at any loudness."""
    needle = np.frombuffer(sound, dtype="<i2").astype(np.float64)
    hay = np.frombuffer(heard, dtype="<i2").astype(np.float64)
    energy = np.convolve(hay**2, np.ones(needle.size), "valid")
    likeness = np.correlate(hay, needle, "valid") / np.sqrt(np.maximum(energy, 1) * (needle**2).sum())
    found = np.flatnonzero(likeness > 0.9)
    return 0 if found.size == 0 else 1 + int((np.diff(found) > needle.size // 2).sum())
