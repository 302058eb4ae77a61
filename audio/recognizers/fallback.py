"""Several engines as one: when the first fails the next one hears, and nobody notices."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from audio.recognizers import RECOGNIZERS, EngineOptions, Hearing, RecognitionError, Recognizer, Stream

log = logging.getLogger(__name__)

_LEFT_OUT_S = 30.0


class FallbackRecognizer:
    """Asks the engines in their order; one that failed is left out for 30 s, unless all of them failed.

    Each hearing carries the name of its engine, so that the second hearing comes from the same one: the scores of two engines
    cannot be compared.
    """

    def __init__(self, engines: Mapping[str, Recognizer], clock: Callable[[], float] = time.monotonic) -> None:
        self._engines = dict(engines)
        self._clock = clock
        self._left_out_until: dict[str, float] = {}

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; raise `RecognitionError` only if every engine failed."""
        failure = RecognitionError("没有语音识别引擎 / there is no recognition engine")
        for name in self._in_order():
            try:
                return replace(self._engines[name].recognize(sound, hints, answers), engine=name)
            except RecognitionError as error:
                self.leave_out(name, error)
                failure = error
        raise failure

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear the utterance another way, by the engine that heard it first; `first` when that one fails now."""
        if first.engine not in self._engines:
            return first
        try:
            return self._engines[first.engine].recognize_again(sound, first, hints)
        except RecognitionError as error:
            self.leave_out(first.engine, error)
            return first

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Stream | None:
        """A stream of the first engine that works; None if that one hears whole utterances only."""
        for name in self._in_order():
            try:
                stream = self._engines[name].stream(hints, answers)
            except RecognitionError as error:
                self.leave_out(name, error)
                continue
            return stream and _RememberingStream(self, name, stream, hints, answers)
        return None

    def _in_order(self) -> list[str]:
        now = self._clock()
        working = [name for name in self._engines if self._left_out_until.get(name, now) <= now]
        return working or list(self._engines)

    def leave_out(self, name: str, error: RecognitionError) -> None:
        """Do without this engine for a while."""
        log.warning("recogniser %s failed, left out for %.0f s: %s", name, _LEFT_OUT_S, error)
        self._left_out_until[name] = self._clock() + _LEFT_OUT_S


class _RememberingStream:
    """A stream that keeps the sound, so that another engine can hear the whole when this one fails on the way."""

    def __init__(
        self, owner: FallbackRecognizer, name: str, stream: Stream, hints: Sequence[str], answers: Sequence[str]
    ) -> None:
        self._owner = owner
        self._name = name
        self._stream: Stream | None = stream
        self._hints = hints
        self._answers = answers
        self._sound = bytearray()

    def feed(self, sound: bytes) -> str:
        self._sound += sound
        if self._stream:
            try:
                return self._stream.feed(sound)
            except RecognitionError as error:
                self._give_up(error)
        return ""

    def finish(self) -> Hearing:
        if self._stream:
            try:
                return replace(self._stream.finish(), engine=self._name)
            except RecognitionError as error:
                self._give_up(error)
        return self._owner.recognize(bytes(self._sound), self._hints, self._answers)

    def close(self) -> None:
        if self._stream:
            self._stream.close()

    def _give_up(self, error: RecognitionError) -> None:
        self._owner.leave_out(self._name, error)
        with suppress(RecognitionError):
            self.close()
        self._stream = None


def load_recognizer(names: Sequence[str], options: EngineOptions) -> FallbackRecognizer:
    """The engines of these names, in this order; raise `RecognitionError` if a name is none or if none of them can be started."""
    engines: dict[str, Recognizer] = {}
    failure = RecognitionError("没有选择语音识别引擎 / no recognition engine was chosen")
    for name in names:
        if name not in RECOGNIZERS:
            raise RecognitionError(
                f"没有这种语音识别引擎 / there is no recogniser {name!r}, but there are {', '.join(RECOGNIZERS)}"
            )
        try:
            engines[name] = RECOGNIZERS[name](options)
        except RecognitionError as error:
            log.warning("recogniser %s cannot be started: %s", name, error)
            failure = error
    if not engines:
        raise failure
    return FallbackRecognizer(engines)
