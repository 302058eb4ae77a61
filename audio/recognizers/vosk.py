"""Recognition by Vosk, with any of its model folders (vosk-model-small-cn-0.22 and the like)."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audio.recognizers import Hearing, Hypothesis, RecognitionError, as_shares
from audio.sound import FRAME_BYTES, RATE_HZ, duration_s

# Vosk's matrix library starts a thread a core for each utterance unless it is told not to before it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import vosk

_ALTERNATIVES = 5
_SHORTEST_S = 0.1
_UNKNOWN = "[unk]"
# Vosk puts a space between all words; Chinese is written without.
_CHINESE_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_FEED_BYTES = FRAME_BYTES * 10


class VoskRecognizer:
    """Hears whatever language the model knows; one model is shared by all utterances, each of which has its own decoder.

    Hints are decoded in a pass of their own that knows nothing else, so what only that pass heard is biased. A model with
    `[unk]` among its words can tell that an utterance is none of the hints or answers; one without always finds something.
    """

    def __init__(self, model_dir: Path) -> None:
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model_dir))
        except Exception as error:  # Vosk raises a bare Exception
            raise RecognitionError(f"语音模型无法加载 / the Vosk model in {model_dir} cannot be loaded") from error
        self._rejects = self._model.vosk_model_find_word(_UNKNOWN) >= 0

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; `no_speech` is 1 when no word was found and 0 otherwise: noise can sound like words."""
        if duration_s(sound) < _SHORTEST_S:
            return Hearing(no_speech=1.0)
        heard = self._decode(sound, None)
        biased = self._decode(sound, hints) if hints else ()
        known = {hypothesis.text for hypothesis in heard}
        extra = tuple(Hypothesis(new.text, new.score, biased=True) for new in biased if new.text not in known)
        matched = as_shares(self._decode(sound, answers)) if answers else ()
        return Hearing(heard + extra, 0.0 if heard else 1.0, matched, 1.0 if matched else 0.0)

    def _decode(self, sound: bytes, phrases: Sequence[str] | None) -> tuple[Hypothesis, ...]:
        grammar = None if phrases is None else [words for phrase in phrases if (words := self._in_words(phrase))]
        if grammar == []:
            return ()
        try:
            return _joined(_parts(self._decoder(grammar), sound))
        except Exception as error:  # Vosk raises a bare Exception
            raise RecognitionError(f"语音识别失败 / recognition failed: {error}") from error

    def _decoder(self, grammar: list[str] | None) -> Any:
        if grammar is None:
            decoder = vosk.KaldiRecognizer(self._model, RATE_HZ)
        else:
            words = [*grammar, _UNKNOWN] if self._rejects else grammar
            decoder = vosk.KaldiRecognizer(self._model, RATE_HZ, json.dumps(words, ensure_ascii=False))
        decoder.SetMaxAlternatives(_ALTERNATIVES)
        return decoder

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


def _parts(decoder: Any, sound: bytes) -> list[list[Hypothesis]]:
    """The alternatives of each part: Vosk ends an utterance at a pause of its own choosing and starts the next."""
    pieces = (sound[start : start + _FEED_BYTES] for start in range(0, len(sound), _FEED_BYTES))
    parts = [_alternatives(decoder.Result()) for piece in pieces if decoder.AcceptWaveform(piece)]
    return [part for part in (*parts, _alternatives(decoder.FinalResult())) if part]


def _alternatives(result: str) -> list[Hypothesis]:
    heard: dict[str, float] = {}
    for alternative in json.loads(result)["alternatives"]:
        text = _CHINESE_GAP.sub("", alternative["text"].replace(_UNKNOWN, "").strip())
        if text:
            heard.setdefault(text, alternative["confidence"])
    return [Hypothesis(text, score) for text, score in heard.items()]


def _joined(parts: list[list[Hypothesis]]) -> tuple[Hypothesis, ...]:
    """The whole utterance's alternatives: the first part's, each followed by the best of the later parts."""
    if not parts:
        return ()
    rest = " ".join(part[0].text for part in parts[1:])
    return tuple(Hypothesis(f"{first.text} {rest}".strip(), first.score) for first in parts[0])
