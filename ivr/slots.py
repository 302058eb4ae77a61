"""Slots: what a question asks for. Each says which words to expect, how patient to be, and how to read what was heard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from audio.recognizers import Hearing
from ivr.turn import Patience
from ivr.understanding.answers import CLOSED_ANSWERS, has_nothing_more, wants_nothing, yes_or_no
from ivr.understanding.pinyin import found_in, syllables
from ivr.understanding.services import Catalogue, Meant, Offering
from ivr.when import Span, understand_when

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Slot(Protocol[T_co]):
    """What a question asks for."""

    @property
    def hints(self) -> Sequence[str]:
        """Words that are likely in the answer, for the recogniser."""
        ...

    @property
    def answers(self) -> Sequence[str]:
        """The few things that are said to a closed question; empty for an open one."""
        ...

    @property
    def patience(self) -> Patience:
        """How long to wait for the answer and within it."""
        ...

    def read(self, hearing: Hearing, now: datetime) -> T_co | None:
        """The answer's meaning, or None when this was no answer."""
        ...

    def press(self, digit: str) -> T_co | None:
        """The meaning of a key, or None when it has none here."""
        ...


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
class WishSlot:
    """A service, and maybe a time in the same sentence."""

    catalogue: Catalogue
    answers: Sequence[str] = ()
    patience: Patience = Patience()

    @property
    def hints(self) -> Sequence[str]:
        """The services by name."""
        return [offering.name for offering in self.catalogue.offerings]

    def read(self, hearing: Hearing, now: datetime) -> Wish | None:
        """A wish whose service is known."""
        meant = self.catalogue.understand(hearing)
        return Wish(meant.service, read_when(hearing, now), hearing.best) if meant else None

    def press(self, digit: str) -> Wish | None:
        """No key means a service: there is no menu."""
        return None


@dataclass(frozen=True)
class WhenSlot:
    """A day and a time."""

    hints: Sequence[str] = ()
    answers: Sequence[str] = ()
    # People think aloud about times ("嗯……后天……下午吧").
    patience: Patience = Patience(end_ms=1_200)

    def read(self, hearing: Hearing, now: datetime) -> Span | None:
        """The span in which somebody should come."""
        return read_when(hearing, now)

    def press(self, digit: str) -> Span | None:
        """A single key is no time."""
        return None


@dataclass(frozen=True)
class Verdict:
    """The answer to a read-back: right, or wrong and perhaps what it should be instead."""

    right: bool
    instead: Wish = field(default_factory=Wish)
    forget_it: bool = False


@dataclass(frozen=True)
class VerdictSlot:
    """Yes or no to a read-back, by word or by key (1 yes, 2 no); a no may bring the correction with it."""

    catalogue: Catalogue
    agreed: Wish
    hints: Sequence[str] = ()
    answers: Sequence[str] = CLOSED_ANSWERS
    patience: Patience = Patience()

    def read(self, hearing: Hearing, now: datetime) -> Verdict | None:
        """What the caller thinks of it; other words than yes and no count only when they change something."""
        if wants_nothing(hearing):
            return Verdict(right=False, forget_it=True)
        said_yes = yes_or_no(hearing)
        instead = self._instead(hearing, now)
        if said_yes and instead == Wish():
            return Verdict(right=True)
        if said_yes is False or instead != Wish():
            return Verdict(right=False, instead=instead)
        return None

    def press(self, digit: str) -> Verdict | None:
        """1 is yes, 2 is no."""
        return {"1": Verdict(right=True), "2": Verdict(right=False)}.get(digit)

    def _instead(self, hearing: Hearing, now: datetime) -> Wish:
        when = read_when(hearing, now)
        meant = self.catalogue.understand(hearing)
        service = meant.service if meant else None
        changed = Wish(None if service == self.agreed.service else service, None if when == self.agreed.when else when)
        return Wish(changed.service, changed.when, hearing.best) if changed != Wish() else changed


