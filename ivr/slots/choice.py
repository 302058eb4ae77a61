"""One of a few things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from audio.recognizers import Hearing
from ivr.slots.slot import Slot
from ivr.understanding.pinyin import found_in, syllables

T = TypeVar("T")

NAMED_FROM = 0.8


@dataclass(frozen=True)
class ChoiceSlot(Slot[T]):
    """One of at most three things, by one of its names or by its key."""

    choices: Sequence[tuple[T, Sequence[str]]]

    @property
    def hints(self) -> Sequence[str]:
        """All the names."""
        return [name for _, names in self.choices for name in names]

    def read(self, hearing: Hearing, now: datetime) -> T | None:
        """The one whose name was said, when it is clear which."""
        scores = [max(_heard(name, hearing) for name in names) for _, names in self.choices]
        best = max(scores)
        return self.choices[scores.index(best)][0] if best >= NAMED_FROM and scores.count(best) == 1 else None

    def press(self, digit: str) -> T | None:
        """Key 1 is the first."""
        place = int(digit) - 1 if digit.isdigit() else -1
        return self.choices[place][0] if 0 <= place < len(self.choices) else None


def _heard(name: str, hearing: Hearing) -> float:
    return max((found_in(syllables(name), syllables(hypothesis.text)) for hypothesis in hearing.hypotheses), default=0.0)
