"""What a question asks for: which words to expect, how patient to be, and how to read what was heard."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from ivr.turn import Patience
from ivr.understanding.meaning import Heard

T = TypeVar("T")


class Slot(ABC, Generic[T]):
    """One kind of answer."""

    patience: ClassVar[Patience] = Patience()
    # The few things that are said to a closed question; empty for an open one.
    answers: ClassVar[Sequence[str]] = ()
    # The intents that are more likely here than elsewhere, such as yes and no after a read-back.
    likely: ClassVar[frozenset[str]] = frozenset()
    # How long to wait for another key after one (rule 6: 5 s between digits); 0 where a single key is the answer.
    between_keys_ms: ClassVar[int] = 0

    @property
    def hints(self) -> Sequence[str]:
        """Words that are likely in the answer, for the recogniser."""
        return ()

    @abstractmethod
    def read(self, heard: Heard, now: datetime) -> T | None:
        """The answer's meaning, or None when this was no answer."""

    def is_whole(self, value: T) -> bool | None:
        """Whether the answer shows that it is whole, or that people often go on after it; None: the sentence's end tells."""
        return None

    def press(self, digit: str) -> T | None:
        """The meaning of a key, or None when it has none here."""
        return None

    def is_complete(self, keys: str) -> bool:
        """Whether no further key is to be waited for."""
        return True

    def gathered(self, keys: str) -> T | None:
        """The meaning of all keys pressed."""
        return self.press(keys)
