"""One SOS from a real one-key phone to a real operator's phone, with what each of the two heard."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from linli.softphone import Call, Softphone
from tests.survival.parts import NOTHING, Stopped

WORST_S = 10
"""An SOS rings a person within 2 s, at worst within this."""

# A-law carries both well, and neither is a telephone's own tone (450 Hz).
OPERATOR_HZ, RESIDENT_HZ = 1000, 1700
SPOKEN_S = 1.5
HEARD_S = 0.4
TIMES = 10
RATE = 8000


@dataclass(frozen=True)
class Press:
    """A press of the red key, by the telephones' own clocks."""

    device: int
    stopped: Stopped
    pressed_at: datetime
    rang_at: datetime
    answered_at: datetime
    resident_heard: bool
    operator_heard: bool

    @property
    def rang_after_s(self) -> float:
        """From the key to the operator's telephone."""
        return (self.rang_at - self.pressed_at).total_seconds()


def press_sos(phone: Softphone, desk: Softphone, device: int, stopped: Stopped = NOTHING) -> Press:
    """Press the red key, answer at the desk, let both speak at once, and hang up; who is heard by whom is told by their pitch."""
    call = phone.dial("sos")
    ringing = desk.wait_incoming(WORST_S)
    ringing.answer()
    with ThreadPoolExecutor(2) as both:
        operator_heard = both.submit(is_heard, call, RESIDENT_HZ, ringing)
        resident_heard = both.submit(is_heard, ringing, OPERATOR_HZ, call)
    call.hang_up()
    ringing.wait_ended(30)
    assert ringing.answered_at
    times = call.started_at, ringing.started_at, ringing.answered_at
    return Press(device, stopped, *times, resident_heard.result(), operator_heard.result())


def is_heard(speaker: Call, pitch_hz: int, listener: Call) -> bool:
    """Whether the other hears somebody who speaks until then: they may not be joined yet when the first word is said."""
    for _ in range(TIMES):
        speaker.say(tone(pitch_hz))
        if listener.phone.wait_for(lambda: sounds(listener, pitch_hz), 1):
            return True
    return False


def tone(pitch_hz: int) -> bytes:
    """A sine of this pitch, 8 kHz 16-bit mono, as loud as speech."""
    moments = np.arange(int(SPOKEN_S * RATE)) / RATE
    return (6000 * np.sin(2 * np.pi * pitch_hz * moments)).astype("<i2").tobytes()


def sounds(call: Call, pitch_hz: int) -> bool:
    """Whether nothing but this pitch has been heard for a while, now or before: a busy machine may look late."""
    heard, long = np.frombuffer(call.heard, dtype="<i2").astype(np.float32), int(HEARD_S * RATE)
    return any(_is_pure(heard[end - long : end], pitch_hz) for end in range(heard.size, long - 1, -long // 2))


def _is_pure(sound: NDArray[np.float32], pitch_hz: int) -> bool:
    if np.sqrt(np.mean(sound**2)) < 1000:
        return False
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    hertz = np.fft.rfftfreq(sound.size, 1 / RATE)
    return bool(power[np.abs(hertz - pitch_hz) < 30].sum() > 0.9 * power.sum())
