"""The answer to a service's own question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.slots.detail import Detail, read_portions
from ivr.slots.slot import Slot
from ivr.slots.wish import Wish, read_when
from ivr.understanding.meaning import Heard
from ivr.understanding.pinyin import syllables

LEAST_SYLLABLES = 2


@dataclass(frozen=True)
class ParticularSlot(Slot[Wish]):
    """How many, or which in the caller's own words; maybe the time in the same sentence."""

    question: Mapping[str, str]

    def read(self, heard: Heard, now: datetime) -> Wish | None:
        """A wish whose detail is known: the number, or all the words of an answer that is more than a syllable."""
        words = heard.hearing.best
        if self.question["kind"] == "count":
            detail: Detail = read_portions(self.question, heard.hearing)
        else:
            detail = words if len(syllables(words)) >= LEAST_SYLLABLES else ""
        return Wish(when=read_when(heard.hearing, now), detail=detail, words=words) if detail else None

    def press(self, digit: str) -> Wish | None:
        """Where a number is asked for, the key is the number."""
        return Wish(detail=int(digit)) if self.question["kind"] == "count" and digit in "123456789" else None
