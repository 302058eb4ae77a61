"""Reading an utterance: every hypothesis is judged, their shares are put together, and the sum decides what may be done."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audio.recognizers import HeardIn, Hearing, Hypothesis
from audio.recognizers.paces import PACES
from ivr.understanding.clauses import MARKS
from ivr.understanding.intents import CONTACT, EMERGENCY, MESSAGE, NONE, OBLIGING, OPERATOR, QUERY
from ivr.understanding.meaning import Decision, Meaning
from ivr.understanding.model import LearnedModel, Shares
from ivr.understanding.sounds import as_said

# How much less a less likely hypothesis counts: by e to the power of this, for each point of the recogniser's score.
SHARPNESS = 3.0
# What a question asks for is so many times likelier after it.
LIKELIER = 8.0
# So sure that a sentence ends here: of wordings that were held back, broken off anywhere, 31 in a hundred are taken for whole,
# of whole ones 12 for broken. Where people do pause (我家空调, 昨天约的师傅), 4 of 58 are taken for whole.
WHOLE_FROM = 0.4
# What is put together by itself first: the two hearings at the usual pace, each further pace, and what was heard in phrases.
_PARTS: dict[HeardIn, str] = {
    "plain": "usual",
    "filtered": "usual",
    "faster": "faster",
    "slower": "slower",
    "phrases": "phrases",
    "phrases_filtered": "phrases",
    "words": "words",
}
_PHRASES = [heard_in for heard_in, part in _PARTS.items() if part == "phrases"]
# Who cries for help may ask for somebody in the same breath (给我闺女打电话，我喘不动了).
FOR_SOMEBODY = frozenset({CONTACT, MESSAGE, OPERATOR, QUERY})
_SHORTEST_CRY = 3


@dataclass(frozen=True)
class Thresholds:
    """What share an intent needs. Measured on voices and sentences that were not learned (docs/understanding.md)."""

    accept: float = 0.7
    confirm: float = 0.16
    # To say something again, slower or louder costs little where it was not wished; and where one would have to ask again anyway,
    # it costs nothing.
    oblige: float = 0.62
    oblige_perhaps: float = 0.3
    # An emergency needs little, but more than the likeliest other intent: this much of what the two have together; and the
    # less clear it was heard, the more. Of what Whisper hears in noise or in a television none comes to `emergency_clear`.
    emergency: float = 0.15
    emergency_against_other: float = 0.5
    emergency_clear: float = 0.1
    # What was heard clearly and is in those words no plain cry is hardly one: so much more is needed to ask about it.
    emergency_clearly: float = 0.7
    emergency_against_other_clearly: float = 0.55
    # Below these one is asked whether there is danger.
    emergency_accept: float = 0.6
    emergency_accept_against_other: float = 0.65
    emergency_accept_clear: float = 0.2
    # A clause by itself, beside another in which one asks for somebody: asked about, never acted upon.
    emergency_clause: float = 0.5
    emergency_clause_against_other: float = 0.6
    # What stands first of both hearings of the engine that knows phrases, on the whole; asked about, never acted upon.
    emergency_phrases: float = 0.5
    # Heard at other paces too, and among hints, it needs a little more.
    emergency_at_paces: float = 0.2
    emergency_at_paces_against_other: float = 0.53
    # From `doubt` up to where there is none, it is worth being heard so.
    doubt: float = 0.1
    doubt_against_other: float = 0.33
    no_doubt: float = 0.5
    no_doubt_against_other: float = 0.75


class LearnedUnderstanding:
    """Understands by a learned model; may be used by several threads."""

    def __init__(self, model: LearnedModel, thresholds: Thresholds = Thresholds()) -> None:
        self._model = model
        self._thresholds = thresholds

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        """Read an utterance; `likely` are the intents that the question asks for."""
        meaning = self._mean(hearing, likely)
        if meaning.intent in FOR_SOMEBODY and self._cries_in_a_clause(hearing.best):
            return replace(meaning, intent=EMERGENCY, decision=Decision.CONFIRM)
        return meaning

    def _mean(self, hearing: Hearing, likely: frozenset[str]) -> Meaning:
        told = [hypothesis for hypothesis in hearing.hypotheses if as_said(hypothesis.text).syllables]
        judged = self._model.shares([as_said(hypothesis.text) for hypothesis in told]) if told else np.empty((0, 0))
        unbiased = [place for place, hypothesis in enumerate(told) if not hypothesis.biased]
        if not unbiased:
            return Meaning()
        meaning = self._weigh(hearing, [told[place] for place in unbiased], judged[unbiased], likely)
        if meaning.decision is Decision.ACCEPT or len(unbiased) == len(told):
            return meaning
        in_doubt = meaning.alarm_in_doubt
        meaning = self._weigh(hearing, told, judged, likely)
        # What was heard only because it was waited for is asked about, never acted upon.
        decision = Decision.CONFIRM if meaning.decision is Decision.ACCEPT else meaning.decision
        return replace(meaning, decision=decision, alarm_in_doubt=in_doubt or meaning.alarm_in_doubt)

    def _cries_in_a_clause(self, text: str) -> bool:
        clauses = [said for clause in MARKS.split(text) if len((said := as_said(clause)).syllables) >= _SHORTEST_CRY]
        if len(clauses) < 2:
            return False
        limits = self._thresholds
        alarms = (self._alarm(shares) for shares in self._model.shares(clauses))
        return any(
            alarm >= limits.emergency_clause and against >= limits.emergency_clause_against_other for alarm, against in alarms
        )

    def _alarm(self, shares: Shares) -> tuple[float, float]:
        """An emergency's share, and how much it is of what it and the likeliest other intent have together.

        0 by a model that knows no emergencies: that of the answers in care calls.
        """
        classes = self._model.meanings.classes
        if EMERGENCY not in classes:
            return 0.0, 0.0
        at = classes.index(EMERGENCY)
        alarm = float(shares[at])
        return alarm, alarm / (alarm + float(np.delete(shares, at).max()))

    def _weigh(self, hearing: Hearing, told: Sequence[Hypothesis], judged: Shares, likely: frozenset[str]) -> Meaning:
        shares = dict(zip(self._model.meanings.classes, _together(told, judged).tolist(), strict=True))
        raised = {intent: share * (LIKELIER if intent in likely else 1.0) for intent, share in shares.items()}
        at_paces = any(hypothesis.heard_in in PACES for hypothesis in hearing.hypotheses)
        clearly_none = self._is_clearly_no_plain_cry(hearing, told, judged)
        meaning = self._decide(
            _normal(shares), _normal(raised), hearing.clearness, asked=bool(likely), at_paces=at_paces, clearly_none=clearly_none
        )
        settled = meaning.intent == EMERGENCY or meaning.decision is Decision.ACCEPT
        if settled or likely or not self._is_a_cry_in_phrases(told, judged):
            return meaning
        return replace(meaning, intent=EMERGENCY, decision=Decision.CONFIRM)

    def _is_clearly_no_plain_cry(self, hearing: Hearing, told: Sequence[Hypothesis], judged: Shares) -> bool:
        """Whether the words were heard clearly and are by themselves no plain cry, whatever the second engine makes of them."""
        limits = self._thresholds
        if not limits.emergency_clearly <= hearing.clearness < 1:  # an engine that does not tell gives 1
            return False
        usual = [place for place, hypothesis in enumerate(told) if _PARTS[hypothesis.heard_in] == "usual"]
        if not usual:
            return False
        _, against = self._alarm(_together([told[place] for place in usual], judged[usual]))
        return against < limits.emergency_against_other_clearly

    def _is_a_cry_in_phrases(self, told: Sequence[Hypothesis], judged: Shares) -> bool:
        """Whether the engine that knows phrases heard a cry with the noise and without: Whisper may have heard rubbish."""
        first: dict[HeardIn, float] = {}
        for hypothesis, shares in zip(told, judged, strict=True):
            if _PARTS[hypothesis.heard_in] == "phrases":
                first.setdefault(hypothesis.heard_in, self._alarm(shares)[0])
        return len(first) == len(_PHRASES) and sum(first.values()) / len(first) >= self._thresholds.emergency_phrases

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

    def _decide(
        self,
        plain: Mapping[str, float],
        shares: Mapping[str, float],
        clearness: float,
        *,
        asked: bool,
        at_paces: bool,
        clearly_none: bool,
    ) -> Meaning:
        """Decide by the shares after the question; on an emergency by those without it, unless the question is well answered.

        Where a few words are asked for, what is left of 是的 or 不要了 in noise (屁股, 有用了) is like anything: there an
        emergency is asked about only where its share would do to act upon.
        """
        limits = self._thresholds
        best = max((intent for intent in shares if intent != EMERGENCY), key=lambda intent: shares[intent])
        # An alarm comes first: a needless one costs less than a missed one.
        alarm = plain.get(EMERGENCY, 0.0)
        against = alarm / (alarm + max(share for intent, share in plain.items() if intent != EMERGENCY))
        answered = shares[best] >= limits.accept
        plainly = alarm >= limits.no_doubt and against >= limits.no_doubt_against_other
        open_to_doubt = not (answered or plainly or at_paces)
        in_doubt = open_to_doubt and alarm >= limits.doubt and against >= limits.doubt_against_other
        to_act = (limits.emergency_accept, limits.emergency_accept_against_other, limits.emergency_accept_clear)
        to_ask = (limits.emergency, limits.emergency_against_other)
        if at_paces:
            to_ask = (limits.emergency_at_paces, limits.emergency_at_paces_against_other)
        if clearly_none:
            to_ask = (to_ask[0], limits.emergency_against_other_clearly)
        wanted = (*(to_act[:2] if asked else to_ask), limits.emergency_clear)
        if _reaches(wanted, alarm, against, clearness) and not answered:
            sure = _reaches(to_act, alarm, against, clearness)
            return Meaning(EMERGENCY, Decision.ACCEPT if sure else Decision.CONFIRM, plain, in_doubt)
        if best == NONE or shares[best] < (limits.oblige_perhaps if best in OBLIGING else limits.confirm):
            return Meaning(NONE, Decision.AGAIN, shares, in_doubt)
        needed = limits.oblige if best in OBLIGING else limits.accept
        return Meaning(best, Decision.ACCEPT if shares[best] >= needed else Decision.CONFIRM, shares, in_doubt)


def _reaches(wanted: tuple[float, float, float], alarm: float, against: float, clearness: float) -> bool:
    return alarm >= wanted[0] and against >= wanted[1] and alarm * clearness >= wanted[2]


def _together(told: Sequence[Hypothesis], judged: Shares) -> Shares:
    """What the hypotheses come to: at each pace, and of the engine that knows phrases, by itself; then together, each alike."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, hypothesis in enumerate(told):
        places[_PARTS[hypothesis.heard_in]].append(place)
    sums = np.zeros(judged.shape[1])
    for own in places.values():
        # What all say together, and what one of them says plainly: the right words may be in the third hypothesis only.
        heard = np.array(_weights([told[place] for place in own])) @ judged[own] + judged[own].max(axis=0)
        sums += heard / heard.sum()
    return sums


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
