"""How an utterance is heard by Vosk, wherever Vosk is: free, with the hints alone, and with the answers alone, all at once."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

from audio.denoising import denoise
from audio.recognizers import Hearing, Stream, as_shares
from audio.recognizers.vosk_results import VoskResults
from audio.sound import FRAME_BYTES, duration_s

ALTERNATIVES = 5
_SHORTEST_S = 0.1
# Vosk looks for pauses once a piece.
PIECE_BYTES = FRAME_BYTES * 5


class Decoder(Protocol):
    """One pass over one utterance; its methods raise `RecognitionError`."""

    def feed(self, piece: bytes) -> None:
        """Take the next piece of sound."""
        ...

    def so_far(self) -> str:
        """What was heard up to now; never waits."""
        ...

    def end(self) -> None:
        """There is no more sound."""
        ...

    def results(self) -> VoskResults:
        """What was heard in all, after the end."""
        ...

    def close(self) -> None:
        """Give the pass up; may be called by another thread, and again."""
        ...


class VoskPasses:
    """One utterance in up to three passes; what only the hints' pass heard is biased."""

    def __init__(self, free: Decoder, hinted: Decoder | None, closed: Decoder | None, answers: Sequence[str]) -> None:
        self._free = free
        self._hinted = hinted
        self._closed = closed
        self._all = [decoder for decoder in (free, hinted, closed) if decoder]
        # A large model cannot be told a grammar and hears whatever it likes: only what is made of the answers counts.
        self._answers = re.compile(f"(?:{'|'.join(re.escape(answer.replace(' ', '')) for answer in answers)})+")
        self._seconds = 0.0
        self._waiting = b""
        self._so_far = ""

    def feed(self, sound: bytes) -> str:
        """Take the next piece of sound; give what the free pass heard so far."""
        self._seconds += duration_s(sound)
        self._waiting += sound
        if len(self._waiting) >= PIECE_BYTES:
            whole = len(self._waiting) // PIECE_BYTES * PIECE_BYTES
            self._decode(self._waiting[:whole])
            self._waiting = self._waiting[whole:]
            self._so_far = self._free.so_far()
        return self._so_far

    def _decode(self, sound: bytes) -> None:
        for start in range(0, len(sound), PIECE_BYTES):
            for decoder in self._all:
                decoder.feed(sound[start : start + PIECE_BYTES])

    def finish(self) -> Hearing:
        """What was said; `no_speech` is 1 when no word was found and 0 otherwise: noise can sound like words."""
        try:
            if self._seconds < _SHORTEST_S:
                return Hearing(no_speech=1.0)
            self._decode(self._waiting)
            for decoder in self._all:
                decoder.end()
            heard = self._free.results().hypotheses
            biased = self._hinted.results().hypotheses if self._hinted else ()
            closed = self._closed.results().hypotheses if self._closed else ()
        finally:
            self.close()
        known = {hypothesis.text for hypothesis in heard}
        extra = tuple(replace(new, biased=True) for new in biased if new.text not in known)
        matched = as_shares(answer for answer in closed if self._answers.fullmatch(answer.text.replace(" ", "")))
        return Hearing(heard + extra, 0.0 if heard else 1.0, matched, 1.0 if matched else 0.0)

    def close(self) -> None:
        """Give the utterance up."""
        for decoder in self._all:
            decoder.close()


class VoskPassesRecognizer(ABC):
    """A recogniser made of passes; the subclass says where they run."""

    @abstractmethod
    def _decoder(self) -> Decoder:
        """Begin a pass that knows all words."""

    @abstractmethod
    def _grammar_decoder(self, phrases: Sequence[str]) -> Decoder | None:
        """Begin a pass that knows only these phrases; None if it would know none."""

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance, exactly as a stream of it would."""
        if duration_s(sound) < _SHORTEST_S:
            return Hearing(no_speech=1.0)
        passes = self.stream(hints, answers)
        try:
            passes.feed(sound)
        except BaseException:
            passes.close()
            raise
        return passes.finish()

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear the utterance without its steady noise."""
        return first.with_another("filtered", self.recognize(denoise(sound), hints).hypotheses)

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Stream:
        """Begin to hear an utterance that is still being said."""
        with ExitStack() as begun:
            free = self._decoder()
            begun.callback(free.close)
            hinted = self._grammar_decoder(hints) if hints else None
            if hinted:
                begun.callback(hinted.close)
            closed = self._grammar_decoder(answers) if answers else None
            begun.pop_all()
        return VoskPasses(free, hinted, closed, answers)
