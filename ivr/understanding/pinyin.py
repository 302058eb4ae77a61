"""How alike two wordings sound in Mandarin, northern or southern, well recognised or not so well."""

from collections.abc import Sequence
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

Syllable = tuple[str, str]  # initial, final

# Pairs that southern speakers and telephone lines make alike (shared/design: n/l, zh/z, ch/c, sh/s, f/h; an/ang, en/eng, in/ing).
_ALIKE_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "h": "f"}
_ALIKE_FINALS = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan"}

CONFUSABLE = 0.9
SAME_FINAL = 0.5
SAME_INITIAL = 0.35


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[Syllable, ...]:
    """The text's Chinese syllables; punctuation and Latin letters are left out."""
    initials = lazy_pinyin(text, style=Style.INITIALS, strict=False, errors="ignore")
    finals = lazy_pinyin(text, style=Style.FINALS, strict=False, errors="ignore")
    return tuple(zip(initials, finals, strict=True))


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


def found_in(phrase: Sequence[Syllable], text: Sequence[Syllable]) -> float:
    """How well `phrase` is found somewhere in `text`: the best mean likeness over a run of the same length, 0 to 1."""
    if not phrase or len(text) < len(phrase):
        return 0.0
    return max(
        sum(likeness(said, wanted) for said, wanted in zip(text[start:], phrase, strict=False)) / len(phrase)
        for start in range(len(text) - len(phrase) + 1)
    )
