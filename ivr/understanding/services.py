"""Which service of the catalogue a resident means, by the sound of its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from audio.recognizers import Hearing
from ivr.understanding.pinyin import Syllable, found_in, syllables

# Below this a phrase is not there; two of four syllables right is not evidence.
FOUND_FROM = 0.74
ENOUGH = 0.5
CLEAR_LEAD = 0.08
# A hypothesis counts for less the further down it stands; one found only with hints counts least.
RANK_DISCOUNT = 0.04
BIASED_DISCOUNT = 0.15


@dataclass(frozen=True)
class Offering:
    """What the conversation needs to know of a service."""

    id: int
    key: str
    name: str
    spoken: tuple[str, ...]

    @property
    def phrases(self) -> tuple[tuple[Syllable, ...], ...]:
        """How it is asked for, as syllables."""
        return tuple(syllables(words) for words in (self.name, *self.spoken))


@dataclass(frozen=True)
class Meant:
    """A service that was understood; `sure` when nothing else came near."""

    service: Offering
    score: float
    sure: bool


def understand_service(hearing: Hearing, catalogue: Sequence[Offering]) -> Meant | None:
    """Find the service that is meant, or nothing: talk about nothing we do is not turned into an order."""
    scores = {service: _score(service, hearing) for service in catalogue}
    ranked = sorted(scores, key=lambda service: scores[service], reverse=True)
    if not ranked or scores[ranked[0]] < ENOUGH:
        return None
    best = scores[ranked[0]]
    lead = best - scores[ranked[1]] if len(ranked) > 1 else best
    return Meant(ranked[0], best, sure=lead >= CLEAR_LEAD)


def _score(service: Offering, hearing: Hearing) -> float:
    best = 0.0
    for rank, hypothesis in enumerate(hearing.hypotheses):
        discount = RANK_DISCOUNT * min(rank, 5) + (BIASED_DISCOUNT if hypothesis.biased else 0.0)
        best = max(best, _evidence(service.phrases, syllables(hypothesis.text)) - discount)
    return best


def _evidence(phrases: Sequence[Sequence[Syllable]], said: Sequence[Syllable]) -> float:
    """Combine the phrases found: each further one closes a part of what is still open (noisy-or)."""
    open_part = 1.0
    for phrase in phrases:
        found = found_in(phrase, said)
        if found >= FOUND_FROM:
            open_part *= 1.0 - (found - FOUND_FROM) / (1.0 - FOUND_FROM) * _weight(len(phrase))
    return 1.0 - open_part


def _weight(length: int) -> float:
    """How much a fully found phrase of so many syllables proves: two can come by chance, four hardly."""
    return min(0.95, 0.3 + 0.2 * length) if length > 1 else 0.2
