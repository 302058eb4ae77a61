"""What every state understands, whatever was asked."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select

from audio.recognizers import Hearing, Hypothesis, RecognitionError, RecognizerBusy
from ivr.conversation import Conversation, Surroundings
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from ivr.slots.digits import DigitsSlot
from ivr.slots.slot import Slot
from ivr.slots.yes_no import YesNoSlot
from ivr.understanding.meaning import Heard
from models.calls import Call
from models.database import SessionMaker
from models.demo import load_demo
from models.residents import Resident
from models.settings import Settings
from tests.ivr.conftest import NOW, SILENT, FakeEar, FakeLine, SilentVoice
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.timeless import run_timeless

CODE = DigitsSlot(least=4, most=6)


class Wanted(Slot[str]):
    """An answer is whatever has 好 in it."""

    def read(self, heard: Heard, now: datetime) -> str | None:
        return heard.hearing.best if "好" in heard.hearing.best and "好像" not in heard.hearing.best else None


WANTED = Wanted()


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@dataclass
class Asked:
    """What came of one question."""

    answer: object
    ending: str
    urgent: bool
    prompts: list[str]
    facts: list[dict[str, object]]
    voice: SilentVoice
    resident: Resident


class BrokenEar(FakeEar):
    """Fails at some words."""

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        if self.line.saying == "忙":
            raise RecognizerBusy("busy")
        if self.line.saying == "坏":
            raise RecognitionError("broken")
        return await super().recognize(sound, hints, answers)


async def finish(talk: Conversation, slot: Slot) -> object:
    answer = await talk.ask("which_service", slot)
    await talk.ask_if_any("goodbye", slot)  # all before it is written down then
    return answer


@pytest.fixture
def ask(sessions: SessionMaker, settings: Settings, speech: bytes):
    """Ask a resident one question, and tell what came of it."""
    with sessions() as session:
        load_demo(session, settings)
        session.commit()

    def hold(*answers: str, slot: Slot = WANTED, ear: type[FakeEar] = FakeEar) -> Asked:
        line = FakeLine(deque([*answers, SILENT]), speech)
        voice = SilentVoice()
        with sessions() as session:
            resident = session.scalars(select(Resident).order_by(Resident.id)).first()
            call_id = begin_call(session, f"test.{answers}", "13800000001", None, [resident]).id
        talk = Conversation(line, call_id, Surroundings(sessions, voice, ear(line), PlainUnderstanding(), lambda: NOW))
        answer, ending, urgent = None, "", False
        try:
            answer = run_timeless(finish(talk, slot))
        except HandOver as over:
            ending, urgent = over.reason, over.urgent
        except CallerHungUp:
            ending = "hung up"
        with sessions() as session:
            turns = session.get_one(Call, call_id).turns
            facts = [turn.heard for turn in turns if turn.speaker == "caller"]
            prompts = [prompt for prompt in voice.said if prompt != "goodbye"]
            return Asked(answer, ending, urgent, prompts, facts, voice, session.get_one(Resident, resident.id))

    return hold


def test_rule_8_two_failures_bring_a_person_and_the_second_wording_is_the_simpler_one(ask) -> None:
    asked = ask(SILENT, "今天星期一")
    assert asked.ending == "not_understood"
    assert asked.prompts == ["which_service", "which_service_again"]


def test_rule_3_zero_brings_a_person(ask) -> None:
    assert ask("key:0").ending == "asked"


def test_asking_again_is_no_failure_and_nothing_is_said_three_times_word_for_word(ask) -> None:
    asked = ask("再说一遍", "再说一遍", SILENT, "好")
    assert asked.prompts == ["which_service", "which_service", "which_service_again", "which_service_again"]
    assert asked.answer == "好"


def test_asking_again_for_ever_brings_a_person(ask) -> None:
    assert ask(*["再说一遍"] * 10).ending == "not_understood"


def test_rule_5_slower_works_at_once_and_is_remembered(ask) -> None:
    asked = ask("你说慢一点", "好")
    assert asked.answer == "好"
    assert asked.prompts == ["which_service", "slower_now", "which_service"]
    assert asked.voice.tuned == (85, 0)
    assert asked.resident.speech_pace_percent == 85


def test_louder_works_at_once_and_is_remembered(ask) -> None:
    asked = ask("大声点", "好")
    assert asked.prompts == ["which_service", "louder_now", "which_service"]
    assert asked.resident.louder_db == 6


@pytest.mark.parametrize("wish", ["好像慢一点", "好像再说一遍", "好像大声点"])
def test_what_may_be_a_wish_for_the_question_once_more_is_no_failure(ask, wish: str) -> None:
    asked = ask(wish, "那个谁啊", "好")
    assert asked.prompts[0] == asked.prompts[-2] == "which_service"
    assert asked.prompts[-1] == "which_service_again"
    assert asked.answer == "好"


def test_what_may_be_a_wish_for_slower_speech_is_followed_at_once_and_not_remembered(ask) -> None:
    asked = ask("好像慢一点", "好")
    assert asked.prompts == ["which_service", "slower_now", "which_service"]
    assert asked.voice.tuned == (85, 0)
    assert asked.resident.speech_pace_percent == 100


@pytest.mark.parametrize("answer", ["是的", "key:1", "key:0", "转人工"])
def test_rule_3_what_may_be_a_wish_for_a_person_is_asked_about(ask, answer: str) -> None:
    asked = ask("好像要转人工", answer)
    assert (asked.ending, asked.urgent) == ("asked", False)
    assert asked.prompts == ["which_service", "confirm_operator"]


@pytest.mark.parametrize("answer", ["不是", "key:2", SILENT, "那个谁啊"])
def test_without_a_yes_the_question_goes_on(ask, answer: str) -> None:
    asked = ask("好像要转人工", answer, "好")
    assert asked.answer == "好"
    assert asked.prompts == ["which_service", "confirm_operator", "which_service"]


@pytest.mark.parametrize(("answer", "asked_about"), [("救命啊", False), ("好像摔倒了", True)])
def test_rule_14_danger_is_heard_where_one_is_asked_whether_a_person_is_wanted(ask, answer: str, asked_about: bool) -> None:
    asked = ask("好像要转人工", answer, "key:1")
    assert (asked.ending, asked.urgent) == ("emergency", True)
    assert ("confirm_emergency" in asked.prompts) is asked_about


def test_asking_for_slower_for_ever_brings_a_person(ask) -> None:
    assert ask(*["慢一点"] * 20).ending == "not_understood"


def test_rule_6_who_asks_for_a_moment_is_waited_for(ask) -> None:
    asked = ask("等一下", "好")
    assert asked.answer == "好"
    assert asked.prompts == ["which_service", "take_your_time"]


def test_who_asks_for_a_moment_a_third_time_is_asked_more_simply(ask) -> None:
    asked = ask("等一下", "等一下", "等一下", "好")
    assert asked.prompts == ["which_service", "take_your_time", "take_your_time", "which_service_again"]
    assert asked.answer == "好"


def test_rule_14_words_of_emergency_bring_a_person_at_once(ask) -> None:
    asked = ask("救命啊")
    assert (asked.ending, asked.urgent) == ("emergency", True)


@pytest.mark.parametrize("answer", ["key:1", "是的", SILENT, "今天星期一", "key:0", "转人工"])
def test_rule_14_what_may_be_an_emergency_is_asked_about_and_only_a_no_goes_on(ask, answer: str) -> None:
    asked = ask("好像摔倒了", answer)
    assert (asked.ending, asked.urgent) == ("emergency", True)
    assert asked.prompts == ["which_service", "confirm_emergency"]


def test_what_was_no_emergency_goes_on_with_the_question(ask) -> None:
    asked = ask("好像摔倒了", "不是", "好")
    assert asked.answer == "好"
    assert asked.prompts == ["which_service", "confirm_emergency", "which_service"]


def test_who_seems_in_danger_a_third_time_is_not_asked_again(ask) -> None:
    asked = ask("好像摔倒了", "不是", "好像摔倒了", "不是", "好像摔倒了")
    assert (asked.ending, asked.urgent) == ("emergency", True)


def test_a_busy_recogniser_asks_for_keys_once(ask) -> None:
    asked = ask("忙", "key:1", slot=YesNoSlot(), ear=BrokenEar)
    assert asked.answer is True
    assert asked.prompts == ["which_service", "press_keys"]


def test_a_recogniser_that_fails_again_brings_a_person(ask) -> None:
    assert ask("忙", "坏", ear=BrokenEar).ending == "recognition"


@pytest.mark.parametrize("hum", ["嗯", "啊。", "咳", ""])
def test_rule_11_a_hum_or_a_cough_is_no_answer(ask, hum: str) -> None:
    assert ask(hum, SILENT, slot=YesNoSlot()).ending == "silence"


def test_two_hums_are_words(ask) -> None:
    assert ask("嗯嗯", slot=YesNoSlot()).answer is True


def test_rule_6_digits_by_key_make_one_answer(ask) -> None:
    assert ask("keys:1234#", slot=CODE).answer == "1234"
    assert ask("keys:123456", slot=CODE).answer == "123456"
    assert ask("keys:0571", slot=CODE).answer == "0571"
    assert ask("keys:0", slot=CODE).ending == "asked"


def test_the_timings_of_each_turn_are_written_down(ask) -> None:
    facts = ask("好").facts[0]
    assert facts["passes"] == 1
    assert facts["speech_began_ms"] < facts["speech_ended_ms"] <= facts["decided_ms"]
    assert facts["hypotheses"][0]["text"] == "好"


class UnsureEar(FakeEar):
    """Hears the right words only the second time."""

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        return Hearing((Hypothesis("今天星期一", 0.0),))

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return Hearing((Hypothesis("好", 0.0),))


def test_what_was_not_understood_is_heard_again_while_the_caller_is_waited_for(ask) -> None:
    asked = ask("好", ear=UnsureEar)
    assert asked.answer == "好"
    assert asked.facts[0]["passes"] == 2
