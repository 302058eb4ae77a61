"""What Vosk answers, in a process or over the network: JSON, part by part."""

import json
import re
from typing import Any

from audio.recognizers import Hypothesis, RecognitionError

UNKNOWN = "[unk]"
# Vosk puts a space between all words; Chinese is written without.
_CHINESE_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


class VoskResults:
    """The results of one utterance: Vosk ends a part at a pause of its own choosing and starts the next."""

    def __init__(self) -> None:
        self._parts: list[list[Hypothesis]] = []
        self._partial = ""

    def add(self, message: str | bytes) -> None:
        """Take one result, partial or not; raise `RecognitionError` if it is none."""
        try:
            result = json.loads(message)
            if "partial" in result:
                self._partial = _text(result["partial"])
                return
            part = _alternatives(result)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecognitionError(f"无法读取识别结果 / this is no result of Vosk's: {message!r:.200}") from error
        self._partial = ""
        if part:
            self._parts.append(part)

    @property
    def so_far(self) -> str:
        """What was heard up to now."""
        return " ".join(text for text in (*(part[0].text for part in self._parts), self._partial) if text)

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """The whole utterance's alternatives: the first part's, each followed by the best of the later parts."""
        if not self._parts:
            return ()
        rest = " ".join(part[0].text for part in self._parts[1:])
        return tuple(Hypothesis(f"{first.text} {rest}".strip(), first.score) for first in self._parts[0])


def _alternatives(result: dict[str, Any]) -> list[Hypothesis]:
    heard: dict[str, float] = {}
    # A server may not have been told, or not know, that alternatives are wanted: it gives one text.
    for alternative in result.get("alternatives") or [{"text": result.get("text", ""), "confidence": 0.0}]:
        text = _text(alternative["text"])
        if text:
            heard.setdefault(text, float(alternative.get("confidence", 0.0)))
    return [Hypothesis(text, score) for text, score in sorted(heard.items(), key=lambda entry: -entry[1])]


def _text(words: str) -> str:
    return _CHINESE_GAP.sub("", " ".join(words.replace(UNKNOWN, "").split()))
