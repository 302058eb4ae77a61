"""One voice speaks in many manners, each the same every time."""

import pytest

from audio.sound import duration_s
from audio.synthesizers import SynthesisError, Synthesizer
from audio.synthesizers.manner import FLAT_TONGUE, FRONT_NASAL, N_AS_L, Manner, Performer
from audio.synthesizers.pyttsx3 import Pyttsx3Synthesizer

SAYABLE = {"sen", "sheng", "shen", "zong", "niu", "liu", "shuai", "ren"}
SOUTHERN = Manner(accent=(FRONT_NASAL, FLAT_TONGUE, N_AS_L))


@pytest.fixture
def performer(mandarin: Synthesizer) -> Performer:
    assert isinstance(mandarin, Performer)
    return mandarin


@pytest.mark.parametrize(
    ("syllable", "said"), [("sheng1", "sen1"), ("zhong4", "zong4"), ("niu2", "liu2"), ("shuai1", "shuai1"), ("ren2", "ren2")]
)
def test_a_southern_accent_moves_sounds_as_far_as_there_are_such_syllables(syllable: str, said: str) -> None:
    assert SOUTHERN.pronounce(syllable, SAYABLE) == said


def test_each_part_of_a_manner_is_heard(performer: Performer) -> None:
    text = "水龙头坏了"
    usual = performer.perform(text, Manner())
    others = [Manner(pitch=0.8), Manner(energy=0.8), Manner(mouth=0.9), SOUTHERN]
    assert len({usual, *(performer.perform(text, manner) for manner in others)}) == 5
    assert duration_s(performer.perform(text, Manner(stretch=1.6))) > 1.1 * duration_s(usual)
    assert performer.perform(text, Manner()) == usual


def test_a_performance_leaves_the_usual_voice_as_it_was(performer: Performer) -> None:
    before = performer.speak("请稍等")
    performer.perform("请稍等", SOUTHERN)
    assert performer.speak("请稍等") == before


def test_nothing_cannot_be_performed(performer: Performer) -> None:
    with pytest.raises(SynthesisError):
        performer.perform("。", SOUTHERN)


def test_a_voice_without_manners_is_no_performer() -> None:
    assert not issubclass(Pyttsx3Synthesizer, Performer)
