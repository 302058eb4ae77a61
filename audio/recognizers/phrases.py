"""Vosk with nothing but the site's own sentences as its language: quick, and sure in noise of what is usually said here.

What is said otherwise it hears as the nearest that it knows: it is asked beside a recogniser that knows all words, never alone.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from audio.denoising import denoise
from audio.recognizers import HeardIn, Hearing, Hypothesis, RecognitionError, Recognizer
from audio.recognizers.vosk import MODEL_RATE_HZ, VoskModel, vosk_errors
from audio.recognizers.vosk_passes import PIECE_BYTES
from audio.recognizers.vosk_results import VoskResults
from audio.sound import RATE_HZ, from_samples, to_samples

log = logging.getLogger(__name__)

# Vosk's scores are of the whole sound, some hundreds; so made, a point less counts about as much as with Whisper.
_POINT = 0.3
# What is certainly below a score of Whisper's: the words that are shown and kept are those of who knows all words.
_BELOW = -5.0
# One step of 16 bits: Kaldi's own.
_DITHER = 1 / 32768
_LONGEST_BYTES = 29 * RATE_HZ * 2
_PAUSES = re.compile(r"[^\w]+")


class PhraseRecognizer:
    """Hears utterances in the sentences it was given; may be used by several threads, each of which has a decoder of its own."""

    def __init__(self, model_dir: Path, phrases: Iterable[str]) -> None:
        self._model = VoskModel(model_dir)
        known = (self._model.in_words(_PAUSES.sub("", phrase)) for phrase in phrases)
        self._phrases = sorted({words for words in known if words})
        if not self._phrases:
            raise RecognitionError("没有可识别的句子 / there are no phrases that the model could hear")
        # To begin a decoder takes a tenth of a second: it is used again.
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._idle.put(self._model.grammar_decoder(self._phrases, MODEL_RATE_HZ))

    def hear(self, sound: bytes) -> tuple[Hypothesis, ...]:
        """What of its sentences is likeliest, in the sound as it is and in the sound without its steady noise."""
        sound = sound[:_LONGEST_BYTES]
        try:
            decoder = self._idle.get_nowait()
        except Empty:
            decoder = self._model.grammar_decoder(self._phrases, MODEL_RATE_HZ)
        plain = _scored(_heard_by(decoder, sound), "phrases")
        filtered = _scored(_heard_by(decoder, denoise(sound)), "phrases_filtered")
        self._idle.put(decoder)  # not after an error
        return (*plain, *filtered)


def _heard_by(decoder: Any, telephone: bytes) -> tuple[Hypothesis, ...]:
    samples = resample_poly(to_samples(telephone), MODEL_RATE_HZ, RATE_HZ)
    # Where there is no sound at all the decoder hears 啊啊啊: this is the noise it would mix in itself, but the same every time.
    noise = np.random.default_rng(0).normal(scale=_DITHER, size=len(samples))
    sound = from_samples((samples + noise).astype(np.float32))
    results = VoskResults()
    with vosk_errors():
        for start in range(0, len(sound), PIECE_BYTES):
            if decoder.AcceptWaveform(sound[start : start + PIECE_BYTES]):
                results.add(decoder.Result())
        results.add(decoder.FinalResult())
    return results.hypotheses


def _scored(heard: Sequence[Hypothesis], heard_in: HeardIn) -> tuple[Hypothesis, ...]:
    best = max((hypothesis.score for hypothesis in heard), default=0.0)
    return tuple(
        replace(hypothesis, score=_POINT * (hypothesis.score - best) + _BELOW, heard_in=heard_in) for hypothesis in heard
    )


class WithPhrases:
    """A recogniser that knows all words; where that settles nothing at first, one that knows the site's sentences hears too."""

    def __init__(self, recognizer: Recognizer, phrases: PhraseRecognizer, workers: int) -> None:
        self._recognizer = recognizer
        self._phrases = phrases
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="phrases")

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance in all words: most are plain, and one core's work less keeps eight callers from waiting."""
        return self._recognizer.recognize(sound, hints, answers)

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear it another way, and in the site's sentences at the same time, unless nothing was heard at first."""
        if not first.hypotheses:
            return self._recognizer.recognize_again(sound, first, hints)
        beside = self._threads.submit(self._phrases.hear, sound)
        again = self._recognizer.recognize_again(sound, first, hints)
        try:
            return replace(again, hypotheses=(*again.hypotheses, *beside.result()))
        except RecognitionError:
            log.warning("the hearing in known sentences failed", exc_info=True)
            return again

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        """None: whole utterances only."""
