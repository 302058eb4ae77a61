"""Sound as Linli keeps it: `bytes` of 8 kHz, 16-bit signed little-endian mono."""

import os
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from audio.sealing import SealError, open_recording

RATE_HZ = 8000
FRAME_MS = 20
FRAME_BYTES = RATE_HZ * FRAME_MS // 1000 * 2

Samples = NDArray[np.float32]


class SoundError(Exception):
    """A file is not a sound that can be read."""


def read_wav(path: Path | str) -> bytes:
    """Read a sound file of any rate, width, channels and codec (A-law too), of a sealed recording too; raise `SoundError`."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    sound = bytearray()
    try:
        with open_recording(Path(path)) as file, av.open(file, "r") as container:
            for frame in [*container.decode(audio=0), None]:  # None empties the resampler
                for piece in resampler.resample(frame):
                    sound += bytes(piece.planes[0])[: piece.samples * 2]
    except (OSError, IndexError, SealError, av.FFmpegError) as error:
        raise SoundError(f"无法读取声音 / cannot read the sound {path}: {error}") from error
    return bytes(sound)


def write_wav(path: Path, sound: bytes) -> None:
    """Write a sound; whoever reads the path sees the whole file or the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        # Asterisk and the console may run as others: mkstemp alone would leave the file to us only.
        os.fchmod(descriptor, 0o644)
        with os.fdopen(descriptor, "wb") as file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(RATE_HZ)
            wav.writeframes(sound)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def frames(sound: bytes) -> Iterator[bytes]:
    """The sound in 20 ms frames, the last one filled up with silence."""
    for start in range(0, len(sound), FRAME_BYTES):
        yield sound[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")


def duration_s(sound: bytes) -> float:
    """How long the sound is."""
    return len(sound) / (2 * RATE_HZ)


def silence(seconds: float) -> bytes:
    """So much silence."""
    return bytes(2 * round(seconds * RATE_HZ))


def to_samples(sound: bytes) -> Samples:
    """The sound as numbers between -1 and 1."""
    return np.frombuffer(sound, dtype="<i2").astype(np.float32) / np.float32(32768)


def from_samples(samples: Samples) -> bytes:
    """Numbers between -1 and 1 as sound; what lies outside is clipped."""
    return np.clip(samples * 32768, -32768, 32767).astype("<i2").tobytes()
