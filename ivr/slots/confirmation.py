"""Whether a service that was not heard clearly is the one that was meant."""

from dataclasses import dataclass
from datetime import datetime

from ivr.slots.slot import Slot
from ivr.slots.wish import Wish, read_wish
from ivr.slots.yes_no import says_yes
from ivr.understanding.answers import CLOSED_ANSWERS
from ivr.understanding.intents import NO, YES
from ivr.understanding.meaning import Decision, Heard
from ivr.understanding.services import Catalogue, Offering


@dataclass(frozen=True)
class ConfirmationSlot(Slot[Wish]):
    """Yes or no, by word or by key (1 yes, 2 no), or the right service at once. A no is a wish without a service."""

    catalogue: Catalogue
    service: Offering
    answers = CLOSED_ANSWERS
    likely = frozenset({YES, NO})

    def read(self, heard: Heard, now: datetime) -> Wish | None:
        """The service that it is, with all else that was said; another one only when that is sure."""
        meant = self.catalogue.service(heard.meaning.intent)
        if meant and (heard.meaning.decision is Decision.ACCEPT or meant == self.service):
            return read_wish(meant, heard.hearing, now)
        said = says_yes(heard)
        if said is None:
            return None
        return read_wish(self.service, heard.hearing, now) if said else Wish()

    def is_whole(self, value: Wish) -> bool:
        """A yes is; a no is often followed by the right service."""
        return value.service is not None

    def press(self, digit: str) -> Wish | None:
        """1 is yes, 2 is no."""
        return {"1": Wish(self.service), "2": Wish()}.get(digit)
