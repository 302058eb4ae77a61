"""The fifteen rules for speaking with older callers, held by whole conversations; tests/audio holds the sound to them."""

import asyncio
import re
import tomllib
from pathlib import Path

import pytest

from audio.pace import slower
from audio.prompts.catalogue import CATALOGUE, load_catalogue
from audio.prompts.rules import faults_of
from audio.prompts.sentences import offers_key, split_sentences
from audio.synthesizers.speakable import speakable
from ivr.dialogues.agreeing import MOST_READ_BACKS
from ivr.keys import gather_keys
from ivr.slots.digits import DigitsSlot
from ivr.slots.provider_keys import WhileTold
from ivr.slots.request import LastRequestSlot
from ivr.slots.slot import Slot
from ivr.turn import Key, Patience, Utterance
from models.demo import read_demo
from tests.ivr.conftest import HANG_UP, NOW, SILENT
from tests.ivr.test_turn import NOTHING, PART, WHOLE, Judge, ScriptedLine, hear, silence

TESTS = Path(__file__).parents[1]
ORDER = ("我家水管漏水了", "明天上午九点")
# On the way into every dialogue; where no order stands, tests of the walk go further.
STATES = (
    (),
    ("好像是订午饭",),
    ("我要订午饭",),
    ORDER[:1],
    ORDER,
    (*ORDER, "不对"),
    ("好像找我女儿",),
    ("还是老样子",),
    ("我要留言",),
)
SPOKEN = [words for prompt in load_catalogue().prompts.values() for words in prompt.words["zh"].values()]


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


def slots() -> set[type[Slot]]:
    """Every kind of answer there is."""
    found, new = set(), [Slot]
    while new:
        found |= (kinds := set(new.pop().__subclasses__()))
        new += kinds
    return {slot for slot in found if slot.__module__.startswith("ivr.slots.")}


def test_every_rule_has_a_test_named_after_it() -> None:
    named = {int(number) for file in TESTS.rglob("test_*.py") for number in re.findall(r"def test_rule_(\d+)_", file.read_text())}
    assert named == set(range(1, 16))


def test_rule_01_the_call_begins_with_one_open_question_and_no_menu(tell) -> None:
    opening = tell(HANG_UP).words[0]
    assert opening.endswith("什么帮助？")
    assert not offers_key(opening)


def test_rule_02_every_choice_is_named_before_its_digit() -> None:
    choices = [sentence for words in SPOKEN for sentence in split_sentences(words) if offers_key(sentence)]
    assert len(choices) > 30
    assert not [choice for choice in choices if not re.fullmatch(r"[^按]+，请?按[一二三四五九零]。", choice)]


@pytest.mark.parametrize("answers", STATES, ids=str)
@pytest.mark.parametrize("wish", ["key:0", "转人工"])
def test_rule_03_a_person_can_be_had_at_once_in_every_state(tell, answers: tuple[str, ...], wish: str) -> None:
    told = tell(*answers, wish)
    assert told.ending == "operator:asked"
    assert told.orders == []


def test_rule_04_no_prompt_of_a_conversation_asks_two_questions(tell) -> None:
    told = tell(*ORDER, "不对", "时间不对", "后天下午三点", "key:1", "没有了", SILENT)
    assert told.ending == "goodbye"
    assert max(words.count("？") for words in told.words) == 1


def test_rule_05_slower_is_slower_by_15_percent_and_again_is_word_for_word(tell) -> None:
    assert slower(100) == 85
    told = tell("我要订午饭", "再说一遍", "慢一点", HANG_UP)
    assert told.prompts == ["welcome_resident", "particular", "particular", "slower_now", "particular_again"]
    assert told.words[1] == told.words[2]
    assert told.tuned == (85, 0)


def test_rule_06_every_question_waits_8_s_for_the_first_word() -> None:
    assert len(slots()) > 10
    # Nothing is asked while an order is told: the question comes after it.
    assert not [slot for slot in slots() - {WhileTold} if slot.patience.first_ms < 8_000]


@pytest.mark.parametrize(("pause_ms", "keys"), [(4_800, "12"), (5_200, "1")])
def test_rule_06_digits_may_be_5_s_apart(pause_ms: int, keys: str) -> None:
    line = ScriptedLine(silence(pause_ms), "2")
    assert asyncio.run(gather_keys(line, "1", DigitsSlot(least=2, most=2))) == keys


