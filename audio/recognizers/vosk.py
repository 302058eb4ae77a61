"""Recognition by Vosk, with any of its model folders (vosk-model-small-cn-0.22 and the like)."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audio.recognizers import RecognitionError
from audio.recognizers.vosk_passes import ALTERNATIVES, VoskPassesRecognizer
from audio.recognizers.vosk_results import UNKNOWN, VoskResults
from audio.sound import RATE_HZ

# Vosk's matrix library starts a thread a core for each utterance unless it is told not to before it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import vosk


class VoskRecognizer(VoskPassesRecognizer):
    """Hears whatever language the model knows; one model is shared by all utterances, each of which has its own decoders.

    A model with `[unk]` among its words can tell that an utterance is none of the hints or answers; one without always finds
    something.
    """

    def __init__(self, model_dir: Path | None) -> None:
        vosk.SetLogLevel(-1)
        with _vosk_errors(f"语音模型无法加载 / the Vosk model in {model_dir} cannot be loaded"):
            self._model = vosk.Model(str(model_dir))
        self._rejects = self._model.vosk_model_find_word(UNKNOWN) >= 0

    def _decoder(self) -> "_Pass":
        with _vosk_errors():
            return _Pass(vosk.KaldiRecognizer(self._model, RATE_HZ))

    def _grammar_decoder(self, phrases: Sequence[str]) -> "_Pass | None":
        known = [words for phrase in phrases if (words := self._in_words(phrase))]
        if not known:
            return None
        grammar = [*known, UNKNOWN] if self._rejects else known
        with _vosk_errors():
            return _Pass(vosk.KaldiRecognizer(self._model, RATE_HZ, json.dumps(grammar, ensure_ascii=False)))

    def _in_words(self, phrase: str) -> str:
        """The phrase in words of the model's vocabulary with spaces between, the longest first; empty if that cannot be done.

        Chinese comes without spaces, and a grammar's words that the model does not know would be dropped one by one.
        """
        words = []
        for run in phrase.split():
            rest = run
            while rest:
                known = (end for end in range(len(rest), 0, -1) if self._model.vosk_model_find_word(rest[:end]) >= 0)
                end = next(known, 0)
                if not end:
                    return ""
                words.append(rest[:end])
                rest = rest[end:]
        return " ".join(words)


class _Pass:
    """One of Vosk's decoders at work on one utterance."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._decoder.SetMaxAlternatives(ALTERNATIVES)
        self._results = VoskResults()

    def feed(self, piece: bytes) -> None:
        with _vosk_errors():
            if self._decoder.AcceptWaveform(piece):
                self._results.add(self._decoder.Result())

    def so_far(self) -> str:
        with _vosk_errors():
            self._results.add(self._decoder.PartialResult())
        return self._results.so_far

    def end(self) -> None:
        with _vosk_errors():
            self._results.add(self._decoder.FinalResult())

    def results(self) -> VoskResults:
        return self._results

    def close(self) -> None:
        """Nothing: the decoder goes with its last reference, never under another thread that is using it."""


@contextmanager
def _vosk_errors(message: str = "语音识别失败 / recognition failed") -> Iterator[None]:
    try:
        yield
    except RecognitionError:
        raise
    except Exception as error:  # Vosk raises a bare Exception
        raise RecognitionError(f"{message}: {error}") from error
