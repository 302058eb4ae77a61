"""Loudness as ITU-R BS.1770 measures it, and prompts brought to the telephone's loudness and band."""

from typing import Any

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt, sosfiltfilt

from audio.sound import RATE_HZ, Samples

PROMPT_LUFS = -19.0

# BS.1770-4's two filters, given there for 48 kHz.
_MEASURED_AT_HZ = 48000
_K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
_BLOCK = _MEASURED_AT_HZ * 400 // 1000
_STEP = _BLOCK // 4

_TELEPHONE_BAND = butter(8, [320, 3400], "bandpass", fs=RATE_HZ, output="sos")
# Above this the limiter bends the wave; full scale is never reached.
_LIMIT = 0.6


def loudness_lufs(samples: Samples) -> float:
    """The integrated loudness, pauses gated out; -inf for silence."""
    weighted = sosfilt(_K_WEIGHTING, resample_poly(samples, _MEASURED_AT_HZ, RATE_HZ))
    weighted = np.pad(weighted, (0, max(0, _BLOCK - len(weighted))))
    blocks = np.lib.stride_tricks.sliding_window_view(weighted, _BLOCK)[::_STEP]
    powers = np.mean(blocks**2, axis=1)
    audible = powers[_lufs(powers) > -70]
    if not len(audible):
        return float("-inf")
    speech = audible[_lufs(audible) > _lufs(np.mean(audible)) - 10]
    return float(_lufs(np.mean(speech)))


def shape_for_telephone(samples: Samples) -> Samples:
    """Keep 300 to 3400 Hz, bring to the prompts' loudness, and bend the peaks so that nothing clips."""
    shaped = sosfiltfilt(_TELEPHONE_BAND, samples)
    loudness = loudness_lufs(shaped)
    if loudness == float("-inf"):
        return samples
    return _limited((shaped * 10 ** ((PROMPT_LUFS - loudness) / 20)).astype(np.float32))


def trim_silence(samples: Samples, margin_s: float) -> Samples:
    """Cut off what is 40 dB below the peak at either end, but for the margin."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max(initial=0.0) / 100)
    if not len(loud):
        return samples[:0]
    margin = int(margin_s * RATE_HZ)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def _limited(samples: Samples) -> Samples:
    size = np.abs(samples)
    bent = np.sign(samples) * (_LIMIT + (1 - _LIMIT) * np.tanh((size - _LIMIT) / (1 - _LIMIT)))
    limited: Samples = np.where(size > _LIMIT, bent, samples).astype(np.float32)
    return limited


def _lufs(power: Any) -> Any:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))