@dataclass(frozen=True)
class ChangeSlot:
    """Which part of a read-back is wrong; naming the right one at once is an answer too."""

    catalogue: Catalogue
    hints: Sequence[str] = ("时间", "服务")
    answers: Sequence[str] = ()
    patience: Patience = Patience()

    def read(self, hearing: Hearing, now: datetime) -> "Change | None":
        """What to ask again, or what it should be."""
        if wants_nothing(hearing):
            return Change(forget_it=True)
        meant: Meant | None = self.catalogue.understand(hearing)
        when = read_when(hearing, now)
        if meant or when:
            return Change(instead=Wish(meant.service if meant else None, when, hearing.best))
        if _mentions(hearing, "时间", "日子", "几点"):
            return Change(when=True)
        if _mentions(hearing, "服务", "项目", "事情"):
            return Change(service=True)
        return None

    def press(self, digit: str) -> "Change | None":
        """1 is the service, 2 is the time."""
        return {"1": Change(service=True), "2": Change(when=True)}.get(digit)


@dataclass(frozen=True)
class Change:
    """What is wrong with a read-back."""

    service: bool = False
    when: bool = False
    instead: Wish = field(default_factory=Wish)
    forget_it: bool = False


@dataclass(frozen=True)
class NoteSlot:
    """Anything else: a further wish, a word for whoever comes, or nothing."""

    catalogue: Catalogue
    hints: Sequence[str] = ()
    answers: Sequence[str] = ()
    patience: Patience = Patience(end_ms=1_500)

    def read(self, hearing: Hearing, now: datetime) -> "Note | None":
        """A note in the caller's words, a new wish, or an empty note; a lone yes announces more and is asked again."""
        if has_nothing_more(hearing):
            return Note()
        if yes_or_no(hearing) and len(syllables(hearing.best)) <= 2:
            return None
        meant = self.catalogue.understand(hearing)
        if meant and meant.sure:
            return Note(wish=Wish(meant.service, read_when(hearing, now), hearing.best))
        return Note(words=hearing.best)

    def press(self, digit: str) -> "Note | None":
        """2 is no, nothing else."""
        return Note() if digit == "2" else None


@dataclass(frozen=True)
class Note:
    """What else the caller said: words for whoever comes, or another wish, or neither."""

    words: str = ""
    wish: Wish | None = None


@dataclass(frozen=True)
class ChoiceSlot(Generic[T]):
    """One of at most three things, by name or by its key."""

    choices: Sequence[tuple[T, Sequence[str]]]  # each with the names it goes by
    answers: Sequence[str] = ()
    patience: Patience = Patience()

    @property
    def hints(self) -> Sequence[str]:
        """All the names."""
        return [name for _, names in self.choices for name in names]

    def read(self, hearing: Hearing, now: datetime) -> T | None:
        """The one whose name was said, when it is clear which."""
        scores = [
            max((found_in(syllables(name), syllables(h.text)) for name in names for h in hearing.hypotheses), default=0.0)
            for _, names in self.choices
        ]
        best = max(scores)
        return self.choices[scores.index(best)][0] if best >= 0.8 and scores.count(best) == 1 else None

    def press(self, digit: str) -> T | None:
        """Key 1 is the first."""
        place = int(digit) - 1 if digit.isdigit() else -1
        return self.choices[place][0] if 0 <= place < len(self.choices) else None


def read_when(hearing: Hearing, now: datetime) -> Span | None:
    """The first time that any hypothesis speaks of, the likeliest first."""
    for hypothesis in hearing.hypotheses:
        if not hypothesis.biased and (span := understand_when(hypothesis.text, now)):
            return span
    return None


def _mentions(hearing: Hearing, *words: str) -> bool:
    return any(found_in(syllables(word), syllables(h.text)) >= 0.9 for word in words for h in hearing.hypotheses)
