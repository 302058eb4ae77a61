"""Recognisers: what was said in a sound, by whichever engine the site chose."""

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

log = logging.getLogger(__name__)


class RecognitionError(Exception):
    """An engine could not be started, or could not recognise a sound."""


class RecognizerBusy(RecognitionError):
    """So many utterances wait that this one was not taken: ask for keys instead."""


HeardIn = Literal["plain", "filtered", "faster", "slower", "phrases", "phrases_filtered", "words"]
# How the engine hears that is asked beside the first one.
SECOND_ENGINE: frozenset[HeardIn] = frozenset({"phrases", "phrases_filtered", "words"})


@dataclass(frozen=True)
class Hypothesis:
    """One way to hear what was said.

    The score is the engine's own: higher is likelier, comparable among those of one hearing that were heard in the same sound:
    the plain one, the one whose noise was filtered out, or the one at another pace; or by a second engine, in one of the first
    two if it must be one of the site's sentences (`phrases`), in the second if it may be all words (`words`). A biased hypothesis
    was found only after the engine was told which words to expect: noise can look like them, so never act on it alone.
    """

    text: str
    score: float
    biased: bool = False
    heard_in: HeardIn = "plain"

    @property
    def tells_details(self) -> bool:
        """Whether a time or a number in it counts: what is waited for, or usual here, is heard where it was not said."""
        return not self.biased and self.heard_in not in SECOND_ENGINE


@dataclass(frozen=True)
class Hearing:
    """What an engine made of one utterance.

    `hypotheses` go from the likeliest down, the biased ones last; a text appears twice only where it was heard in several sounds.
    `no_speech` is how likely it is that nobody spoke (0 to 1). `engine` is the name of the one that heard it. `clearness` is how
    sure the engine is of its likeliest words (0 to 1; 1 where it does not tell): what it finds in noise is unclear.

    Only where the caller gave a list of answers: `answers` is what was heard if it must be made of their words (对对 and 不是不是
    too), each score the natural logarithm of its share. `answers_fit` (0 to 1) is how likely it is that the utterance came from
    the list at all: below 0.04 it was usually something else.
    """

    hypotheses: tuple[Hypothesis, ...] = ()
    no_speech: float = 0.0
    answers: tuple[Hypothesis, ...] = ()
    answers_fit: float = 0.0
    engine: str = ""
    clearness: float = 1.0

    @property
    def best(self) -> str:
        """The likeliest text, empty when nothing was heard."""
        return self.hypotheses[0].text if self.hypotheses else ""

    def with_another(self, heard_in: HeardIn, heard: Iterable[Hypothesis]) -> "Hearing":
        """This hearing and what was heard in another sound, each by its score; all else stays as the plain sound said."""
        both = (*self.hypotheses, *(replace(hypothesis, heard_in=heard_in) for hypothesis in heard))
        return replace(self, hypotheses=tuple(sorted(both, key=lambda hypothesis: (hypothesis.biased, -hypothesis.score))))


def as_shares(heard: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The hypotheses with their scores made the natural logarithms of shares that add up to 1."""
    kept = tuple(heard)
    if not kept:
        return ()
    best = max(hypothesis.score for hypothesis in kept)
    total = best + math.log(sum(math.exp(hypothesis.score - best) for hypothesis in kept))
    return tuple(Hypothesis(hypothesis.text, hypothesis.score - total) for hypothesis in kept)


class Stream(Protocol):
    """An utterance that is heard while it is said; used by one thread at a time. Every method raises `RecognitionError`."""

    def feed(self, sound: bytes) -> str:
        """Take the next piece of sound; give what was heard so far, which may still change."""
        ...

    def finish(self) -> Hearing:
        """What was said in all; the stream is closed then."""
        ...

    def close(self) -> None:
        """Give the utterance up; may be called by another thread, and again."""
        ...


class Recognizer(Protocol):
    """A speech recognition engine. Its methods block, may be called by several threads, and raise `RecognitionError`."""

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance.

        `hints` are words or phrases that are likely here, such as the catalogue's services; an engine that mistakes noise for
        its hints may ignore them. `answers` are the few things that are said to a closed question, such as 是的 and 不对: the
        utterance is also matched to these alone.
        """
        ...

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear the same utterance another way, where the first hearing did not settle what was meant; both in one hearing.

        An engine without another way returns `first`.
        """
        ...

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Stream | None:
        """Begin to hear an utterance that is still being said; None from an engine that hears whole utterances only."""
        ...


@dataclass(frozen=True)
class EngineOptions:
    """What engines are built from; each takes what it needs. `workers` is how many utterances are worked on at once.

    `phrases` is a file with a sentence a line that are usual here, and `phrases_dir` the model that hears them. With `patient`
    nothing is left away because other utterances are being heard: nobody waits for a reply.
    """

    whisper_dir: Path
    workers: int = 1
    phrases: Path | None = None
    phrases_dir: Path | None = None
    patient: bool = False
    vosk_dir: Path | None = None
    url: str = ""


def _whisper(options: EngineOptions) -> Recognizer:
    from audio.recognizers.whisper import WhisperRecognizer  # noqa: PLC0415

    whisper = WhisperRecognizer(options.whisper_dir, options.workers)
    if not (options.phrases and options.phrases_dir):
        return whisper
    from audio.recognizers.phrases import PhraseRecognizer, WithPhrases  # noqa: PLC0415

    try:
        phrases = PhraseRecognizer(options.phrases_dir, options.phrases.read_text(encoding="utf-8").splitlines())
    except (RecognitionError, OSError) as error:
        log.warning("utterances are heard by Whisper alone: %s", error)
        return whisper
    return WithPhrases(whisper, phrases, options.workers, patient=options.patient)


def _vosk(options: EngineOptions) -> Recognizer:
    from audio.recognizers.vosk import VoskRecognizer  # noqa: PLC0415

    return VoskRecognizer(options.vosk_dir)


def _vosk_server(options: EngineOptions) -> Recognizer:
    from audio.recognizers.vosk_server import VoskServerRecognizer  # noqa: PLC0415

    return VoskServerRecognizer(options.url)


# Each engine is imported only where it is chosen: together they would take half a gigabyte.
RECOGNIZERS: dict[str, Callable[[EngineOptions], Recognizer]] = {
    "whisper": _whisper,
    "vosk": _vosk,
    "vosk_server": _vosk_server,
}
