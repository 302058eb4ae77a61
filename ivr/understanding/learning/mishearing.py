"""How a recogniser mishears, learned from what it made of the corpus, and put on any sentence: many more than could be spoken."""

import random
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from ivr.understanding.learning.corpus import Misheard
from ivr.understanding.sounds import Said, Syllable, as_said

# Hypotheses that have less than this in common with what was said tell nothing of its sounds.
_MOST_WRONG = 0.7
_BEST_HYPOTHESES = 2
# How bad a line is: half, all or more of what was measured on average.
_SEVERITIES = (0.5, 1.0, 1.6)
_SPOILED = 0.8
_LOST = 0.03
_RANDOM = 0.02


class Confusions:
    """Which initials and finals are taken for which others, and how often."""

    def __init__(self, misheard: Iterable[Misheard]) -> None:
        self._initials: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._finals: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._any: set[Syllable] = set()
        for one in misheard:
            said = as_said(one.example.text).syllables
            self._any.update(said)
            for heard in one.heard[:_BEST_HYPOTHESES]:
                self._learn(align(said, as_said(heard).syllables))
        self._all = sorted(self._any)
        self._heard_initials = {said: _table(heard) for said, heard in self._initials.items()}
        self._heard_finals = {said: _table(heard) for said, heard in self._finals.items()}

    def mishear(self, said: Said, chance: random.Random) -> Said:
        """One way that this may be heard; the characters are not known then."""
        severity = chance.choice(_SEVERITIES)
        heard = []
        for initial, final in said.syllables:
            if chance.random() < _LOST * severity:
                continue
            if chance.random() < _RANDOM * severity and self._all:
                heard.append(chance.choice(self._all))
                continue
            if chance.random() < _SPOILED * severity:
                initial = _drawn(self._heard_initials.get(initial), initial, chance)  # noqa: PLW2901
            if chance.random() < _SPOILED * severity:
                final = _drawn(self._heard_finals.get(final), final, chance)  # noqa: PLW2901
            heard.append((initial, final))
        return Said("", tuple(heard))

    def _learn(self, pairs: Sequence[tuple[Syllable | None, Syllable | None]]) -> None:
        if sum(one != other for one, other in pairs) > _MOST_WRONG * len(pairs):
            return
        for said, heard in pairs:
            if said and heard:
                self._initials[said[0]][heard[0]] += 1
                self._finals[said[1]][heard[1]] += 1


def align(said: Sequence[Syllable], heard: Sequence[Syllable]) -> list[tuple[Syllable | None, Syllable | None]]:
    """Pair the syllables at the least cost: 1 for one lost, added or exchanged, a half where one part of it is the same."""
    costs = [[float(at)] for at in range(len(said) + 1)]
    costs[0] = [float(at) for at in range(len(heard) + 1)]
    for at, one in enumerate(said, start=1):
        for to, other in enumerate(heard, start=1):
            exchanged = costs[at - 1][to - 1] + _cost(one, other)
            costs[at].append(min(costs[at - 1][to] + 1, costs[at][to - 1] + 1, exchanged))
    pairs: list[tuple[Syllable | None, Syllable | None]] = []
    at, to = len(said), len(heard)
    while at or to:
        if at and to and costs[at][to] == costs[at - 1][to - 1] + _cost(said[at - 1], heard[to - 1]):
            at, to = at - 1, to - 1
            pairs.append((said[at], heard[to]))
        elif at and costs[at][to] == costs[at - 1][to] + 1:
            at -= 1
            pairs.append((said[at], None))
        else:
            to -= 1
            pairs.append((None, heard[to]))
    return pairs[::-1]


def _cost(one: Syllable, other: Syllable) -> float:
    if one == other:
        return 0.0
    return 0.5 if one[0] == other[0] or one[1] == other[1] else 1.0


Table = tuple[list[str], list[int]]


def _table(heard: Counter[str]) -> Table:
    return list(heard), list(accumulate(heard.values()))


def _drawn(heard: Table | None, said: str, chance: random.Random) -> str:
    if heard is None:
        return said
    parts, limits = heard
    return parts[bisect(limits, chance.random() * limits[-1])]
