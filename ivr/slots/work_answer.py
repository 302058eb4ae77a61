"""What is answered when a resident is asked how the work was."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ivr.care_answers.meanings import CHILD, MACHINE, NOT_NOW, OTHER_PERSON
from ivr.care_answers.understanding import read_answer
from ivr.slots.slot import Slot
from ivr.understanding.answers import CLOSED_ANSWERS, yes_or_no
from ivr.understanding.intents import NO, YES
from ivr.understanding.meaning import Heard, Understanding
from ivr.understanding.pinyin import syllables
from ivr.understanding.work_answers import marks, was_done

# Who is not there to be asked, or has no time.
ELSEWHERE = frozenset({MACHINE, CHILD, OTHER_PERSON, NOT_NOW})
# A short answer is a yes or a no, whatever it would mean by itself.
SHORT_SYLLABLES = 2
# From so many marks on, who gives them says that it was done.
DONE_FROM = 3
BY_KEY = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
A_YES, A_NO = 5, 2


@dataclass(frozen=True)
class WorkReply:
    """Whether it was done, in which words, and with how many marks; or why there was no answer (`ivr.care_answers.meanings`)."""

    words: str = ""
    done: bool = False
    score: int | None = None
    elsewhere: str = ""


@dataclass(frozen=True)
class WorkDoneSlot(Slot[WorkReply]):
    """Whether the work was done, by word or by key (1 yes, 2 no). The understanding of care calls knows who is not there."""

    understanding: Understanding
    answers = CLOSED_ANSWERS
    likely = frozenset({YES, NO})

    def read(self, heard: Heard, now: datetime) -> WorkReply | None:
        """The words for it first, then a short yes or no, then whether anybody is there to answer."""
        hearing = heard.hearing
        said = was_done(hearing)
        if said is None and len(syllables(hearing.best)) <= SHORT_SYLLABLES:
            said = yes_or_no(hearing)
        score = marks(hearing)
        if said is None and score and score >= DONE_FROM:
            said = True
        if said is None:
            meant = read_answer(self.understanding, hearing, ELSEWHERE).said
            if elsewhere := next((one for one in meant if one in ELSEWHERE), ""):
                return WorkReply(hearing.best, elsewhere=elsewhere)
            said = yes_or_no(hearing)
        return None if said is None else WorkReply(hearing.best, said, score)

    def press(self, digit: str) -> WorkReply | None:
        """1 is yes, 2 is no."""
        said = {"1": True, "2": False}.get(digit)
        return None if said is None else WorkReply(done=said)


@dataclass(frozen=True)
class Marks:
    """So many of five, and the words that they were given in."""

    score: int
    words: str = ""


@dataclass(frozen=True)
class MarksSlot(Slot[Marks]):
    """One to five marks, by word, by number or by key."""

    answers: ClassVar = (
        *CLOSED_ANSWERS,
        "满意",
        "很满意",
        "一般",
        "不满意",
        "五分",
        "四分",
        "三分",
        "两分",
        "一分",
        "还可以",
        "挺好的",
    )
    likely = frozenset({YES, NO})

    def read(self, heard: Heard, now: datetime) -> Marks | None:
        """The marks that are said; a plain yes to being satisfied is the best, a plain no is not the worst."""
        hearing = heard.hearing
        if score := marks(hearing):
            return Marks(score, hearing.best)
        said = yes_or_no(hearing)
        return None if said is None else Marks(A_YES if said else A_NO, hearing.best)

    def press(self, digit: str) -> Marks | None:
        """The key is the mark."""
        return Marks(BY_KEY[digit]) if digit in BY_KEY else None
