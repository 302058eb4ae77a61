"""Short answers to a question: yes, no, nothing more, not at all."""

import math
import tomllib
from collections.abc import Sequence
from pathlib import Path

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.pinyin import PhraseTable, found_in, syllables

WORDS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))
CLOSED_ANSWERS: Sequence[str] = WORDS["closed"]

CERTAIN = 0.9
# How a short answer that was written down as something else (施打 for 是的) is matched to the closed answers: on
# synthetic speech 什么, 谁呀 and 喂 fit by less than 0.02. A match is about as long as what was heard, and three times
# likelier than its opposite.
FITS_FROM = 0.02
FITS_FOREIGN_FROM = 0.2
SHARE_FROM = 0.5
TIMES_LIKELIER = 3.0
MOST_SYLLABLES_APART = 1
AS_LONG_FROM = 0.4
# An answer is looked for in the first three hypotheses.
DEPTH = 3
MOST_SYLLABLES_OF_NOTHING = 6
MOST_SYLLABLES_AFTER_YES = 8

_TABLES = {name: PhraseTable([syllables(word) for word in words]) for name, words in WORDS.items()}


def wants_nothing(hearing: Hearing) -> bool:
    """Whether the caller takes the whole wish back."""
    return mentions(hearing, "forget_it")


def has_nothing_more(hearing: Hearing) -> bool:
    """Whether the caller has nothing to add; only a short answer says so."""
    short = [said for said in _plain(hearing) if len(syllables(said.text)) <= MOST_SYLLABLES_OF_NOTHING]
    return any(_contains(said.text, "nothing_more") for said in short)


def mentions(hearing: Hearing, name: str) -> bool:
    """Whether one of the words called `name` in answers.toml was said."""
    return any(_contains(hypothesis.text, name) for hypothesis in _plain(hearing))


def yes_or_no(hearing: Hearing) -> bool | None:
    """True for yes, False for no, None when it is neither: by the likeliest words, then by the closest of the closed answers.

    A yes of less likely words alone is one only where the closest answers do not lean to a no (不对, heard as 拨退, was 对 in the
    third hypothesis).
    """
    for place, hypothesis in enumerate(_plain(hearing)):
        verdict = _verdict(hypothesis.text)
        if verdict is not None:
            doubtful = verdict and place and hearing.answers
            return None if doubtful and not _clearly_yes(_shares(hearing)) else verdict
    return _matched_verdict(hearing)


def _matched_verdict(hearing: Hearing) -> bool | None:
    length = len(syllables(hearing.best))
    # Where the recogniser fell into another language (do it up, for 对的) there is no length to compare.
    if hearing.answers_fit < (FITS_FROM if length else FITS_FOREIGN_FROM):
        return None
    shares = _shares(hearing, length, MOST_SYLLABLES_APART) if length else _shares(hearing)
    if shares[False] >= max(SHARE_FROM, TIMES_LIKELIER * shares[True]):
        return False
    # A yes may place an order: much of it is exactly as long as what was heard (错了 heard as 困难 fits 好).
    as_long = _shares(hearing, length, 0)[True] if length else shares[True]
    return True if _clearly_yes(shares) and as_long >= AS_LONG_FROM * shares[True] else None


def _clearly_yes(shares: dict[bool, float]) -> bool:
    return shares[True] >= max(SHARE_FROM, TIMES_LIKELIER * shares[False])


def _shares(hearing: Hearing, length: int = 0, most_apart: int = 1_000) -> dict[bool, float]:
    """What the closest answers of about this length come to."""
    shares = {True: 0.0, False: 0.0}
    for answer in hearing.answers:
        verdict = _verdict(answer.text)
        if verdict is not None and abs(len(syllables(answer.text)) - length) <= most_apart:
            shares[verdict] += math.exp(answer.score)
    return shares


def _verdict(text: str) -> bool | None:
    text = text.replace("没错", "对").replace("不错", "对")  # or their 错 would be a no
    said = syllables(text)
    if not said:
        return None
    if _is_one_of(text, WORDS["yes"]):
        return True
    if _is_one_of(text, WORDS["no"]) or any(word in text for word in WORDS["no"] if len(word) > 1):
        return False
    text = text.strip("，。！？,.!? 嗯啊哦")
    begins_with_yes = text.startswith(tuple(WORDS["yes"])) and not text.startswith(tuple(WORDS["begins_like_yes"]))
    return True if begins_with_yes and not text.endswith("吗") and len(said) <= MOST_SYLLABLES_AFTER_YES else None


def _is_one_of(text: str, words: Sequence[str]) -> bool:
    """Whether the whole of a short answer sounds like one of the words, maybe said twice or three times (对对对)."""
    said = syllables(text)
    for word in words:
        wanted = syllables(word)
        times = len(said) // len(wanted)
        if 1 <= times <= 3 and len(said) == times * len(wanted) and found_in(wanted * times, said) >= CERTAIN:
            return True
    return False


def _plain(hearing: Hearing) -> list[Hypothesis]:
    return [hypothesis for hypothesis in hearing.hypotheses if hypothesis.tells_details][:DEPTH]


def _contains(text: str, name: str) -> bool:
    return bool((_TABLES[name].find(syllables(text)) >= CERTAIN).any())
