"""What is answered to a question of a care call."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ivr.care_answers.meanings import (
    ANSWERS,
    CHILD,
    CONFUSED,
    EATEN,
    FELL,
    HERE,
    LOW,
    MACHINE,
    MEDICINE_MISSED,
    MEDICINE_OUT,
    MEDICINE_TAKEN,
    NEED,
    NOT_EATEN,
    NOT_NOW,
    OF_A_RESIDENT,
    OTHER_PERSON,
    UNWELL,
    WELL,
)
from ivr.care_answers.understanding import read_answer
from ivr.slots.request import Request, read_request
from ivr.slots.slot import Slot
from ivr.turn import Patience
from ivr.understanding.answers import CLOSED_ANSWERS, yes_or_no
from ivr.understanding.intents import NO, YES
from ivr.understanding.meaning import Heard, Understanding
from ivr.understanding.pinyin import syllables
from ivr.understanding.services import Catalogue

# A short answer is a yes or a no to what was asked, whatever it would mean by itself.
SHORT_SYLLABLES = 2
# Whoever talks for 4 s before we have asked anything reads a text: an answering machine. Speech has some four syllables a second.
MONOLOGUE_SYLLABLES = 16


@dataclass(frozen=True)
class CareQuestion:
    """One question: what is usually answered to it, and what a yes and a no mean."""

    name: str
    likely: frozenset[str]
    yes: str
    no: str


OPENING = CareQuestion("care_opening", frozenset({HERE, NOT_NOW, CHILD, OTHER_PERSON, MACHINE}), HERE, NOT_NOW)
FETCH = CareQuestion("care_fetch", frozenset({HERE, OTHER_PERSON, CHILD, NOT_NOW}), HERE, OTHER_PERSON)
HOW = CareQuestion("care_how", frozenset({WELL, UNWELL, FELL, LOW, CONFUSED}), WELL, UNWELL)
MEAL = CareQuestion("care_eaten", frozenset({EATEN, NOT_EATEN}), EATEN, NOT_EATEN)
MEDICINE = CareQuestion(
    "care_medicine", frozenset({MEDICINE_TAKEN, MEDICINE_MISSED, MEDICINE_OUT}), MEDICINE_TAKEN, MEDICINE_MISSED
)


@dataclass(frozen=True)
class CareReply:
    """An answer: the words, and what they mean, worries first."""

    words: str
    said: tuple[str, ...]
    request: Request | None = None  # what is wished for in passing

    def has(self, *meanings: str) -> bool:
        """Whether any of these was said."""
        return any(meaning in self.said for meaning in meanings)

    @property
    def is_a_residents(self) -> bool:
        """Whether whoever said this speaks of themselves."""
        return self.has(*OF_A_RESIDENT)


@dataclass(frozen=True)
class CareSlot(Slot[CareReply]):
    """An answer to one question, by word or by key (1 yes, 2 no)."""

    understanding: Understanding
    catalogue: Catalogue
    question: CareQuestion
    answers = CLOSED_ANSWERS
    likely = frozenset({YES, NO})

    def read(self, heard: Heard, now: datetime) -> CareReply | None:
        """What was said; None for what was nothing that can be answered here. A wish is one, unless it tells a worry.

        One that is not sure counts where something is wished for at all: what was wished is asked before it is ordered.
        """
        hearing = heard.hearing
        request = read_request(self.catalogue, heard, now)
        said = yes_or_no(hearing) if len(syllables(hearing.best)) <= SHORT_SYLLABLES else None
        if said is None:
            meanings = read_answer(self.understanding, hearing, self.question.likely)
            if request and (request.sure or NEED in meanings.said) and not set(meanings.said) - {NEED}:
                return CareReply(hearing.best, (NEED,), request)
            if known := ANSWERS.intersection(meanings.said):
                return CareReply(hearing.best, tuple(one for one in meanings.said if one in known))
            said = yes_or_no(hearing)
        return None if said is None else CareReply(hearing.best, (self._meant_by(said),))

    def press(self, digit: str) -> CareReply | None:
        """1 is yes, 2 is no."""
        said = {"1": True, "2": False}.get(digit)
        return None if said is None else CareReply(f"（按键 {digit}）", (self._meant_by(said),))

    def _meant_by(self, said: bool) -> str:
        return self.question.yes if said else self.question.no


@dataclass(frozen=True)
class OpeningSlot(CareSlot):
    """The first answer: also an answering machine's text is one."""

    def read(self, heard: Heard, now: datetime) -> CareReply | None:
        """What was said; a long text that means nothing is a machine's."""
        reply = super().read(heard, now)
        if reply is None and len(syllables(heard.hearing.best)) >= MONOLOGUE_SYLLABLES:
            return CareReply(heard.hearing.best, (MACHINE,))
        return reply


@dataclass(frozen=True)
class ComingSlot(Slot[CareReply]):
    """Anything that is said once the resident has come to the telephone, which may take a while."""

    patience: ClassVar[Patience] = Patience(first_ms=45_000)

    def read(self, heard: Heard, now: datetime) -> CareReply:
        """Somebody is there."""
        return CareReply(heard.hearing.best, (HERE,))

    def press(self, digit: str) -> CareReply:
        """Somebody is there."""
        return CareReply("", (HERE,))
