"""The catalogue's services, as a conversation knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.understanding.meaning import Decision, Meaning


@dataclass(frozen=True)
class Offering:
    """What the conversation needs to know of a service."""

    id: int
    key: str
    name: str
    spoken: tuple[str, ...]
    lead_time_min: int = 0
    # As `Service.question` holds it; not compared, so that an offering can be a key.
    question: Mapping[str, str] = field(default_factory=dict, compare=False)


class Catalogue:
    """The services that can be ordered."""

    def __init__(self, offerings: Sequence[Offering]) -> None:
        self.offerings = tuple(offerings)
        self._by_key = {offering.key: offering for offering in offerings}

    def service(self, key: str) -> Offering | None:
        """The service with this key, if it is in the catalogue."""
        return self._by_key.get(key)

    def meant_by(self, meaning: Meaning) -> Offering | None:
        """The service that is meant, surely or perhaps: talk about nothing we do is not turned into an order."""
        return self.service(meaning.intent) if meaning.decision is not Decision.AGAIN else None
