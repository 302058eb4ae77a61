"""The ringing tone that a waiting caller hears between our words, and silence."""

import math
import wave
from array import array
from pathlib import Path

# GB/T 3380: 450 Hz, one second on and four off. -10 dBm0 or so: no louder than speech.
RATE = 8000
PITCH = 450
TONE_S, SILENCE_S = 1, 4
AMPLITUDE = 5000


def write_ringing_tone(path: Path, rounds: int) -> None:
    """Write the Chinese ringing tone, 5 s a round, as an 8 kHz WAV file."""
    tone = array("h", (int(AMPLITUDE * math.sin(2 * math.pi * PITCH * n / RATE)) for n in range(RATE * TONE_S)))
    silence = array("h", bytes(2 * RATE * SILENCE_S))
    write_samples(path, (tone + silence).tobytes() * rounds)


def write_silence(path: Path) -> None:
    """Write a tenth of a second of silence, for applications that want a sound before they listen."""
    write_samples(path, bytes(2 * RATE // 10))


def write_samples(path: Path, samples: bytes) -> None:
    """Write 8 kHz 16-bit mono samples."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
