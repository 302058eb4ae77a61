"""Yes or no."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from ivr.slots.slot import Slot
from ivr.understanding.answers import CLOSED_ANSWERS, wants_nothing, yes_or_no
from ivr.understanding.intents import NO, YES
from ivr.understanding.meaning import Heard


def says_yes(heard: Heard) -> bool | None:
    """True for yes, False for no, None for neither: by the words themselves, then by what they mean.

    A yes against the likelier meaning is none (错了 fits 好 where it was heard as 困难): it would place an order.
    """
    said = yes_or_no(heard.hearing)
    if said and heard.meaning.intent == NO:
        return None
    if said is not None:
        return said
    return True if heard.meaning.accepts(YES) else False if heard.meaning.accepts(NO) else None


class YesNoSlot(Slot[bool]):
    """Yes or no, by word or by key (1 yes, 2 no)."""

    answers: ClassVar[Sequence[str]] = CLOSED_ANSWERS
    likely = frozenset({YES, NO})

    def read(self, heard: Heard, now: datetime) -> bool | None:
        """Which of the two; to take it all back is a no."""
        return False if wants_nothing(heard.hearing) else says_yes(heard)

    def is_whole(self, value: bool) -> bool:
        """Nothing follows a yes or a no."""
        return True

    def press(self, digit: str) -> bool | None:
        """1 is yes, 2 is no."""
        return {"1": True, "2": False}.get(digit)
