"""Reading an utterance: every hypothesis is judged, their shares are put together, and the sum decides what may be done."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.intents import EMERGENCY, LOUDER, NONE, REPEAT, SLOWER
from ivr.understanding.meaning import Decision, Meaning
from ivr.understanding.model import LearnedModel, Shares
from ivr.understanding.sounds import as_said

# How much less a less likely hypothesis counts: by e to the power of this, for each point of the recogniser's score.
SHARPNESS = 3.0
# What a question asks for is so many times likelier after it.
LIKELIER = 8.0
# So sure that a sentence ends here: of broken ones 39 in a hundred are taken for whole, of whole ones 9 for broken.
WHOLE_FROM = 0.6
OBLIGING = frozenset({REPEAT, SLOWER, LOUDER})


@dataclass(frozen=True)
class Thresholds:
    """What share an intent needs. Measured on voices and sentences that were not learned (docs/understanding.md)."""

    accept: float = 0.7
    confirm: float = 0.16
    # To say something again, slower or louder costs little where it was not wished.
    oblige: float = 0.62
    # An emergency needs little, but more than the likeliest other intent: this much of what the two have together; and the
    # less clear it was heard, the more. Of what Whisper hears in noise or in a television none comes to `emergency_clear`.
    emergency: float = 0.15
    emergency_against_other: float = 0.53
    emergency_clear: float = 0.1
    # Below these one is asked whether there is danger.
    emergency_accept: float = 0.45
    emergency_accept_against_other: float = 0.65
    emergency_accept_clear: float = 0.2


class LearnedUnderstanding:
    """Understands by a learned model; may be used by several threads."""

    def __init__(self, model: LearnedModel, thresholds: Thresholds = Thresholds()) -> None:
        self._model = model
        self._thresholds = thresholds

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        """Read an utterance; `likely` are the intents that the question asks for."""
        told = [hypothesis for hypothesis in hearing.hypotheses if as_said(hypothesis.text).syllables]
        judged = self._model.shares([as_said(hypothesis.text) for hypothesis in told]) if told else np.empty((0, 0))
        unbiased = [place for place, hypothesis in enumerate(told) if not hypothesis.biased]
        if not unbiased:
            return Meaning()
        clearness = hearing.clearness
        meaning = self._weigh([told[place] for place in unbiased], judged[unbiased], likely, clearness)
        if meaning.decision is Decision.ACCEPT or len(unbiased) == len(told):
            return meaning
        meaning = self._weigh(told, judged, likely, clearness)
        # What was heard only because it was waited for is asked about, never acted upon.
        return replace(meaning, decision=Decision.CONFIRM) if meaning.decision is Decision.ACCEPT else meaning

    def _weigh(self, told: Sequence[Hypothesis], judged: Shares, likely: frozenset[str], clearness: float) -> Meaning:
        # What all say together, and what one of them says plainly: the right words may be in the third hypothesis only.
        together = np.array(_weights(told)) @ judged + judged.max(axis=0)
        shares = dict(zip(self._model.meanings.classes, together.tolist(), strict=True))
        raised = {intent: share * (LIKELIER if intent in likely else 1.0) for intent, share in shares.items()}
        return self._decide(_normal(shares), _normal(raised), clearness)

    def finished(self, text: str) -> bool:
        """Whether these words may be a whole answer."""
        return self.wholeness(text) >= WHOLE_FROM

    def wholeness(self, text: str) -> float:
        """How likely it is that a sentence ends here, 0 to 1."""
        said = as_said(text)
        if not said.syllables:
            return 0.0
        endings = self._model.endings
        return float(endings.shares([said.ending])[0][endings.classes.index("whole")])

    def _decide(self, plain: Mapping[str, float], shares: Mapping[str, float], clearness: float) -> Meaning:
        """Decide by the shares after the question; on an emergency by those without it, unless the question is well answered."""
        limits = self._thresholds
        best = max((intent for intent in shares if intent != EMERGENCY), key=lambda intent: shares[intent])
        # An alarm comes first: a needless one costs less than a missed one.
        alarm = plain.get(EMERGENCY, 0.0)
        against = alarm / (alarm + max(share for intent, share in plain.items() if intent != EMERGENCY))
        answered = shares[best] >= limits.accept
        wanted = (limits.emergency, limits.emergency_against_other, limits.emergency_clear)
        if _reaches(wanted, alarm, against, clearness) and not answered:
            to_act = (limits.emergency_accept, limits.emergency_accept_against_other, limits.emergency_accept_clear)
            sure = _reaches(to_act, alarm, against, clearness)
            return Meaning(EMERGENCY, Decision.ACCEPT if sure else Decision.CONFIRM, plain)
        if best == NONE or shares[best] < limits.confirm:
            return Meaning(NONE, Decision.AGAIN, shares)
        needed = limits.oblige if best in OBLIGING else limits.accept
        return Meaning(best, Decision.ACCEPT if shares[best] >= needed else Decision.CONFIRM, shares)


def _reaches(wanted: tuple[float, float, float], alarm: float, against: float, clearness: float) -> bool:
    return alarm >= wanted[0] and against >= wanted[1] and alarm * clearness >= wanted[2]


def _normal(shares: Mapping[str, float]) -> dict[str, float]:
    total = sum(shares.values())
    return {intent: share / total for intent, share in shares.items()}


def _weights(hypotheses: Sequence[Hypothesis]) -> list[float]:
    """What each hypothesis counts; each way of hearing counts the same, and within it the likelier ones more."""
    ways = [(hypothesis.heard_in, hypothesis.biased) for hypothesis in hypotheses]
    best: defaultdict[tuple[str, bool], float] = defaultdict(lambda: -math.inf)
    for way, hypothesis in zip(ways, hypotheses, strict=True):
        best[way] = max(best[way], hypothesis.score)
    raw = [math.exp(SHARPNESS * (hypothesis.score - best[way])) for way, hypothesis in zip(ways, hypotheses, strict=True)]
    sums: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for way, weight in zip(ways, raw, strict=True):
        sums[way] += weight
    return [weight / sums[way] / len(sums) for way, weight in zip(ways, raw, strict=True)]
