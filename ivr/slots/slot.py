"""What a question asks for: which words to expect, how patient to be, and how to read what was heard."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from audio.recognizers import Hearing
from ivr.turn import Patience

T = TypeVar("T")


class Slot(ABC, Generic[T]):
    """One kind of answer."""

    patience: ClassVar[Patience] = Patience()
    # The few things that are said to a closed question; empty for an open one.
    answers: ClassVar[Sequence[str]] = ()

    @property
    def hints(self) -> Sequence[str]:
        """Words that are likely in the answer, for the recogniser."""
        return ()

    @abstractmethod
    def read(self, hearing: Hearing, now: datetime) -> T | None:
        """The answer's meaning, or None when this was no answer."""

    def press(self, digit: str) -> T | None:
        """The meaning of a key, or None when it has none here."""
        return None
