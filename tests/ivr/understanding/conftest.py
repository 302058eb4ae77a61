from collections.abc import Callable

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.meaning import Meaning
from ivr.understanding.model import load_model
from ivr.understanding.reading import LearnedUnderstanding
from tests.learned import learned_folder


@pytest.fixture(scope="session")
def learned() -> LearnedUnderstanding:
    """The understanding that the demo's site has."""
    return LearnedUnderstanding(load_model(learned_folder() / "understanding.npz"))


@pytest.fixture
def mean(learned: LearnedUnderstanding) -> Callable[..., Meaning]:
    """What a text means when it is heard without a fault."""

    def read(*texts: str, likely: frozenset[str] = frozenset()) -> Meaning:
        hearing = Hearing(tuple(Hypothesis(text, -0.1 * rank) for rank, text in enumerate(texts)))
        return learned.mean(hearing, likely)

    return read
