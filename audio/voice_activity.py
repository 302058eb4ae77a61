"""Voice activity: how likely it is that someone speaks, frame by frame."""

from functools import cache
from importlib.resources import as_file, files

import numpy as np
import onnxruntime
from scipy.signal import firwin, upfirdn

from audio.sound import Samples, to_samples

# Silero v6 takes windows of 512 samples at 16 kHz, each with the 64 samples before it. Here they are counted at 8 kHz.
WINDOW = 256
CONTEXT = 32

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


class VoiceActivity:
    """Tells speech from noise in one call's stream; not for use by two threads at once.

    About 0.3 % of a core a stream. The probability moves every 32 ms, the network's own window.
    """

    def __init__(self) -> None:
        self._network = _silero()
        self.reset()

    def reset(self) -> None:
        """Forget what was heard, as at the start of a call."""
        self._probability = 0.0
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        # What waits for a whole window, behind the samples that the context and the interpolation look back to.
        self._waiting: Samples = np.zeros(_HISTORY + CONTEXT, np.float32)

    def feed(self, frame: bytes) -> float:
        """Take the next 20 ms and return the probability of speech, 0 to 1."""
        self._waiting = np.concatenate([self._waiting, to_samples(frame)])
        while len(self._waiting) >= _HISTORY + CONTEXT + WINDOW:
            self._probability = self._judge(self._waiting[: _HISTORY + CONTEXT + WINDOW])
            self._waiting = self._waiting[WINDOW:]
        return self._probability

    def _judge(self, samples: Samples) -> float:
        doubled = upfirdn(_INTERPOLATION, samples, up=2)[2 * _HISTORY : 2 * len(samples)]
        window = doubled[np.newaxis].astype(np.float32)
        probability, self._hidden, self._cell = self._network.run(None, {"input": window, "h": self._hidden, "c": self._cell})
        return float(probability.item())
