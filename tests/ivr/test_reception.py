"""The hotline's conversations as transcripts: what the caller says, and what becomes of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.dialogues.agreeing import MOST_TURNS
from models.database import SessionMaker
from models.residents import ResidentPhone, residents_by_number
from tests.ivr.conftest import HANG_UP, NOW, SILENT
from tests.ivr.telling import ALONE


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


def shared(session: Session) -> ResidentPhone:
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
    assert len(tell("我要订一份午饭", "明天中午", "key:1", SILENT, SILENT).orders) == 1


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
    told = tell("我家水管漏水了", "明天上午九点", "是的", "我还想订一份午饭", "明天中午", "对", "没有了", SILENT)
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
    told = tell("今天啊那个谁", "嗯我想想")
    assert told.ending == "operator:not_understood"
    assert told.prompts == ["welcome_resident", "welcome_resident_again"]


def test_talk_about_nothing_we_do_becomes_no_order_and_then_brings_a_person(tell) -> None:
    told = tell("今天天气真好", "我孙子上学去了")
    assert told.ending == "operator:not_ours"
    assert told.prompts == ["welcome_resident", "not_ours"]
    assert told.orders == []


def test_after_something_we_do_not_do_a_wish_is_heard(tell) -> None:
    told = tell("今天天气真好", "哦，那来打扫卫生吧", "明天上午九点", "是的", SILENT, SILENT)
    assert [order.service.key for order in told.orders] == ["cleaning"]


def test_silence_after_something_we_do_not_do_brings_a_person(tell) -> None:
    assert tell("今天天气真好", SILENT).ending == "operator:silence"


def test_asking_again_repeats_the_question(tell) -> None:
    told = tell("我家水管漏水了", "你再说一遍", "明天上午九点", "是的", SILENT, SILENT)
    assert told.prompts[1:3] == ["when", "when"]
    assert len(told.orders) == 1


def test_an_unknown_caller_is_heard_and_goes_to_a_person(tell) -> None:
    told = tell("我家水管漏水了", number="13999999999")
    assert told.ending == "operator:enrol"
    assert told.call.collected["service"] == "repair"
    assert told.orders == []


def test_two_on_one_telephone_are_asked_which(tell, sessions: SessionMaker) -> None:
    with sessions() as session:
        phone = shared(session)
        number, second = phone.number, residents_by_number(session, phone.number)[1].id
    told = tell("key:2", "我家水管漏水了", "明天上午九点", "是的", SILENT, SILENT, number=number)
    assert [order.resident_id for order in told.orders] == [second]


def test_a_wish_after_the_goodbye_is_heard_too(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "是的", "没有了", "哎，我还想订一份午饭", "明天中午", "对", "没有了", SILENT)
    assert told.ending == "goodbye"
    assert [order.service.key for order in told.orders] == ["repair", "meal"]


def test_thanks_after_the_goodbye_end_the_call(tell) -> None:
    assert tell("我家水管漏水了", "明天上午九点", "是的", "没有了", "谢谢啊，再见").ending == "goodbye"


def test_every_turn_is_written_down(tell) -> None:
    told = tell("我家水管漏水了", "明天上午九点", "是的", "没有了", SILENT)
    speakers = [*["system", "caller"] * 3, "system", "system", "caller", "system", "caller"]
    assert [turn.speaker for turn in told.turns] == speakers
    assert told.turns[1].words == "我家水管漏水了"


def test_a_service_that_was_not_heard_well_is_confirmed_first(tell) -> None:
    told = tell("好像是水管漏水了", "对", "明天上午九点", "是的", SILENT, SILENT)
    assert told.prompts[:4] == ["welcome_resident", "confirm_service", "when", "read_back"]
    assert told.callers_turns == MOST_TURNS
    assert len(told.orders) == 1


def test_with_a_time_the_read_back_itself_asks_whether_it_was_meant(tell) -> None:
    told = tell("好像是水管漏水了，明天上午九点来", "对", SILENT, SILENT)
    assert told.prompts[:2] == ["welcome_resident", "read_back"]
    assert told.callers_turns == 2


def test_a_wrong_guess_is_mended_by_the_right_service_at_once(tell) -> None:
    told = tell("好像是水管漏水了", "不是，我要理发", "明天下午两点", "是的", SILENT, SILENT)
    assert [order.service.key for order in told.orders] == ["haircut"]


def test_a_wrong_guess_leads_back_to_an_open_question(tell) -> None:
    told = tell("好像是水管漏水了", "不对", "理发", "明天下午两点", "是的", SILENT, SILENT)
    assert told.prompts[1:3] == ["confirm_service", "which_service"]
    assert [order.service.key for order in told.orders] == ["haircut"]


def test_two_wrong_guesses_bring_a_person(tell) -> None:
    assert tell("好像是水管漏水了", "不对", "好像理发", "不对").ending == "operator:not_understood"


def test_the_name_and_the_wish_can_be_one_sentence(tell, sessions: SessionMaker) -> None:
    with sessions() as session:
        number = shared(session).number
        second = residents_by_number(session, number)[1]
    told = tell(f"我是{second.form_of_address}，我家水管漏水了", "明天上午九点", "是的", SILENT, SILENT, number=number)
    assert told.prompts[:2] == ["which_resident", "when"]
    assert [order.resident_id for order in told.orders] == [second.id]


def test_who_is_speaking_counts_among_the_four_turns(tell, sessions: SessionMaker) -> None:
    with sessions() as session:
        number = shared(session).number
    told = tell("key:1", "我要订午饭", "明天中午", "是的", SILENT, SILENT, number=number)
    assert told.prompts[:4] == ["which_resident", "welcome_resident", "when", "read_back"]
    assert told.callers_turns == MOST_TURNS


def test_who_has_said_their_name_is_spoken_to_as_they_want_it(tell, sessions: SessionMaker) -> None:
    with sessions() as session:
        number = shared(session).number
        second = residents_by_number(session, number)[1]
        second.speech_pace_percent, second.louder_db = 85, 6
        session.commit()
    assert tell("key:2", HANG_UP, number=number).tuned == (85, 6)


def test_what_may_be_an_emergency_after_the_goodbye_is_asked_about_and_the_line_stays_open(tell) -> None:
    told = tell("我要取消", "好像摔倒了", "不是", SILENT)
    assert told.prompts[-3:] == ["goodbye", "confirm_emergency", "goodbye"]
    assert told.ending == "goodbye"


def test_who_asks_for_the_same_for_ever_gets_a_person(tell) -> None:
    assert tell(*["我要取消"] * 20).ending == "operator:many_requests"


def test_whoever_calls_from_the_telephone_of_a_resident_who_has_left_gets_a_person_at_once(tell, sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        for phone in session.scalars(select(ResidentPhone).where(ResidentPhone.number == ALONE)):
            phone.resident.left_on = NOW.date()
    told = tell("我家水管漏水了")
    assert (told.ending, told.prompts, told.orders) == ("operator:left", [], [])


def test_who_has_left_is_none_of_those_who_share_a_telephone(tell, sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        number = shared(session).number
        gone, here = residents_by_number(session, number)
        gone.left_on, address = NOW.date(), here.form_of_address
    told = tell("明天上午九点来打扫卫生", "对", SILENT, SILENT, number=number)
    assert told.prompts[0] == "welcome_resident"
    assert address in told.words[0]