def test_rule_07_a_whole_answer_ends_after_half_a_second_and_another_is_given_its_time(speech: bytes) -> None:
    waited = {
        name: hear(ScriptedLine(speech), patience=patience, judge=Judge(judgement)).times["waited_ms"]
        for name, patience, judgement in (
            ("whole", Patience(), WHOLE),
            ("open", Patience(), PART),
            ("number", DigitsSlot.patience, PART),
        )
    }
    assert waited["whole"] <= 500
    assert 1_200 <= waited["open"] <= 1_500
    assert 2_400 <= waited["number"] <= 2_600


def test_rule_08_two_failures_bring_a_person_and_the_second_wording_is_another(tell) -> None:
    told = tell(*ORDER, SILENT, "今天啊那个谁")
    assert told.prompts[2:] == ["read_back", "read_back_again"]
    assert told.ending == "operator:not_understood"
    assert told.orders == []


@pytest.mark.parametrize("answer", [SILENT, HANG_UP, "嗯", "好像可以", "好几天了", "对面楼的", "key:3"])
def test_rule_09_nothing_is_ordered_without_an_explicit_yes(tell, answer: str) -> None:
    assert tell(*ORDER, answer, HANG_UP).orders == []


@pytest.mark.parametrize("no", ["不，后天下午三点", "错了，后天下午三点", "改成后天下午三点"])
def test_rule_09_a_correction_mends_one_slot(tell, no: str) -> None:
    [order] = tell(*ORDER, no, "是的", SILENT, SILENT).orders
    assert (order.service.key, order.starts_at.astimezone(NOW.tzinfo).day) == ("repair", 25)


def test_rule_09_who_only_says_no_is_given_to_a_person(tell) -> None:
    told = tell(*ORDER, *["不对", "时间不对", "明天上午九点"] * MOST_READ_BACKS)
    assert told.ending == "operator:not_agreed"
    assert told.orders == []


def test_rule_10_we_hang_up_only_after_a_goodbye_and_10_s_of_grace(tell) -> None:
    told = tell(*ORDER, "算了，不要了", SILENT)
    assert told.ending == "goodbye"
    assert told.prompts[-1] == "goodbye"
    assert LastRequestSlot.patience.first_ms >= 10_000


def test_rule_11_a_key_interrupts_at_once_speech_after_300_ms_and_a_cough_not(speech: bytes) -> None:
    prompt = b"\1\2" * 160_000
    by_key, by_speech, by_cough = ScriptedLine("1"), ScriptedLine(silence(500), speech), ScriptedLine(silence(500), speech)
    assert hear(by_key, prompt) == Key("1")
    assert by_key.playback.played_ms <= 40
    assert isinstance(hear(by_speech, prompt), Utterance)
    assert 800 <= by_speech.playback.played_ms < 1_300
    assert hear(by_cough, prompt, judge=Judge(NOTHING)) is None
    assert by_cough.playback.played_ms == 20_000


def test_rule_12_no_word_is_spoken_alone() -> None:
    short = [
        sentence
        for words in SPOKEN
        for sentence in split_sentences(words)
        if "{" not in sentence and not offers_key(sentence) and len(re.findall(r"[\u4e00-\u9fa5]", sentence)) < 4
    ]
    assert not short


def test_rule_13_times_are_read_back_as_day_and_date_and_numbers_in_fours(tell) -> None:
    assert "明天，十一月二十四号上午九点" in tell(*ORDER, HANG_UP).words[-1]
    assert max(len(group) for group in speakable("13812345678").split("，")) == 4


@pytest.mark.parametrize("answers", STATES, ids=str)
@pytest.mark.parametrize("cry", ["救命啊", "我摔倒了", "着火了", "我喘不上气"])
def test_rule_14_words_of_emergency_are_an_alarm_in_every_state(tell, answers: tuple[str, ...], cry: str) -> None:
    told = tell(*answers, cry)
    assert told.ending == "operator:emergency"
    assert told.handed_over.urgent


def test_rule_15_nothing_that_is_said_is_advertising() -> None:
    entries = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    entries |= {service.key: {"zh": f"{service.name}，我们上门。", "en": service.name_en} for service in read_demo().services}
    assert not {name: list(faults_of(words)) for name, words in entries.items() if "advertising" in str(list(faults_of(words)))}
