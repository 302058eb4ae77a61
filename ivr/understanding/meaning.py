"""What an utterance means, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from audio.recognizers import Hearing
from ivr.understanding.intents import NONE


class Decision(StrEnum):
    """What confidence allows: act on it, ask whether it was meant, or ask again."""

    ACCEPT = "accept"
    CONFIRM = "confirm"
    AGAIN = "again"


@dataclass(frozen=True)
class Meaning:
    """The likeliest intent (a service's key or one of `intents`), with every intent's share; the shares add up to 1.

    With the `alarm_in_doubt` it is too near to being taken for an emergency, or to not being so: worth another hearing.
    """

    intent: str = NONE
    decision: Decision = Decision.AGAIN
    shares: Mapping[str, float] = field(default_factory=dict)
    alarm_in_doubt: bool = False

    @property
    def share(self) -> float:
        """The likeliest intent's share."""
        return self.shares.get(self.intent, 0.0)

    def accepts(self, intent: str) -> bool:
        """Whether this is to be acted upon at once as that intent."""
        return self.intent == intent and self.decision is Decision.ACCEPT

    def suggests(self, intent: str) -> bool:
        """Whether this is that intent, surely or perhaps."""
        return self.intent == intent and self.decision is not Decision.AGAIN


@dataclass(frozen=True)
class Heard:
    """One utterance of the caller's: the recogniser's words and what they mean."""

    hearing: Hearing
    meaning: Meaning = field(default_factory=Meaning)


class Understanding(Protocol):
    """What turns the recogniser's words into meaning; quick enough for a thread between two sounds (some 20 ms)."""

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        """Read an utterance; `likely` are the intents that the question asks for, such as yes and no."""
        ...

    def finished(self, text: str) -> bool:
        """Whether these words may be a whole answer, and not the beginning of one (我想找人…)."""
        ...
