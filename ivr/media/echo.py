"""Our own prompt, come back from the caller's speakerphone, told from the caller's voice."""

from collections import deque

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft
from scipy.linalg import LinAlgError, solve_toeplitz

from audio.sound import to_samples
from ivr.media.line import Frame
from ivr.media.messages import FRAME_BYTES, FRAME_MS, SILENCE

# An echo comes back within 400 ms of the room and the phone, and what the network adds on both ways.
LONGEST_DELAY_FRAMES = 700 // FRAME_MS
# The line sets what came in beside what went out a little too early or too late.
EARLY_FRAMES = 100 // FRAME_MS
LOOKS_AT_FRAMES = 640 // FRAME_MS
LOOKS_EVERY_FRAMES = 100 // FRAME_MS
# The room's answer, from just before its loudest part: 20 ms hold most of it.
TAPS = 160
TAPS_BEFORE = 40
# What share of the power has to be our own sound.
# Nine tenths of synthetic echoes have 0.47 and more, of callers twice as loud as the echo 0.48 and less, of callers alone 0.1.
ECHO_FROM = 0.4
# Speech has most of its power where voices are alike; this evens it out.
EMPHASIS = 0.9
SLACK = 1e-3

Samples = NDArray[np.float32]


class EchoGuard:
    """Watches one line: whether what comes in now is mostly what went out a moment ago.

    About 1 ms of work ten times a second while somebody speaks into a prompt, none at other times.
    """

    def __init__(self) -> None:
        self._came: deque[bytes] = deque([SILENCE] * LOOKS_AT_FRAMES, maxlen=LOOKS_AT_FRAMES)
        kept = LOOKS_AT_FRAMES + LONGEST_DELAY_FRAMES
        self._sent: deque[bytes] = deque([SILENCE] * kept, maxlen=kept)
        self._since_sent = kept
        self._since_look = LOOKS_EVERY_FRAMES
        self._is_echo = False

    def take(self, frame: Frame) -> None:
        """Take the next 20 ms."""
        self._came.append(frame.sound)
        self._sent.append(frame.sent)
        self._since_sent = 0 if frame.sent != SILENCE else self._since_sent + 1
        self._since_look += 1

    @property
    def hears_echo(self) -> bool:
        """Whether what came in last is an echo; with somebody speaking over it it is none."""
        if self._since_sent > LONGEST_DELAY_FRAMES:
            return False
        if self._since_look >= LOOKS_EVERY_FRAMES:
            self._since_look = 0
            self._is_echo = share_of_echo(b"".join(self._came), b"".join(self._sent)) >= ECHO_FROM
        return self._is_echo


def share_of_echo(came: bytes, sent: bytes) -> float:
    """How much of the power that came in is what was sent, delayed and filtered, 0 to 1.

    `sent` ends when `came` does, and begins earlier. The delay is where the two correlate best (GCC-PHAT), the filter is
    Wiener's over 20 ms.
    """
    echo, whole = _split(came, sent)
    return 1 - float(np.sum((whole - echo) ** 2) / max(float(np.sum(whole**2)), 1e-9)) if len(echo) else 0.0


def _split(came: bytes, sent: bytes) -> tuple[Samples, Samples]:
    """The echo in what came in, and what came in; the first is empty when nothing was sent."""
    heard = _emphasised(came)
    # Also what went out a little later than the line thinks.
    source = np.pad(_emphasised(sent), (0, EARLY_FRAMES * FRAME_BYTES // 2))
    if not source.any() or not heard.any():
        return source[:0], heard
    size = 1 << (len(source) + len(heard)).bit_length()
    spectrum = rfft(source, size)
    cross = spectrum * np.conj(rfft(heard, size))
    # Both of them counted from the begin of the sound that was sent: what is left of it lies before what came in.
    leads = irfft(cross / (np.abs(cross) + 1e-6 * np.abs(cross).max()), size)[: len(source) - len(heard)]
    begin = max(int(np.argmax(leads)) - (TAPS - TAPS_BEFORE), 0)
    piece = source[begin : begin + len(heard) + TAPS]
    # The filter runs backwards here: tap 0 is the earliest of the piece.
    lags = np.correlate(piece.astype(np.float64), heard.astype(np.float64), "valid")[:TAPS]
    own = irfft(np.abs(rfft(piece, 2 * size)) ** 2, 2 * size)[:TAPS].astype(np.float64)
    own[0] *= 1 + SLACK
    try:
        taps = solve_toeplitz(own, lags)
    except LinAlgError:
        return source[:0], heard
    echo = np.convolve(piece, taps[::-1].astype(np.float32), "valid")[: len(heard)]
    return echo.astype(np.float32), heard


def _emphasised(sound: bytes) -> Samples:
    samples = to_samples(sound)
    return np.append(samples[:1], samples[1:] - np.float32(EMPHASIS) * samples[:-1]).astype(np.float32)
