from datetime import datetime
from zoneinfo import ZoneInfo

from audio.recognizers import Hearing, Hypothesis
from ivr.slots.digits import DigitsSlot
from ivr.understanding.meaning import Heard

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def heard(*texts: str, biased: bool = False) -> Heard:
    return Heard(Hearing(tuple(Hypothesis(text, -float(place), biased=biased) for place, text in enumerate(texts))))


def test_digits_by_key_end_with_hash_or_when_all_are_there() -> None:
    slot = DigitsSlot(least=3, most=4)
    assert not slot.is_complete("502")
    assert slot.is_complete("502#")
    assert slot.is_complete("4821")
    assert slot.gathered("502#") == slot.gathered("502") == "502"
    assert slot.gathered("50#") is None
    assert slot.gathered("*12") is None
    assert slot.press("5") is None
    assert DigitsSlot(least=1, most=1).press("5") == "5"


def test_digits_by_word_must_be_as_many_as_are_wanted() -> None:
    slot = DigitsSlot(least=11, most=11)
    assert slot.read(heard("幺三八一二三四五六七", "幺三八一二三四五六七八"), NOW) == "13812345678"
    assert slot.read(heard("五零二"), NOW) is None


def test_rule_7_a_number_is_given_two_and_a_half_seconds_of_silence() -> None:
    assert DigitsSlot(least=1, most=11).patience.end_ms == 2_500
    assert DigitsSlot(least=1, most=11).between_keys_ms == 5_000
