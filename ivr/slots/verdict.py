"""The answer to a read-back: right, or wrong and what is wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime

from ivr.slots.detail import Detail, detail_said
from ivr.slots.slot import Slot
from ivr.slots.wish import Wish, read_when
from ivr.slots.yes_no import says_yes
from ivr.understanding.answers import CLOSED_ANSWERS, mentions, wants_nothing
from ivr.understanding.intents import CANCEL, NO, YES
from ivr.understanding.meaning import Decision, Heard
from ivr.understanding.services import Catalogue, Offering

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
    likely = frozenset({YES, NO, CANCEL})

    def read(self, heard: Heard, now: datetime) -> Verdict | None:
        """What the caller thinks of it; other words than yes and no count only when they change something."""
        if wants_nothing(heard.hearing) or heard.meaning.accepts(CANCEL):
            return Verdict(right=False, forget_it=True)
        said_yes = says_yes(heard)
        instead = self._instead(heard, now, doubted=said_yes is False)
        if said_yes and instead == NOTHING:
            return Verdict(right=True)
        if said_yes is False or instead != NOTHING:
            return Verdict(right=False, instead=instead)
        return None

    def is_whole(self, value: Verdict) -> bool:
        """A yes is; a no is often followed by what it should be."""
        return value.right or value.forget_it

    def press(self, digit: str) -> Verdict | None:
        """1 is yes, 2 is no."""
        return {"1": Verdict(right=True), "2": Verdict(right=False)}.get(digit)

    def _instead(self, heard: Heard, now: datetime, doubted: bool) -> Wish:
        """What is different from what was read back; another service that only may be meant counts beside a no alone."""
        meant = self.catalogue.meant_by(heard.meaning) if doubted or heard.meaning.decision is Decision.ACCEPT else None
        service = meant if meant != self.read_back.service else None
        when = read_when(heard.hearing, now, self.read_back.when)
        when = None if when == self.read_back.when else when
        detail = _other_detail(service or self.read_back.service, heard, self.read_back)
        return Wish(service, when, detail, heard.hearing.best) if service or when or detail else NOTHING


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

    def read(self, heard: Heard, now: datetime) -> Change | None:
        """What to ask again, or what it should be."""
        if wants_nothing(heard.hearing):
            return Change(forget_it=True)
        meant = self.catalogue.meant_by(heard.meaning)
        when = read_when(heard.hearing, now, self.read_back.when)
        detail = _other_detail(meant or self.read_back.service, heard, self.read_back)
        if meant or when or detail:
            return Change(instead=Wish(meant, when, detail, heard.hearing.best))
        if mentions(heard.hearing, "the_time"):
            return Change(when=True)
        if mentions(heard.hearing, "the_service"):
            return Change(service=True)
        return None

    def press(self, digit: str) -> Change | None:
        """1 is the service, 2 is the time."""
        return {"1": Change(service=True), "2": Change(when=True)}.get(digit)


def _other_detail(service: Offering | None, heard: Heard, read_back: Wish) -> Detail:
    """A number that is not the one read back; an answer in words is not read back, and stays."""
    if service is None or service.question.get("kind") != "count":
        return ""
    detail = detail_said(service.question, heard.hearing)
    return "" if detail == read_back.detail else detail
