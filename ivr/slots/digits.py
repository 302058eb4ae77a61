"""Digits by key or by word: a telephone number, a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ivr.numbers import read_digits
from ivr.slots.slot import Slot
from ivr.turn import Patience
from ivr.understanding.meaning import Heard

END_KEY = "#"


@dataclass(frozen=True)
class DigitsSlot(Slot[str]):
    """From `least` to `most` digits. Keys are gathered until `is_complete`, or until none came for `between_keys_ms`."""

    least: int
    most: int
    patience = Patience(end_ms=2_500)  # rule 7: people pause inside a number
    between_keys_ms: ClassVar[int] = 5_000  # rule 6

    def read(self, heard: Heard, now: datetime) -> str | None:
        """The first hypothesis that is digits and nothing else, and as many as are wanted."""
        unbiased = (hypothesis.text for hypothesis in heard.hearing.hypotheses if hypothesis.tells_details)
        return next((digits for text in unbiased if (digits := self._fitting(read_digits(text)))), None)

    def is_whole(self, value: str) -> bool:
        """Only when there is no room for another digit: people pause inside a number."""
        return len(value) == self.most

    def press(self, digit: str) -> str | None:
        """One key: an answer only where one digit is enough."""
        return self.gathered(digit)

    def is_complete(self, keys: str) -> bool:
        """Whether nothing more is to be waited for: # was pressed, or no digit has room."""
        return keys.endswith(END_KEY) or len(keys) >= self.most

    def gathered(self, keys: str) -> str | None:
        """The digits of all the keys pressed, without the # at their end; None when they are too few."""
        return self._fitting(keys.removesuffix(END_KEY))

    def _fitting(self, digits: str | None) -> str | None:
        return digits if digits and digits.isdecimal() and self.least <= len(digits) <= self.most else None
