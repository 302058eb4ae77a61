"""What a provider says or presses about an order: taken or not; arrived, done, the resident wanted on the telephone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from dispatch.reading import Verb, read_answer
from ivr.slots.slot import Slot
from ivr.slots.yes_no import says_yes
from ivr.turn import Patience
from ivr.understanding.answers import CLOSED_ANSWERS
from ivr.understanding.intents import NO, YES
from ivr.understanding.meaning import Heard


class Wish(StrEnum):
    """What is wanted of an order."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    CONNECT = "connect"
    AGAIN = "again"  # to hear it once more
    LISTENS = "listens"  # nothing yet


class OfferSlot(Slot[Wish]):
    """接 or 不接, by word or by key (1, 2; 9 to hear the order again)."""

    answers: ClassVar[Sequence[str]] = (*CLOSED_ANSWERS, "接", "接单", "我接", "不接", "接不了", "去不了", "没空")
    likely = frozenset({YES, NO})

    def read(self, heard: Heard, now: datetime) -> Wish | None:
        """Whichever the likeliest words say that say one of them."""
        for hypothesis in filter(lambda one: one.tells_details, heard.hearing.hypotheses):
            answer = read_answer(hypothesis.text)
            if answer and answer.verb in (Verb.ACCEPT, Verb.REFUSE):
                return Wish(answer.verb)
        yes = says_yes(heard)
        return None if yes is None else Wish.ACCEPT if yes else Wish.REFUSE

    def is_whole(self, value: Wish) -> bool:
        """Nothing follows."""
        return True

    def press(self, digit: str) -> Wish | None:
        """As in an SMS: 1 accepts, 2 declines."""
        return {"1": Wish.ACCEPT, "2": Wish.REFUSE, "9": Wish.AGAIN}.get(digit)


class ReportSlot(Slot[Wish]):
    """到了, 完成, or the resident wanted on the telephone, by word or by key (3, 4, 5; 9 to hear the order again)."""

    answers: ClassVar[Sequence[str]] = ("到了", "我到了", "完成了", "做完了", "打电话", "打给居民")

    def read(self, heard: Heard, now: datetime) -> Wish | None:
        """Whichever the likeliest words say."""
        for hypothesis in filter(lambda one: one.tells_details, heard.hearing.hypotheses):
            if "打" in hypothesis.text and ("电话" in hypothesis.text or "居民" in hypothesis.text):
                return Wish.CONNECT
            answer = read_answer(hypothesis.text)
            if answer and answer.verb in (Verb.ARRIVED, Verb.COMPLETED):
                return Wish(answer.verb)
        return None

    def is_whole(self, value: Wish) -> bool:
        """Nothing follows."""
        return True

    def press(self, digit: str) -> Wish | None:
        """As in an SMS: 3 arrived, 4 done."""
        return {"3": Wish.ARRIVED, "4": Wish.COMPLETED, "5": Wish.CONNECT, "9": Wish.AGAIN}.get(digit)


@dataclass(frozen=True)
class WhileTold(Slot[Wish]):
    """What is said or pressed into an order while it is being told: whoever knows enough need not wait for the question."""

    asked: Slot[Wish]
    patience = Patience(first_ms=0)

    def read(self, heard: Heard, now: datetime) -> Wish:
        """Whatever is no answer is left alone: a yard is loud."""
        return self.asked.read(heard, now) or Wish.LISTENS

    def is_whole(self, value: Wish) -> bool | None:
        """Nothing follows an answer."""
        return None if value is Wish.LISTENS else True

    def press(self, digit: str) -> Wish:
        """The question's own keys."""
        return self.asked.press(digit) or Wish.LISTENS
