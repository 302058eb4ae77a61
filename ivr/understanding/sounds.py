"""A text as it sounds on the telephone: syllables in which what north and south, or a bad line, make alike is the same."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

Syllable = tuple[str, str]  # initial, final

# Pairs that southern speakers and telephone lines make alike.
_ONE_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "h": "f"}
_ONE_FINAL = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan"}
# Said yāo in the numbers one calls for help, whichever way a recogniser writes them.
_CALLED = {
    "120": "幺二零",
    "一二零": "幺二零",
    "一二〇": "幺二零",
    "110": "幺幺零",
    "一一零": "幺幺零",
    "一一〇": "幺幺零",
    "119": "幺幺九",
    "一一九": "幺幺九",
}
_CALLED_NUMBER = re.compile("|".join(_CALLED))
_NOT_WORDS = re.compile(r"[^\u4e00-\u9fff0-9]")


@dataclass(frozen=True)
class Said:
    """One text to learn from or to read: its characters without marks, empty where only the sound is known, and its syllables."""

    characters: str
    syllables: tuple[Syllable, ...]

    @property
    def ending(self) -> "Said":
        """How it ends: the last eight syllables tell whether a sentence is whole."""
        return Said(self.characters[-8:], self.syllables[-8:])


@lru_cache(maxsize=1 << 15)
def as_said(text: str) -> Said:
    """The text's words and sound; what is not Chinese and no digit is left out."""
    characters = _NOT_WORDS.sub("", _CALLED_NUMBER.sub(lambda number: _CALLED[number[0]], text))
    initials = lazy_pinyin(characters, style=Style.INITIALS, strict=False, errors="ignore")
    finals = lazy_pinyin(characters, style=Style.FINALS, strict=False, errors="ignore")
    sound = (
        (_ONE_INITIAL.get(initial, initial), _ONE_FINAL.get(final, final))
        for initial, final in zip(initials, finals, strict=True)
    )
    return Said(characters, tuple(sound))
