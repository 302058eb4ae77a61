"""A service's own question, and all that one sentence may say."""

import pytest

from ivr.dialogues.agreeing import MOST_TURNS
from tests.ivr.conftest import HANG_UP, SILENT


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


def test_a_service_asks_its_own_question(tell) -> None:
    told = tell("我要订午饭", "两份", "明天中午", "是的", SILENT, SILENT)
    assert told.prompts[:4] == ["welcome_resident", "particular", "when", "read_back"]
    assert told.words[1] == "请问要几份？"
    assert "送餐，两份。" in told.words[3]
    assert told.orders[0].details == {"份": 2}
    assert told.callers_turns == MOST_TURNS


def test_what_the_first_sentence_says_is_not_asked(tell) -> None:
    told = tell("我要订两份午饭，明天中午", "是的", SILENT, SILENT)
    assert told.prompts[:2] == ["welcome_resident", "read_back"]
    assert told.orders[0].details == {"份": 2}
    assert told.callers_turns == 2


def test_rule_9_a_number_is_mended_alone(tell) -> None:
    told = tell("我要订两份午饭，明天中午", "不对，要三份", "是的", SILENT, SILENT)
    assert "送餐，三份。" in told.words[2]
    assert told.orders[0].details == {"份": 3}


def test_the_answer_may_bring_the_time(tell) -> None:
    told = tell("我要订午饭", "两份，明天中午送来", "是的", SILENT, SILENT)
    assert "when" not in told.prompts
    assert told.orders[0].details == {"份": 2}


def test_an_answer_in_words_goes_to_the_provider_as_it_was_said(tell) -> None:
    told = tell("帮我买点东西", "两斤苹果，一袋米", "明天上午九点", "是的", SILENT, SILENT)
    assert told.orders[0].details == {"要买的": "两斤苹果，一袋米"}
    assert told.orders[0].details_in_words == "要买的：两斤苹果，一袋米"


def test_words_that_answer_it_already_are_kept_and_not_asked_for(tell) -> None:
    told = tell("帮我送点药，降压药吃完了", "明天上午九点", "是的", SILENT, SILENT)
    assert "particular" not in told.prompts
    assert told.orders[0].details == {"药": "帮我送点药，降压药吃完了"}


def test_a_key_answers_how_many(tell) -> None:
    assert tell("我要订午饭", "key:2", "明天中午", "key:1", SILENT, SILENT).orders[0].details == {"份": 2}


def test_the_question_is_simpler_the_second_time(tell) -> None:
    told = tell("我要订午饭", "随便啊", "一份", "明天中午", "是的", SILENT, SILENT)
    assert told.words[2] == "请说个数。比如，两份。"
    assert told.orders[0].details == {"份": 1}


def test_no_answer_to_it_brings_a_person_who_sees_what_was_said(tell) -> None:
    told = tell("我要订午饭", SILENT, SILENT)
    assert told.ending == "operator:silence"
    assert told.orders == []


def test_after_a_confirmation_the_question_would_be_a_fifth_turn(tell) -> None:
    told = tell("好像是订午饭", "对", "明天中午", "是的", SILENT, SILENT)
    assert told.callers_turns == MOST_TURNS
    assert told.orders[0].details == {}


def test_another_service_has_none_of_the_details_of_the_first(tell) -> None:
    told = tell("我要订两份午饭，明天中午", "不对，我要理发", "是的", SILENT, SILENT)
    assert [order.service.key for order in told.orders] == ["haircut"]
    assert told.orders[0].details == {}


def test_an_unsure_further_wish_is_confirmed_and_ordered(tell) -> None:
    told = tell("我家水管漏水了，明天上午九点来", "是的", "好像还要理发", "对", "明天下午两点", "是的", SILENT, SILENT)
    assert [order.service.key for order in told.orders] == ["repair", "haircut"]


def test_what_was_no_further_wish_after_all_is_a_note(tell) -> None:
    told = tell("我家水管漏水了，明天上午九点来", "是的", "好像还要打扫一下", "不是", SILENT)
    assert len(told.orders) == 1
    assert "好像还要打扫一下" in told.orders[0].note


def test_more_about_the_same_service_is_a_note(tell) -> None:
    told = tell("我家水管漏水了，明天上午九点来", "是的", "灯泡坏了也看一下", SILENT)
    assert len(told.orders) == 1
    assert told.orders[0].note == "灯泡坏了也看一下"


def test_hanging_up_at_the_question_places_nothing(tell) -> None:
    told = tell("我要订午饭", HANG_UP)
    assert told.ending == "hung up"
    assert told.orders == []
