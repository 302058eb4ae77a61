"""A cry that the engine of phrases hears in a sound of which Whisper makes rubbish: it is asked about."""

import pytest

from audio.recognizers import HeardIn, Hearing, Hypothesis
from ivr.understanding.intents import EMERGENCY
from ivr.understanding.meaning import Decision
from ivr.understanding.reading import LearnedUnderstanding

# The first test waits for a model to be learned, where there is none yet.
pytestmark = pytest.mark.timeout(900)

RUBBISH = ("嗯今天他们那边放电视呢", "嗯今天他们那边放电视", "今天他们那边放电视呢")
CRY, NO_CRY = "我头撞破了流好多血", "我头发长了"


def heard(plain: str, filtered: str) -> Hearing:
    parts: list[tuple[HeardIn, str]] = [("phrases", plain), ("phrases_filtered", filtered)]
    usual = [Hypothesis(words, -0.4 - place / 10) for place, words in enumerate(RUBBISH)]
    return Hearing((*usual, *(Hypothesis(words, -5.0, heard_in=part) for part, words in parts)), clearness=0.6)


def test_a_cry_heard_with_the_noise_and_without_is_asked_about(learned: LearnedUnderstanding) -> None:
    meaning = learned.mean(heard(CRY, CRY))
    assert (meaning.intent, meaning.decision) == (EMERGENCY, Decision.CONFIRM)


def test_a_cry_that_only_one_of_the_two_has_is_none(learned: LearnedUnderstanding) -> None:
    assert learned.mean(heard(CRY, NO_CRY)).intent != EMERGENCY
    assert learned.mean(Hearing(heard(CRY, CRY).hypotheses[:-1], clearness=0.6)).intent != EMERGENCY


def test_where_a_few_words_are_asked_for_they_alone_are_no_cry(learned: LearnedUnderstanding) -> None:
    assert learned.mean(heard(CRY, CRY), frozenset({"yes", "no"})).intent != EMERGENCY
