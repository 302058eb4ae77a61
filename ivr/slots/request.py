"""What a caller wants of us: the answer to an open question."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from audio.recognizers import Hearing
from ivr.slots.slot import Slot
from ivr.slots.wish import Wish, read_wish
from ivr.turn import Patience
from ivr.understanding.intents import CANCEL, CONTACT, EMERGENCY, MESSAGE, NONE, OPERATOR, QUERY, SAME_AGAIN
from ivr.understanding.meaning import Decision, Heard
from ivr.understanding.services import Catalogue

# What can be asked for beside the services of the catalogue.
REQUESTS = frozenset({CANCEL, QUERY, CONTACT, MESSAGE, SAME_AGAIN})


@dataclass(frozen=True)
class Request:
    """One request: a service's key or one of REQUESTS, and all that its sentence says of it.

    It is `sure` when it may be acted upon without asking whether it was meant. `turns` counts what the caller has said for it.
    `also` are further requests of the same sentence, to be offered after it.
    """

    intent: str
    wish: Wish = field(default_factory=Wish)
    hearing: Hearing = field(default_factory=Hearing)
    sure: bool = True
    turns: int = 1
    also: tuple["Request", ...] = ()


NOT_OURS = Request(NONE)


def read_request(catalogue: Catalogue, heard: Heard, now: datetime) -> Request | None:
    """The request that a sentence makes, surely or perhaps; None for one that makes none."""
    meaning = heard.meaning
    service = catalogue.meant_by(meaning)
    if meaning.decision is Decision.AGAIN or not (service or meaning.intent in REQUESTS):
        return None
    sure = meaning.decision is Decision.ACCEPT
    return Request(meaning.intent, read_wish(service, heard.hearing, now), heard.hearing, sure)


@dataclass(frozen=True)
class RequestSlot(Slot[Request]):
    """Anything that we do. No key means a service: there is no menu."""

    catalogue: Catalogue

    @property
    def hints(self) -> Sequence[str]:
        """The services by name."""
        return [offering.name for offering in self.catalogue.offerings]

    def read(self, heard: Heard, now: datetime) -> Request | None:
        """The request; NOT_OURS for what is surely nothing that we do."""
        return NOT_OURS if heard.meaning.accepts(NONE) else read_request(self.catalogue, heard, now)


@dataclass(frozen=True)
class SecondRequestSlot(RequestSlot):
    """The same, asked for the second time: whatever is no request now is for a person."""

    def read(self, heard: Heard, now: datetime) -> Request | None:
        """The request, or NOT_OURS; None for what may be a cry for help or for a person."""
        if heard.meaning.suggests(EMERGENCY) or heard.meaning.suggests(OPERATOR):
            return None
        return super().read(heard, now) or NOT_OURS

    def press(self, digit: str) -> Request:
        """No key means a service."""
        return NOT_OURS


@dataclass(frozen=True)
class LastRequestSlot(SecondRequestSlot):
    """What comes to mind after the goodbye; the line stays open for 10 s, and anything but a request is a farewell."""

    patience = Patience(first_ms=10_000)
