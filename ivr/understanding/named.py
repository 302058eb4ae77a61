"""Services that are named in a sentence that asks for something else: 取消送餐, 打扫卫生还是老样子."""

from collections.abc import Sequence

from audio.recognizers import Hearing
from ivr.understanding.pinyin import PhraseTable, syllables
from ivr.understanding.services import Offering

NAMED_FROM = 0.9


def services_named(hearing: Hearing, offerings: Sequence[Offering]) -> list[Offering]:
    """Those of the offerings whose name, or a phrase that people ask for them with, is in what was heard."""
    told = [syllables(hypothesis.text) for hypothesis in hearing.hypotheses if not hypothesis.biased]
    return [offering for offering in dict.fromkeys(offerings) if any(_names(offering, text) for text in told)]


def _names(offering: Offering, text: Sequence[tuple[str, str]]) -> bool:
    phrases = [syllables(phrase) for phrase in (offering.name, *offering.spoken)]
    return bool((PhraseTable(phrases).find(text) >= NAMED_FROM).any())
