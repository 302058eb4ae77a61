"""Services that are named in a sentence that asks for something else: 取消送餐, 打扫卫生还是老样子."""

from collections.abc import Sequence
from functools import lru_cache

from audio.recognizers import Hearing
from ivr.understanding.pinyin import PhraseTable, Syllable, syllables
from ivr.understanding.services import Offering

NAMED_FROM = 0.9


def services_named(hearing: Hearing, offerings: Sequence[Offering]) -> list[Offering]:
    """Those of the offerings whose name, or a phrase that people ask for them with, is in what was heard."""
    told = [syllables(hypothesis.text) for hypothesis in hearing.hypotheses if not hypothesis.biased]
    return [offering for offering in dict.fromkeys(offerings) if any(_names(offering, text) for text in told)]


@lru_cache(maxsize=4096)
def _names(offering: Offering, text: tuple[Syllable, ...]) -> bool:
    return bool((_phrases(offering).find(text) >= NAMED_FROM).any())


@lru_cache(maxsize=256)
def _phrases(offering: Offering) -> PhraseTable:
    return PhraseTable([syllables(phrase) for phrase in (offering.name, *offering.spoken)])
