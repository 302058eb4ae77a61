"""Voice activity: how likely it is that someone speaks, frame by frame."""

from functools import cache
from importlib.resources import as_file, files

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.signal import firwin, upfirdn

from audio.sound import Samples, to_samples

# Silero v6 takes windows of 512 samples at 16 kHz, each with the 64 samples before it. Here they are counted at 8 kHz.
WINDOW = 256
CONTEXT = 32

# Through a long silence the network's memory drifts until it takes a short word for nothing (measured: after 10 s a 是的 rises
# to 0.57 and only for 160 ms, against 0.81 and 360 ms after 1 s). In silence its memory is set back, twice a second, to what it
# is after 0.8 s of silence; an empty one would be as bad, for a lone 对 after it.
QUIET_BELOW = 0.1
SET_BACK_AFTER_WINDOWS = 16
RESTED_AFTER_WINDOWS = 24

# Doubles the rate: a low-pass puts the wave through the samples between. Its first outputs know too little and are dropped.
_INTERPOLATION = firwin(31, 3600, fs=16000) * 2
_HISTORY = len(_INTERPOLATION) // 2


@cache
def _silero() -> onnxruntime.InferenceSession:
    """The network, shared by all calls: a session may be run from several threads, and keeps no state."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    with as_file(files("faster_whisper.assets") / "silero_vad_v6.onnx") as model:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


Memory = tuple[NDArray[np.float32], NDArray[np.float32]]


def _run(window: NDArray[np.float32], memory: Memory) -> tuple[float, Memory]:
    """One step of the network: the probability of speech, and what it remembers for the next."""
    probability, hidden, cell = _silero().run(None, {"input": window, "h": memory[0], "c": memory[1]})
    return float(probability.item()), (hidden, cell)


@cache
def _rested() -> Memory:
    """What the network remembers after a little silence."""
    memory: Memory = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
    for _ in range(RESTED_AFTER_WINDOWS):
        _, memory = _run(np.zeros((1, 2 * (CONTEXT + WINDOW)), np.float32), memory)
    return memory


class VoiceActivity:
    """Tells speech from noise in one call's stream; not for use by two threads at once.

    About 0.3 % of a core a stream. The probability moves every 32 ms, the network's own window.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was heard, as at the start of a call."""
        self._probability = 0.0
        self._quiet_windows = 0
        self._memory = _rested()
        # What waits for a whole window, behind the samples that the context and the interpolation look back to.
        self._waiting: Samples = np.zeros(_HISTORY + CONTEXT, np.float32)

    def feed(self, frame: bytes) -> float:
        """Take the next 20 ms and return the probability of speech, 0 to 1."""
        self._waiting = np.concatenate([self._waiting, to_samples(frame)])
        while len(self._waiting) >= _HISTORY + CONTEXT + WINDOW:
            self._probability = self._judge(self._waiting[: _HISTORY + CONTEXT + WINDOW])
            self._waiting = self._waiting[WINDOW:]
            self._quiet_windows = self._quiet_windows + 1 if self._probability < QUIET_BELOW else 0
            if self._quiet_windows == SET_BACK_AFTER_WINDOWS:
                self._quiet_windows, self._memory = 0, _rested()
        return self._probability

    def _judge(self, samples: Samples) -> float:
        doubled = upfirdn(_INTERPOLATION, samples, up=2)[2 * _HISTORY : 2 * len(samples)]
        probability, self._memory = _run(doubled[np.newaxis].astype(np.float32), self._memory)
        return probability
