"""What a resident wants, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audio.recognizers import Hearing
from ivr.slots.slot import Slot
from ivr.turn import Patience
from ivr.understanding.services import Catalogue, Offering
from ivr.when import Span, understand_when


@dataclass(frozen=True)
class Wish:
    """What the resident wants, as far as it is known: one sentence can say it all."""

    service: Offering | None = None
    when: Span | None = None
    words: str = ""

    def completed_by(self, other: "Wish") -> "Wish":
        """This wish with what the other one says instead or in addition."""
        words = "；".join(part for part in (self.words, other.words) if part)
        return Wish(other.service or self.service, other.when or self.when, words)


@dataclass(frozen=True)
class WishSlot(Slot[Wish]):
    """A service, and maybe a time in the same sentence. No key means a service: there is no menu."""

    catalogue: Catalogue

    @property
    def hints(self) -> Sequence[str]:
        """The services by name."""
        return [offering.name for offering in self.catalogue.offerings]

    def read(self, hearing: Hearing, now: datetime) -> Wish | None:
        """A wish whose service is known."""
        meant = self.catalogue.understand(hearing)
        return Wish(meant.service, read_when(hearing, now), hearing.best) if meant else None


@dataclass(frozen=True)
class LastWishSlot(WishSlot):
    """What comes to mind after the goodbye; the line stays open for 10 s, and anything but a wish is a farewell."""

    patience = Patience(first_ms=10_000)

    def read(self, hearing: Hearing, now: datetime) -> Wish:
        """A wish whose service is known, or an empty one."""
        return super().read(hearing, now) or Wish()

    def press(self, digit: str) -> Wish:
        """A key is a farewell too; 0 has brought an operator before this is asked."""
        return Wish()


class WhenSlot(Slot[Wish]):
    """A day and a time. People think aloud about it (嗯，后天，下午吧), so it is given more time."""

    patience = Patience(end_ms=1_200)

    def read(self, hearing: Hearing, now: datetime) -> Wish | None:
        """A wish whose time is known."""
        when = read_when(hearing, now)
        return Wish(when=when, words=hearing.best) if when else None


def read_when(hearing: Hearing, now: datetime, instead_of: Span | None = None) -> Span | None:
    """The first time that any hypothesis speaks of, the likeliest first; a correction keeps the day of what it corrects."""
    for hypothesis in hearing.hypotheses:
        if not hypothesis.biased and (span := understand_when(hypothesis.text, now, instead_of)):
            return span
    return None
