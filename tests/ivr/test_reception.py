"""The hotline's conversations as transcripts: what the caller says, and what becomes of it."""

import asyncio
from collections import deque
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from dispatch.queue import JobQueue
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import Caller, know_caller
from ivr.dialogues.reception import reception
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from models.calls import Call, Turn
from models.database import SessionMaker
from models.demo import load_demo
from models.orders import Order
from models.residents import Resident, ResidentPhone, residents_by_number
from models.settings import Settings
from tests.ivr.conftest import HANG_UP, NOW, SILENT, FakeEar, FakeLine, SilentVoice


@dataclass
class Told:
    """What a conversation left behind."""

    ending: str
    prompts: list[str]
    orders: list[Order]
    call: Call
    turns: list[Turn]


@pytest.fixture
def tell(sessions: SessionMaker, settings: Settings, speech: bytes):
    """Hold one conversation with a resident who says these things, and return what became of it."""
    with sessions() as session:
        load_demo(session, settings)
        session.commit()
    # Nothing listens there: placing an order must not need the queue.
    queue = JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0")

    def hold(*answers: str, number: str | None = None) -> Told:
        line = FakeLine(deque(answers), speech)
        voice = SilentVoice()
        around = Surroundings(sessions, voice, FakeEar(line), lambda: NOW)
        with sessions() as session:
            calling = residents_by_number(session, alone(session)) if number is None else residents_by_number(session, number)
            caller: Caller = know_caller(session, calling)
            call = begin_call(session, "test.1", number or alone(session), None, calling)
        try:
            asyncio.run(reception(Conversation(line, call.id, around), caller, queue))
            ending = "goodbye"
        except HandOver as over:
            ending = f"operator:{over.reason}"
        except CallerHungUp:
            ending = "hung up"
        with sessions() as session:
            orders = list(session.scalars(select(Order)))
            for order in orders:
                assert order.service
                assert order.history
            call = session.get_one(Call, call.id)
            return Told(ending, voice.said, orders, call, list(call.turns))

    return hold


def alone(session) -> str:
    """A number that one resident alone calls from."""
    for resident in session.scalars(select(Resident).order_by(Resident.id)):
        for phone in resident.phones:
            if len(residents_by_number(session, phone.number)) == 1:
                return phone.number
    raise AssertionError


def shared(session) -> ResidentPhone:
    """A number that two residents share."""
    return next(phone for phone in session.scalars(select(ResidentPhone)) if len(residents_by_number(session, phone.number)) == 2)


def test_what_when_and_yes_make_one_order(tell) -> None:
    told = tell("我家水管漏水了，找人来修一下", "明天上午九点", "是的", "没有了", SILENT)
    assert told.ending == "goodbye"
    [order] = told.orders
    assert order.service.key == "repair"
    assert order.starts_at.astimezone(NOW.tzinfo).isoformat() == "2026-11-24T09:00:00+08:00"
    assert told.prompts == ["welcome_resident", "when", "read_back", "order_placed", "anything_else", "goodbye"]


def test_one_sentence_can_say_it_all(tell) -> None:
    told = tell("明天上午九点来打扫卫生", "对", SILENT, SILENT)
    assert [order.service.key for order in told.orders] == ["cleaning"]
    assert "when" not in told.prompts


def test_a_key_is_a_yes_too(tell) -> None:
    assert len(tell("我要订午饭", "明天中午", "key:1", SILENT, SILENT).orders) == 1


def test_without_a_yes_nothing_is_ordered(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", HANG_UP)
    assert told.ending == "hung up"
    assert told.orders == []
    assert told.call.collected["service"] == "repair"
    assert told.call.collected["when"][0].startswith("2026-11-24T09:00")


def test_a_no_with_another_time_changes_the_time_alone(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "不对，改成后天下午三点", "是的", SILENT, SILENT)
    [order] = told.orders
    assert order.service.key == "repair"
    assert order.starts_at.astimezone(NOW.tzinfo).isoformat() == "2026-11-25T15:00:00+08:00"


def test_a_bare_no_is_asked_what_to_change(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "不对", "时间不对", "后天下午三点", "是的", SILENT, SILENT)
    assert "what_to_change" in told.prompts
    assert told.orders[0].starts_at.astimezone(NOW.tzinfo).day == 25


def test_taking_it_all_back_orders_nothing(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "算了，不要了", SILENT)
    assert told.ending == "goodbye"
    assert told.orders == []


def test_a_note_is_kept_with_the_order(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "是的", "来之前给我女儿打个电话", SILENT)
    assert "来之前给我女儿打个电话" in told.orders[0].note


def test_a_second_wish_is_a_second_order(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "是的", "我还想订午饭", "明天中午", "对", "没有了", SILENT)
    assert [order.service.key for order in told.orders] == ["repair", "meal"]


@pytest.mark.parametrize(
    "answers", [["key:0"], ["转人工"], ["我家水管漏水了", "key:0"], ["我家水管漏水了", "明天上午九点", "我要人工"]]
)
def test_a_person_can_be_had_in_every_state(tell, answers: list[str]) -> None:
    told = tell(*answers)
    assert told.ending == "operator:asked"
    assert told.orders == []


@pytest.mark.parametrize("answers", [["救命啊，我摔倒了"], ["我家水管漏水了", "哎呀我喘不上气了"]])
def test_an_emergency_is_heard_in_every_state(tell, answers: list[str]) -> None:
    assert tell(*answers).ending == "operator:emergency"


def test_two_silences_bring_a_person(tell) -> None:
    told = tell(SILENT, SILENT)
    assert told.ending == "operator:silence"
    assert told.prompts == ["welcome_resident", "welcome_resident_again"]


def test_not_understood_twice_brings_a_person(tell) -> None:
    assert tell("今天天气真好", "我孙子上学去了").ending == "operator:not_understood"


def test_asking_again_repeats_the_question(tell) -> None:
    told = tell("我家水管漏水了", "你再说一遍", "明天上午九点", "是的", SILENT, SILENT)
    assert told.prompts[1:3] == ["when", "when"]
    assert len(told.orders) == 1


def test_an_unknown_caller_is_heard_and_goes_to_a_person(tell) -> None:
    told = tell("我家水管漏水了", number="13999999999")
    assert told.ending == "operator:unknown_number"
    assert told.call.collected["service"] == "repair"
    assert told.orders == []


def test_two_on_one_telephone_are_asked_which(tell, sessions: SessionMaker) -> None:
    with sessions() as session:
        phone = shared(session)
        number, second = phone.number, residents_by_number(session, phone.number)[1].id
    told = tell("key:2", "我家水管漏水了", "明天上午九点", "是的", SILENT, SILENT, number=number)
    assert [order.resident_id for order in told.orders] == [second]


def test_a_wish_after_the_goodbye_is_heard_too(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "是的", "没有了", "哎，我还想订午饭", "明天中午", "对", "没有了", SILENT)
    assert told.ending == "goodbye"
    assert [order.service.key for order in told.orders] == ["repair", "meal"]


def test_thanks_after_the_goodbye_end_the_call(tell) -> None:
    assert tell("我家水管漏水了", "明天上午九点", "是的", "没有了", "谢谢啊，再见").ending == "goodbye"


def test_every_turn_is_written_down(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "是的", "没有了", SILENT)
    speakers = [*["system", "caller"] * 3, "system", "system", "caller", "system", "caller"]
    assert [turn.speaker for turn in told.turns] == speakers
    assert told.turns[1].words == "我家水管漏水了"
