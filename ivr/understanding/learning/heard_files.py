"""What recognisers made of the corpus, kept: a file an intent, sorted, so that a few more lines are a small difference."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from ivr.understanding.learning.corpus import HEARD, Misheard, read_heard, write_heard

MOST_HYPOTHESES = 3
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SEPARATES = re.compile(r"[|\s]+")


class HeardFiles:
    """The files of one folder; used by one thread at a time, but for `is_new` and `times`."""

    def __init__(self, folder: Path = HEARD) -> None:
        self._folder = folder
        self._kept: defaultdict[str, set[Misheard]] = defaultdict(set)
        self._known: set[tuple[str, tuple[str, ...]]] = set()
        self._times: Counter[str] = Counter()
        for one in read_heard(folder):
            self._remember(one)

    def times(self, text: str) -> int:
        """How often this sentence was heard, in one way or another."""
        return self._times[text]

    def is_new(self, text: str, heard: tuple[str, ...]) -> bool:
        """Whether there is anything in it, and the sentence was never heard just so."""
        return bool(heard) and (text, heard) not in self._known

    def keep(self, several: Iterable[Misheard]) -> int:
        """Remember what is new, and write the files it belongs to; tells how many were new. Raises `OSError`."""
        new = 0
        changed = set()
        for one in several:
            if self.is_new(one.example.text, one.heard):
                self._remember(one)
                changed.add(one.example.intent)
                new += 1
        for intent in sorted(changed):
            write_heard(self._folder / f"{intent}.tsv", sorted(self._kept[intent], key=_place))
        return new

    def _remember(self, one: Misheard) -> None:
        if self.is_new(one.example.text, one.heard):
            self._kept[one.example.intent].add(one)
            self._known.add((one.example.text, one.heard))
            self._times[one.example.text] += 1


def worth_keeping(hypotheses: Iterable[str]) -> tuple[str, ...]:
    """The likeliest hypotheses that have a Chinese character, without what separates fields."""
    texts = (_SEPARATES.sub(" ", hypothesis).strip() for hypothesis in hypotheses)
    return tuple(dict.fromkeys(text for text in texts if _CHINESE.search(text)))[:MOST_HYPOTHESES]


def _place(one: Misheard) -> tuple[str, str, int, tuple[str, ...]]:
    # From a clean line to the noisiest.
    return one.example.wording, one.example.text, -1000 if one.noise_db is None else -one.noise_db, one.heard
