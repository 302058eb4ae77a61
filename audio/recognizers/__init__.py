"""Recognisers: what was said in a sound, by whichever engine the site chose."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class RecognitionError(Exception):
    """An engine could not be started, or could not recognise a sound."""


@dataclass(frozen=True)
class Hypothesis:
    """One way to hear what was said.

    The score is the engine's own: higher is likelier, comparable within one hearing only. A biased hypothesis was found
    only after the engine was told which words to expect: noise can look like them, so never act on it alone.
    """

    text: str
    score: float
    biased: bool = False


@dataclass(frozen=True)
class Hearing:
    """What an engine made of one utterance.

    `hypotheses` go from the likeliest down; `no_speech` is how likely it is that nobody spoke (0 to 1).

    Only where the caller gave a list of answers: `answers` is what was heard if it must be made of their words (对对 and 不是不是
    too), each score the natural logarithm of its share. `answers_fit` (0 to 1) is how likely it is that the utterance came from
    the list at all: below 0.04 it was usually something else.
    """

    hypotheses: tuple[Hypothesis, ...] = ()
    no_speech: float = 0.0
    answers: tuple[Hypothesis, ...] = ()
    answers_fit: float = 0.0

    @property
    def best(self) -> str:
        """The likeliest text, empty when nothing was heard."""
        return self.hypotheses[0].text if self.hypotheses else ""


def as_shares(heard: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The hypotheses with their scores made the natural logarithms of shares that add up to 1."""
    kept = tuple(heard)
    if not kept:
        return ()
    best = max(hypothesis.score for hypothesis in kept)
    total = best + math.log(sum(math.exp(hypothesis.score - best) for hypothesis in kept))
    return tuple(Hypothesis(hypothesis.text, hypothesis.score - total) for hypothesis in kept)


class Recognizer(Protocol):
    """A speech recognition engine."""

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; blocks, may be called by several threads, raises `RecognitionError`.

        `hints` are words or phrases that are likely here, such as the catalogue's services. `answers` are the few things that
        are said to a closed question, such as 是的 and 不对: the utterance is also matched to these alone.
        """
        ...


@dataclass(frozen=True)
class EngineOptions:
    """What an engine is built from: its model's folder and how many utterances it works on at once."""

    model_dir: Path
    workers: int = 1


def _whisper(options: EngineOptions) -> Recognizer:
    from audio.recognizers.whisper import WhisperRecognizer  # noqa: PLC0415

    return WhisperRecognizer(options.model_dir, options.workers)


def _vosk(options: EngineOptions) -> Recognizer:
    from audio.recognizers.vosk import VoskRecognizer  # noqa: PLC0415

    return VoskRecognizer(options.model_dir)


# Each engine is imported only where it is chosen: together they would take half a gigabyte.
RECOGNIZERS: dict[str, Callable[[EngineOptions], Recognizer]] = {"whisper": _whisper, "vosk": _vosk}
