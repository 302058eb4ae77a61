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

# What the models were trained on; a decoder takes the telephone's rate too.
MODEL_RATE_HZ = 16_000
_LONGEST_WORD = 12


class VoskModel:
    """A model folder, loaded; shared by all utterances, each of which has decoders of its own."""

    def __init__(self, model_dir: Path | None) -> None:
        vosk.SetLogLevel(-1)
        with vosk_errors(f"语音模型无法加载 / the Vosk model in {model_dir} cannot be loaded"):
            self._model = vosk.Model(str(model_dir))
        self._rejects = self._knows(UNKNOWN)

    def decoder(self, rate_hz: int = RATE_HZ) -> Any:
        """A decoder that knows all words."""
        with vosk_errors():
            return _with_alternatives(vosk.KaldiRecognizer(self._model, rate_hz))

    def grammar_decoder(self, phrases: Sequence[str], rate_hz: int = RATE_HZ) -> Any:
        """A decoder to which only these phrases, in words of the model's, and what is made of their words are likely."""
        grammar = [*phrases, UNKNOWN] if self._rejects else list(phrases)
        with vosk_errors():
            return _with_alternatives(vosk.KaldiRecognizer(self._model, rate_hz, json.dumps(grammar, ensure_ascii=False)))

    def in_words(self, phrase: str) -> str:
        """The phrase in words of the model's vocabulary with spaces between, the longest first; empty if that cannot be done.

        Chinese comes without spaces, and a grammar's words that the model does not know would be dropped one by one.
        """
        words = []
        for run in phrase.split():
            rest = run
            while rest:
                known = (end for end in range(min(len(rest), _LONGEST_WORD), 0, -1) if self._knows(rest[:end]))
                end = next(known, 0)
                if not end:
                    return ""
                words.append(rest[:end])
                rest = rest[end:]
        return " ".join(words)

    def _knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)


def _with_alternatives(decoder: Any) -> Any:
    decoder.SetMaxAlternatives(ALTERNATIVES)
    return decoder


class VoskRecognizer(VoskPassesRecognizer):
    """Hears whatever language the model knows.

    A model with `[unk]` among its words can tell that an utterance is none of the hints or answers; one without always finds
    something.
    """

    def __init__(self, model_dir: Path | None) -> None:
        self._model = VoskModel(model_dir)

    def _decoder(self) -> "_Pass":
        return _Pass(self._model.decoder())

    def _grammar_decoder(self, phrases: Sequence[str]) -> "_Pass | None":
        known = [words for phrase in phrases if (words := self._model.in_words(phrase))]
        return _Pass(self._model.grammar_decoder(known)) if known else None


class _Pass:
    """One of Vosk's decoders at work on one utterance."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._results = VoskResults()

    def feed(self, piece: bytes) -> None:
        with vosk_errors():
            if self._decoder.AcceptWaveform(piece):
                self._results.add(self._decoder.Result())

    def so_far(self) -> str:
        with vosk_errors():
            self._results.add(self._decoder.PartialResult())
        return self._results.so_far

    def end(self) -> None:
        with vosk_errors():
            self._results.add(self._decoder.FinalResult())

    def results(self) -> VoskResults:
        return self._results

    def close(self) -> None:
        """Nothing: the decoder goes with its last reference, never under another thread that is using it."""


@contextmanager
def vosk_errors(message: str = "语音识别失败 / recognition failed") -> Iterator[None]:
    """Whatever Vosk raises becomes a `RecognitionError`."""
    try:
        yield
    except RecognitionError:
        raise
    except Exception as error:  # Vosk raises a bare Exception
        raise RecognitionError(f"{message}: {error}") from error
