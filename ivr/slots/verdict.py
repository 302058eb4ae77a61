"""The answer to a read-back: right, or wrong and what is wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime

from audio.recognizers import Hearing
from ivr.slots.slot import Slot
from ivr.slots.wish import Wish, read_when
from ivr.understanding.answers import CLOSED_ANSWERS, mentions, wants_nothing, yes_or_no
from ivr.understanding.services import Catalogue

NOTHING = Wish()


@dataclass(frozen=True)
class Verdict:
    """Right, or wrong and perhaps what it should be instead."""

    right: bool
    instead: Wish = field(default_factory=Wish)
    forget_it: bool = False


@dataclass(frozen=True)
class VerdictSlot(Slot[Verdict]):
    """Yes or no to a read-back, by word or by key (1 yes, 2 no); a no may bring the correction with it."""

    catalogue: Catalogue
    read_back: Wish
    answers = CLOSED_ANSWERS

    def read(self, hearing: Hearing, now: datetime) -> Verdict | None:
        """What the caller thinks of it; other words than yes and no count only when they change something."""
        if wants_nothing(hearing):
            return Verdict(right=False, forget_it=True)
        said_yes = yes_or_no(hearing)
        instead = self._instead(hearing, now)
        if said_yes and instead == NOTHING:
            return Verdict(right=True)
        if said_yes is False or instead != NOTHING:
            return Verdict(right=False, instead=instead)
        return None

    def press(self, digit: str) -> Verdict | None:
        """1 is yes, 2 is no."""
        return {"1": Verdict(right=True), "2": Verdict(right=False)}.get(digit)

    def _instead(self, hearing: Hearing, now: datetime) -> Wish:
        when = read_when(hearing, now, self.read_back.when)
        meant = self.catalogue.understand(hearing)
        service = meant.service if meant and meant.service != self.read_back.service else None
        when = None if when == self.read_back.when else when
        return Wish(service, when, hearing.best) if service or when else NOTHING


@dataclass(frozen=True)
class Change:
    """What is wrong with a read-back: the service, the time, or it should be this instead, or nothing at all."""

    service: bool = False
    when: bool = False
    instead: Wish = field(default_factory=Wish)
    forget_it: bool = False


@dataclass(frozen=True)
class ChangeSlot(Slot[Change]):
    """Which part of a read-back is wrong (key 1 service, key 2 time); naming the right one at once answers it too."""

    catalogue: Catalogue
    read_back: Wish

    def read(self, hearing: Hearing, now: datetime) -> Change | None:
        """What to ask again, or what it should be."""
        if wants_nothing(hearing):
            return Change(forget_it=True)
        meant = self.catalogue.understand(hearing)
        when = read_when(hearing, now, self.read_back.when)
        if meant or when:
            return Change(instead=Wish(meant.service if meant else None, when, hearing.best))
        if mentions(hearing, "the_time"):
            return Change(when=True)
        if mentions(hearing, "the_service"):
            return Change(service=True)
        return None

    def press(self, digit: str) -> Change | None:
        """1 is the service, 2 is the time."""
        return {"1": Change(service=True), "2": Change(when=True)}.get(digit)
