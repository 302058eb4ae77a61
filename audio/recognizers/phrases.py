"""Vosk beside another recogniser: with nothing but the site's own sentences as its language, and with all its words.

In the sentences it is quick, and sure in noise of what is usually said here; what is said otherwise it hears as the nearest that
it knows. In all words it makes other mistakes than Whisper: of 39 utterances in strange voices the best of Whisper's hypotheses,
with the noise and without, had 13, 17 and 34 wrong syllables in a hundred (clean, 20 dB, 10 dB), the best of both engines' 4, 9
and 33. It is asked beside another recogniser, never alone.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, get_native_id
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
# What is still not heard in all words is waited for so long when all else is done.
_SPARE_S = 0.15
_LOWEST_PRIORITY = 19
# An utterance is heard again and again while it goes on: what begins alike is the same one.
_BEGINNING_BYTES = RATE_HZ
_LATELY_S = 3.0
_PAUSES = re.compile(r"[^\w]+")


class PhraseRecognizer:
    """Hears utterances in the sentences it was given, or in all the model's words; may be used by several threads."""

    def __init__(self, model_dir: Path, phrases: Iterable[str]) -> None:
        self._model = VoskModel(model_dir)
        known = (self._model.in_words(_PAUSES.sub("", phrase)) for phrase in phrases)
        self._phrases = sorted({words for words in known if words})
        if not self._phrases:
            raise RecognitionError("没有可识别的句子 / there are no phrases that the model could hear")
        self._in_phrases = _Decoders(lambda: self._model.grammar_decoder(self._phrases, MODEL_RATE_HZ))
        self._in_all_words = _Decoders(lambda: self._model.decoder(MODEL_RATE_HZ))

    def hear(self, sound: bytes) -> tuple[Hypothesis, ...]:
        """What of its sentences is likeliest, in the sound as it is and in the sound without its steady noise."""
        sound = sound[:_LONGEST_BYTES]
        plain, filtered = self._in_phrases.hear(sound, denoise(sound))
        return (*_scored(plain, "phrases"), *_scored(filtered, "phrases_filtered"))

    def hear_in_all_words(self, sound: bytes, may_go_on: Callable[[], bool]) -> tuple[Hypothesis, ...]:
        """What is likeliest in all words, in the sound without its steady noise; nothing where it may not go on."""
        if not may_go_on():
            return ()
        (heard,) = self._in_all_words.hear(denoise(sound[:_LONGEST_BYTES]), may_go_on=may_go_on)
        return _scored(heard, "words")


class _Decoders:
    """Decoders of one kind, each lent to one thread at a time; to begin one takes a tenth of a second: they are used again."""

    def __init__(self, begin: Callable[[], Any]) -> None:
        self._begin = begin
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._idle.put(begin())

    def hear(self, *sounds: bytes, may_go_on: Callable[[], bool] = lambda: True) -> list[tuple[Hypothesis, ...]]:
        """What one of them makes of each sound."""
        try:
            decoder = self._idle.get_nowait()
        except Empty:
            decoder = self._begin()
        heard = [_heard_by(decoder, sound, may_go_on) for sound in sounds]
        if None not in heard:  # it would still hear a little of what was given up in the next one
            self._idle.put(decoder)  # not after an error
        return [one or () for one in heard]


def _heard_by(decoder: Any, telephone: bytes, may_go_on: Callable[[], bool]) -> tuple[Hypothesis, ...] | None:
    """None where it may not go on."""
    samples = resample_poly(to_samples(telephone), MODEL_RATE_HZ, RATE_HZ)
    # Where there is no sound at all the decoder hears 啊啊啊: this is the noise it would mix in itself, but the same every time.
    noise = np.random.default_rng(0).normal(scale=_DITHER, size=len(samples))
    sound = from_samples((samples + noise).astype(np.float32))
    results = VoskResults()
    with vosk_errors():
        for start in range(0, len(sound), PIECE_BYTES):
            if not may_go_on():
                return None
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
    """A recogniser; where that settles nothing at first, one that knows the site's sentences, and fewer words, hears too.

    All words are for when there is time: at the lowest priority, and not where another utterance was lately to be heard, nor when
    all else is done; but always for the `patient`. (Always, with eight callers, half of them waited for 1.8 s and not for 0.6 s.)
    """

    def __init__(self, recognizer: Recognizer, phrases: PhraseRecognizer, workers: int, *, patient: bool = False) -> None:
        self._recognizer = recognizer
        self._phrases = phrases
        self._patient = patient
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="phrases")
        self._spare_threads = ThreadPoolExecutor(workers, thread_name_prefix="words", initializer=_give_way)
        self._lately: tuple[tuple[bytes, float], ...] = ()  # utterances by their beginning, and when they were to be heard

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance in all words: most are plain, and one core's work less keeps eight callers from waiting."""
        self._note(sound)
        return self._recognizer.recognize(sound, hints, answers)

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear it another way, and by the second engine at the same time, unless nothing was heard at first."""
        self._note(sound)
        if not first.hypotheses:
            return self._recognizer.recognize_again(sound, first, hints)
        all_else_done = Event()

        def has_time() -> bool:
            return self._patient or not (all_else_done.is_set() or self._heard_another_lately(sound))

        in_phrases = self._threads.submit(self._phrases.hear, sound)
        in_all_words = self._spare_threads.submit(self._phrases.hear_in_all_words, sound, has_time)
        try:
            again = self._recognizer.recognize_again(sound, first, hints)
            wait([in_phrases])
        finally:
            wait([in_all_words], timeout=_SPARE_S)
            all_else_done.set()
        try:
            return replace(again, hypotheses=(*again.hypotheses, *in_phrases.result(), *in_all_words.result()))
        except RecognitionError:
            log.warning("the hearing by the second engine failed", exc_info=True)
            return again

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        """None: whole utterances only."""

    def _note(self, sound: bytes) -> None:
        now = time.monotonic()
        lately = [(beginning, at) for beginning, at in self._lately if now - at < _LATELY_S]
        self._lately = (*lately, (sound[:_BEGINNING_BYTES], now))

    def _heard_another_lately(self, sound: bytes) -> bool:
        now = time.monotonic()
        return any(sound[:_BEGINNING_BYTES] != beginning for beginning, at in self._lately if now - at < _LATELY_S)


def _give_way() -> None:
    """Let this thread work only where no other wants to (on Linux, a thread has a priority of its own)."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), _LOWEST_PRIORITY)
