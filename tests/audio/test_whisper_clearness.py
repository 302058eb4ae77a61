"""How clear Whisper finds what it heard."""

import pytest

from audio.recognizers import Hypothesis
from audio.recognizers.whisper import _clearness


@pytest.mark.parametrize(
    ("text", "score", "clear"),
    [("明天上午来打扫卫生", -0.2, 0.85), ("救命啊", -1.1, 0.6), ("有些人也有些人也有些人也有些", -1.58, 0.3)],
)
def test_few_words_are_not_held_unclear_for_their_low_score(text: str, score: float, clear: float) -> None:
    assert _clearness([Hypothesis("别的", score - 1), Hypothesis(text, score)]) == pytest.approx(clear, abs=0.05)


def test_nothing_heard_is_not_clear() -> None:
    assert _clearness([]) == 0
