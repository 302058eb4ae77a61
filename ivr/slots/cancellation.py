"""Whether an order is to be cancelled indeed."""

from datetime import datetime

from ivr.slots.yes_no import YesNoSlot, says_yes
from ivr.understanding.answers import mentions
from ivr.understanding.intents import CANCEL, NO, YES
from ivr.understanding.meaning import Heard


class CancellationSlot(YesNoSlot):
    """Yes or no to 取消…，对吗, by word or by key (1 yes, 2 no). Here 取消 and 不要了 are a yes."""

    likely = frozenset({YES, NO, CANCEL})

    def read(self, heard: Heard, now: datetime) -> bool | None:
        """Which of the two: what keeps the order counts before what takes it back (不要取消)."""
        if mentions(heard.hearing, "keep_it"):
            return False
        return True if mentions(heard.hearing, "cancel_it") else says_yes(heard)
