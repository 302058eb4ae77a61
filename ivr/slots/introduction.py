"""Which of several residents is speaking, and maybe what they want."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from ivr.slots.choice import ChoiceSlot
from ivr.slots.request import Request, read_request
from ivr.slots.slot import Slot
from ivr.understanding.meaning import Heard
from ivr.understanding.services import Catalogue


class Named(Protocol):
    """Somebody with a name."""

    @property
    def name(self) -> str:
        """The full name."""
        ...

    @property
    def form_of_address(self) -> str:
        """As we speak to them."""
        ...


P = TypeVar("P", bound=Named)


@dataclass(frozen=True)
class Introduction(Generic[P]):
    """Who it is, and the request that came with it."""

    person: P
    request: Request | None = None


@dataclass(frozen=True)
class IntroductionSlot(Slot[Introduction[P]]):
    """One of at most three residents, by name or key: 我是王奶奶，我要订午饭 is both."""

    catalogue: Catalogue
    people: Sequence[P]

    @property
    def hints(self) -> Sequence[str]:
        """All the names."""
        return self._choice.hints

    def read(self, heard: Heard, now: datetime) -> Introduction[P] | None:
        """The one whose name was said, with the request that was sure."""
        person = self._choice.read(heard, now)
        request = read_request(self.catalogue, heard, now)
        return Introduction(person, request if request and request.sure else None) if person else None

    def press(self, digit: str) -> Introduction[P] | None:
        """Key 1 is the first."""
        person = self._choice.press(digit)
        return Introduction(person) if person else None

    @property
    def _choice(self) -> ChoiceSlot[P]:
        return ChoiceSlot([(person, (person.form_of_address, person.name)) for person in self.people])
