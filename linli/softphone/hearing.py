"""What a phone hears, and where in it somebody spoke."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from audio.sound import FRAME_BYTES, FRAME_MS

PROMPT_GAP_FRAMES = 1200 // FRAME_MS
"""Silence this long ends a prompt; shorter ones are pauses inside it."""

LOUD_RMS = 300
"""-41 dBFS: well under a prompt at -19 LUFS, well above the noise of A-law."""

TELEPHONE_TONES_HZ = (300, 600)
"""Ringing, busy and congestion tones: 450 Hz in China, 425 to 480 Hz elsewhere (ITU-T E.180 supplement 2)."""

TONE_SHARE = 0.95
"""A frame with this share of its energy in the band of telephone tones is a tone; speech has such frames too, but never only."""

RECENT_FRAMES, SPOKEN_OF_RECENT = 10, 5
"""Somebody speaks when 5 of the last 10 frames are speech: a click or the edge of a ringing tone is shorter."""


@dataclass(frozen=True)
class Span:
    """A stretch of a call, in seconds since its sound first flowed."""

    start_s: float
    end_s: float


class Hearing:
    """Collects frames of 20 ms and finds the stretches of speech among them."""

    def __init__(self) -> None:
        self.sound = bytearray()
        self.frames = 0
        self._recent: deque[int] = deque()
        self._starts: list[int] = []
        self._ends: list[int] = []

    def listen(self, frame: bytes) -> None:
        """Take in the next 20 ms."""
        self.sound += frame
        if is_speech(frame):
            self._recent.append(self.frames)
        self.frames += 1
        while self._recent and self._recent[0] < self.frames - RECENT_FRAMES:
            self._recent.popleft()
        if len(self._recent) >= SPOKEN_OF_RECENT:
            self._note_speech(start=self._recent[0], end=self._recent[-1] + 1)

    def _note_speech(self, start: int, end: int) -> None:
        if not self._ends or start - self._ends[-1] >= PROMPT_GAP_FRAMES:
            self._starts.append(start)
            self._ends.append(end)
        self._ends[-1] = end

    @property
    def speech(self) -> list[Span]:
        """Every stretch of speech so far; the last one may still be going on."""
        return [Span(seconds(start), seconds(end)) for start, end in zip(self._starts, self._ends, strict=True)]

    @property
    def finished_speech(self) -> list[Span]:
        """Every stretch of speech that a long enough silence has followed."""
        is_over = bool(self._ends) and self.frames - self._ends[-1] >= PROMPT_GAP_FRAMES
        return self.speech if is_over else self.speech[:-1]


def is_speech(frame: bytes) -> bool:
    """Whether 20 ms are loud and more than a telephone tone."""
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
    if np.sqrt(np.mean(samples**2)) < LOUD_RMS:
        return False
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    hertz = np.fft.rfftfreq(samples.size, 1 / 8000)
    low, high = TELEPHONE_TONES_HZ
    return bool(power[(hertz >= low) & (hertz <= high)].sum() < TONE_SHARE * power.sum())


def last_loud_frame(sound: bytes) -> int:
    """The number of the frame in which a sound is loud for the last time; 0 for silence."""
    samples = np.frombuffer(sound, dtype="<i2").astype(np.int32)
    loud = np.flatnonzero(np.abs(samples) >= LOUD_RMS)
    return int(loud[-1]) * 2 // FRAME_BYTES if loud.size else 0


def seconds(frames: int) -> float:
    """How long so many frames last."""
    return round(frames * FRAME_MS / 1000, 2)
