"""How alike two wordings sound in Mandarin, northern or southern, well recognised or not so well."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin

Syllable = tuple[str, str]  # initial, final

# Pairs that southern speakers and telephone lines make alike (shared/design: n/l, zh/z, ch/c, sh/s, f/h; an/ang, en/eng, in/ing).
_ALIKE_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "h": "f"}
_ALIKE_FINALS = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan"}

CONFUSABLE = 0.9
SAME_FINAL = 0.5
SAME_INITIAL = 0.5
# A phrase may be said with a few syllables in between (龙头一直在滴水, 订一份午饭): each costs a little.
MOST_BETWEEN = 4
MOST_BETWEEN_OF_THREE = 2
COST_BETWEEN = 0.015

Likenesses = NDArray[np.float64]


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[Syllable, ...]:
    """The text's Chinese syllables; punctuation and Latin letters are left out."""
    initials = lazy_pinyin(text, style=Style.INITIALS, strict=False, errors="ignore")
    finals = lazy_pinyin(text, style=Style.FINALS, strict=False, errors="ignore")
    return tuple(zip(initials, finals, strict=True))


@cache
def likeness(one: Syllable, other: Syllable) -> float:
    """How alike two syllables sound: 1 for the same, 0.9 a confusable part, 0 for nothing in common."""
    if one == other:
        return 1.0
    initials = _part_likeness(one[0], other[0], _ALIKE_INITIALS)
    finals = _part_likeness(one[1], other[1], _ALIKE_FINALS)
    if initials and finals:
        return initials * finals
    return SAME_FINAL * finals if finals else SAME_INITIAL * initials


def _part_likeness(one: str, other: str, alike: dict[str, str]) -> float:
    if one == other:
        return 1.0
    return CONFUSABLE if alike.get(one, one) == alike.get(other, other) else 0.0


class PhraseTable:
    """Many phrases, looked for in a text all at once."""

    def __init__(self, phrases: Sequence[Sequence[Syllable]]) -> None:
        self._sounds = sorted({syllable for phrase in phrases for syllable in phrase})
        number = {syllable: index for index, syllable in enumerate(self._sounds)}
        self._size = len(phrases)
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for index, phrase in enumerate(phrases):
            by_length[len(phrase)].append(index)
        self._by_length = {
            length: (np.array(indices), np.array([[number[syllable] for syllable in phrases[index]] for index in indices]))
            for length, indices in by_length.items()
            if length
        }

    def find(self, text: Sequence[Syllable]) -> Likenesses:
        """How well each phrase is found somewhere in the text: the best mean likeness of its syllables, 0 to 1."""
        found = np.zeros(self._size)
        if text:
            alike = np.array([[likeness(sound, said) for said in text] for sound in self._sounds])
            for length, (indices, sounds) in self._by_length.items():
                found[indices] = _best_runs(alike[sounds], length, len(text))
        return found


@lru_cache(maxsize=4096)
def found_in(phrase: tuple[Syllable, ...], text: tuple[Syllable, ...]) -> float:
    """How well one phrase is found somewhere in a text, 0 to 1."""
    return float(PhraseTable([phrase]).find(text)[0])


def _best_runs(alike: Likenesses, length: int, said: int) -> Likenesses:
    """Of (phrases, length, said) likenesses, the best run of each phrase, whole or with one gap in it."""
    best = np.zeros(len(alike))
    most = 0 if length < 3 else MOST_BETWEEN_OF_THREE if length == 3 else MOST_BETWEEN
    for gap in range(most + 1):
        splits = (length,) if not gap else (1,) if length == 3 else range(2, length - 1)
        for split in splits:
            starts = said - length - gap + 1
            if starts < 1:
                continue
            runs = sum(alike[:, at, at + (gap if at >= split else 0) :][:, :starts] for at in range(length)) / length
            best = np.maximum(best, np.max(runs, axis=1) - COST_BETWEEN * gap)
    return best
