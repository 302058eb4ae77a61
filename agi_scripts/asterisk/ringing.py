"""The ringing tone that a waiting caller hears between our words."""

import math
import wave
from array import array
from pathlib import Path

# GB/T 3380: 450 Hz, one second on and four off. -10 dBm0 or so: no louder than speech.
RATE = 8000
PITCH = 450
TONE_S, SILENCE_S = 1, 4
AMPLITUDE = 5000
ROUNDS = 4


def write_ringing_tone(path: Path) -> None:
    """Write 20 s of the Chinese ringing tone as an 8 kHz WAV file."""
    tone = array("h", (int(AMPLITUDE * math.sin(2 * math.pi * PITCH * n / RATE)) for n in range(RATE * TONE_S)))
    silence = array("h", bytes(2 * RATE * SILENCE_S))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((tone + silence).tobytes() * ROUNDS)
