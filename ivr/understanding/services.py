"""Which service of the catalogue a resident means, by the sound of its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from audio.recognizers import Hearing
from ivr.understanding.pinyin import PhraseTable, syllables

# Below this a phrase is not there: three of four syllables may do, of two or three each must be nearly right.
FOUND_FROM = {1: 0.95, 2: 0.88, 3: 0.8}
FOUND_FROM_LONGER = 0.74
ENOUGH = 0.5
CLEAR_LEAD = 0.08
# What only a hypothesis with hints says is worth less, and so is what one says and its neighbours do not: 休息一下 sounds
# like 洗衣 in its middle, 休一下 and 修一下 beside it do not.
SUGGESTED_DISCOUNT = 0.15
BEST_SHARE = 0.6


@dataclass(frozen=True)
class Offering:
    """What the conversation needs to know of a service."""

    id: int
    key: str
    name: str
    spoken: tuple[str, ...]


@dataclass(frozen=True)
class Meant:
    """A service that was understood; `sure` when nothing else came near."""

    service: Offering
    score: float
    sure: bool


class Catalogue:
    """The services that can be ordered, ready to be recognised in speech."""

    def __init__(self, offerings: Sequence[Offering]) -> None:
        self.offerings = tuple(offerings)
        phrases = [(offering, syllables(words)) for offering in offerings for words in (offering.name, *offering.spoken)]
        self._owners = [offering for offering, _ in phrases]
        self._lengths = [len(phrase) for _, phrase in phrases]
        self._table = PhraseTable([phrase for _, phrase in phrases])

    def understand(self, hearing: Hearing) -> Meant | None:
        """Find the service that is meant, or nothing: talk about nothing we do is not turned into an order."""
        heard = [self._evidence(hypothesis.text) for hypothesis in hearing.hypotheses if not hypothesis.biased]
        suggested = [self._evidence(hypothesis.text) for hypothesis in hearing.hypotheses if hypothesis.biased]
        scores = {
            offering: _combine([e[offering] for e in heard], [e[offering] for e in suggested]) for offering in self.offerings
        }
        ranked = sorted(scores, key=lambda offering: scores[offering], reverse=True)
        if not ranked or scores[ranked[0]] < ENOUGH:
            return None
        best = scores[ranked[0]]
        lead = best - scores[ranked[1]] if len(ranked) > 1 else best
        return Meant(ranked[0], best, sure=lead >= CLEAR_LEAD)

    def _evidence(self, text: str) -> dict[Offering, float]:
        """Combine the phrases found of each service: each further one closes a part of what is still open (noisy-or)."""
        still_open = dict.fromkeys(self.offerings, 1.0)
        found_by_phrase = self._table.find(syllables(text)).tolist()
        for offering, length, found in zip(self._owners, self._lengths, found_by_phrase, strict=True):
            enough = FOUND_FROM.get(length, FOUND_FROM_LONGER)
            if found >= enough:
                # Just found is worth something already, a perfect find all that its length allows.
                proof = 0.4 + 0.6 * (found - enough) / (1.0 - enough)
                still_open[offering] *= 1.0 - proof * _weight(length)
        return {offering: 1.0 - part for offering, part in still_open.items()}


def _combine(heard: Sequence[float], suggested: Sequence[float]) -> float:
    """Put together what the hypotheses say of one service: the best of them, and all of them together."""
    best = max([*heard, *(evidence - SUGGESTED_DISCOUNT for evidence in suggested)], default=0.0)
    return BEST_SHARE * best + (1.0 - BEST_SHARE) * (sum(heard) / len(heard) if heard else 0.0)


def _weight(length: int) -> float:
    """How much a fully found phrase of so many syllables proves: two can come by chance, four hardly."""
    return min(0.95, 0.15 + 0.25 * length) if length > 1 else 0.2
