"""What is said of work at the door: whether it was done, and how good it was."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from audio.recognizers import Hearing
from ivr.numbers import read_number
from ivr.understanding.pinyin import Syllable, likeness, syllables

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("work_answers.toml").read_text(encoding="utf-8"))
CERTAIN = 0.9
# An answer is looked for in the first three hypotheses.
DEPTH = 3
# A number alone is a mark where it is the whole answer; 分 is heard as others of its sound.
MOST_SYLLABLES_OF_A_MARK = 4
_MARK = re.compile(r"(?P<mark>[一二两三四五12345])(?:颗星|个?星|[分份芬粉](?![钟之半]))|[打给]个?(?P<bare>[一二三四五12345])$")
_FULL_MARKS = re.compile(r"(?<![一二三四五六七八九\d])(?:十|一百|10|100)[分份](?![钟之])")
_CLAUSES = re.compile(r"[，。？！,.?!；;、\s]+")

Phrases = Sequence[Sequence[Syllable]]


def was_done(hearing: Hearing) -> bool | None:
    """Whether the work was done; None where it is not said. A no in any clause wins."""
    for text in _texts(hearing):
        for done, phrases in ((False, _NOT_DONE), (True, _DONE)):
            if any(_has(clause, phrases) for clause in _clauses(text)):
                return done
    return None


def marks(hearing: Hearing) -> int | None:
    """How many of five marks it is given, by number or in words; None where it is not said. Blame wins over praise."""
    texts = list(_texts(hearing))
    numbers = (_number(text) for text in texts)
    if found := next((number for number in numbers if number), None):
        return found
    for text in texts:
        for mark, phrases in _MARKS:
            if any(_has(clause, phrases) for clause in _clauses(text)):
                return mark
    return None


def _number(text: str) -> int | None:
    if found := _MARK.search(text):
        mark = (found["mark"] or found["bare"]).replace("两", "二")
        return int(mark) if mark.isdecimal() else "一二三四五".index(mark) + 1
    if _FULL_MARKS.search(text):
        return 5
    said = syllables(text)
    number = read_number(text) if len(said) <= MOST_SYLLABLES_OF_A_MARK else None
    return int(number) if number in {"1", "2", "3", "4", "5"} else None


def _texts(hearing: Hearing) -> Iterator[str]:
    return (hypothesis.text for hypothesis in hearing.hypotheses[:DEPTH] if hypothesis.tells_details)


def _clauses(text: str) -> Iterator[Sequence[Syllable]]:
    return (syllables(clause) for clause in _CLAUSES.split(text) if clause)


def _has(said: Sequence[Syllable], phrases: Phrases) -> bool:
    """Whether one of the phrases is in the clause without a gap: 没问题修好了 is not 没修好."""
    return any(
        sum(likeness(one, other) for one, other in zip(phrase, said[at:], strict=False)) >= CERTAIN * len(phrase)
        for phrase in phrases
        for at in range(len(said) - len(phrase) + 1)
    )


def _read(words: Sequence[str]) -> Phrases:
    return [syllables(word) for word in words]


_NOT_DONE = _read(WORDS["not_done"])
_DONE = _read(WORDS["done"])
_BY_NAME: Mapping[str, Sequence[str]] = WORDS["marks"]
_MARKS = [(int(name[0]), _read(words)) for name, words in _BY_NAME.items()]
