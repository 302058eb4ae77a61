"""The states of a conversation in which callers are heard, and what their answers come to there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from ivr.addresses import read_address
from ivr.judging import Answer
from ivr.numbers import read_number
from ivr.slots.request import NOT_OURS, Request, RequestSlot
from ivr.slots.slot import Slot
from ivr.slots.verdict import Verdict, VerdictSlot
from ivr.slots.wish import WhenSlot, Wish
from ivr.turn import Patience
from ivr.understanding.intents import EMERGENCY, EVERYWHERE, OBLIGING, OPERATOR
from ivr.understanding.meaning import Heard
from ivr.understanding.services import Catalogue
from ivr.when import Span


class Decided(StrEnum):
    """What the conversation does next: act, ask whether it was meant, ask again, or bring a person unasked.

    A person comes where recognition failed. A wish for the question once more, slower or louder that is not sure counts as asked
    about: the question is asked again so, and nothing is remembered of it.
    """

    ACCEPT = "accept"
    CONFIRM = "confirm"
    AGAIN = "again"
    PERSON = "person"


Outcome = tuple[str | None, Decided]
NOT_UNDERSTOOD: Outcome = (None, Decided.AGAIN)


@dataclass(frozen=True)
class State:
    """A question, and what a value that fits it is called."""

    slot: Slot[Any]
    name: Callable[[Any], Outcome]

    def outcome(self, answer: Answer[Any]) -> Outcome:
        """What was understood (an intent or None) and what happens next, in the order in which a conversation looks."""
        if answer.failed:
            return None, Decided.PERSON
        if answer.heard and answer.suggests(EMERGENCY):
            return EMERGENCY, Decided(answer.heard.meaning.decision.value)
        if answer.heard and answer.heard.meaning.intent in EVERYWHERE and answer.accepts(answer.heard.meaning.intent):
            return answer.heard.meaning.intent, Decided.ACCEPT
        if answer.heard and any(answer.means(intent) for intent in (OPERATOR, *OBLIGING)):
            return answer.heard.meaning.intent, Decided.CONFIRM
        return NOT_UNDERSTOOD if answer.value is None else self.name(answer.value)


class NumberSlot(Slot[str]):
    """Any number: how many, which day of the month, a telephone number."""

    patience = Patience(end_ms=2_500)  # as where a telephone number is asked for

    def read(self, heard: Heard, now: datetime) -> str | None:
        """The first number that any hypothesis is, in digits."""
        return _first(heard, read_number)


class AddressSlot(Slot[str]):
    """Where somebody lives."""

    patience = Patience(end_ms=1_500)

    def read(self, heard: Heard, now: datetime) -> str | None:
        """The first hypothesis that is an address."""
        return _first(heard, read_address)


def states(catalogue: Catalogue, now: datetime) -> Mapping[str, State]:
    """The state for each intent that needs one; "" is the opening state, for all others."""
    start = datetime.combine(now.date() + timedelta(days=1), time(9), now.tzinfo)
    read_back = Wish(catalogue.offerings[0], Span(start, start + timedelta(hours=2)))
    verdict = State(VerdictSlot(catalogue, read_back), _name_verdict)
    return {
        "": State(RequestSlot(catalogue), _name_request),
        "yes": verdict,
        "no": verdict,
        "time": State(WhenSlot(), lambda _: ("time", Decided.ACCEPT)),
        "number": State(NumberSlot(), lambda _: ("number", Decided.ACCEPT)),
        "address": State(AddressSlot(), lambda _: ("address", Decided.ACCEPT)),
    }


def _name_request(request: Request) -> Outcome:
    if request == NOT_OURS:
        return NOT_UNDERSTOOD
    return request.intent, Decided.ACCEPT if request.sure else Decided.CONFIRM


def _name_verdict(verdict: Verdict) -> Outcome:
    return "yes" if verdict.right else "no", Decided.ACCEPT


def _first(heard: Heard, read: Callable[[str], str | None]) -> str | None:
    told = (hypothesis.text for hypothesis in heard.hearing.hypotheses if not hypothesis.biased)
    return next((value for text in told if (value := read(text))), None)
