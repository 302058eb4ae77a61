"""One of a few things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from audio.recognizers import Hearing
from ivr.slots.slot import Slot
from ivr.understanding.meaning import Heard
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

    def read(self, heard: Heard, now: datetime) -> T | None:
        """The one whose name was said, when it is clear which."""
        named = choices_named(heard.hearing, self.choices)
        return named[0] if len(named) == 1 else None

    def is_whole(self, value: T) -> bool:
        """A name is."""
        return True

    def press(self, digit: str) -> T | None:
        """Key 1 is the first."""
        place = int(digit) - 1 if digit.isdigit() else -1
        return self.choices[place][0] if 0 <= place < len(self.choices) else None


def choices_named(hearing: Hearing, choices: Sequence[tuple[T, Sequence[str]]]) -> list[T]:
    """Those whose name was said best; several where a name is theirs alike, none where no name was said."""
    scores = [max(_found(name, hearing) for name in names) for _, names in choices]
    best = max(scores, default=0.0)
    return [choice for (choice, _), score in zip(choices, scores, strict=True) if score == best >= NAMED_FROM]


def _found(name: str, hearing: Hearing) -> float:
    return max((found_in(syllables(name), syllables(hypothesis.text)) for hypothesis in hearing.hypotheses), default=0.0)
