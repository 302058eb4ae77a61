"""Which answers are whole by themselves, and after which people often go on."""

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.judging import is_hum
from ivr.slots.digits import DigitsSlot
from ivr.slots.note import NO_KEY, Note, NoteSlot
from ivr.slots.slot import Slot
from ivr.slots.wish import WhenSlot
from ivr.slots.yes_no import YesNoSlot
from ivr.understanding.meaning import Heard
from ivr.understanding.services import Catalogue, Offering
from tests.ivr.conftest import NOW

REPAIR = Offering(1, "repair", "修理", ())


def is_whole(slot: Slot, words: str) -> bool | None:
    value = slot.read(Heard(Hearing((Hypothesis(words, 0.0),))), NOW)
    assert value is not None
    return slot.is_whole(value)


@pytest.mark.parametrize("words", ["明天上午九点", "后天下午三点以后", "越快越好", "明天中午"])
def test_a_time_with_its_hour_is_whole(words: str) -> None:
    assert is_whole(WhenSlot(), words)


@pytest.mark.parametrize("words", ["明天", "下礼拜二", "明天上午", "明天上午九点到"])
def test_a_day_or_half_of_it_may_go_on(words: str) -> None:
    assert is_whole(WhenSlot(), words) is False


def test_a_time_in_a_later_hypothesis_alone_may_go_on() -> None:
    slot = WhenSlot()
    value = slot.read(Heard(Hearing((Hypothesis("教育", -0.4), Hypothesis("上五点", -0.9)))), NOW)
    assert value is not None
    assert slot.is_whole(value) is False


def test_a_yes_is_whole() -> None:
    assert is_whole(YesNoSlot(), "是的")


def test_a_number_is_whole_when_no_digit_has_room() -> None:
    slot = DigitsSlot(least=4, most=6)
    assert is_whole(slot, "一二三四五六")
    assert is_whole(slot, "一二三四") is False


def test_nothing_more_is_whole_and_a_note_ends_as_its_sentence_does() -> None:
    slot = NoteSlot(Catalogue([REPAIR]), REPAIR)
    assert is_whole(slot, "没有了")
    assert is_whole(slot, "来之前给我女儿打个电话") is None
    assert slot.press(NO_KEY) == Note()


@pytest.mark.parametrize(
    ("text", "hum"), [("嗯", True), ("嗯。", True), ("咳", True), ("", True), ("嗯嗯", False), ("对", False)]
)
def test_one_hum_is_no_word(text: str, hum: bool) -> None:
    assert is_hum(text) is hum
