"""Several wishes in one sentence: each is offered by name, ordered after a yes alone, and never dropped in silence."""

import pytest

from ivr.dialogues.agreeing import MOST_TURNS
from tests.ivr.conftest import NOW, SILENT
from tests.ivr.telling import Told

BOTH = "我家水管漏水了，再订一份午饭"
REPAIR = ("明天上午九点", "是的")


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


def ordered(told: Told) -> list[str]:
    return [order.service.key for order in told.orders]


def test_the_second_wish_is_offered_after_the_first_and_ordered_after_a_yes(tell) -> None:
    told = tell(BOTH, *REPAIR, "要的", "明天中午", "是的", "没有了", SILENT)
    assert told.prompts[:4] == ["welcome_resident", "when", "read_back", "order_placed"]
    assert told.prompts[4:] == ["also_wanted", "when", "read_back", "order_placed", "anything_else", "goodbye"]
    assert told.words[4] == "您还说要送餐，也给您办吗？要，请按一。不要，请按二。"
    assert ordered(told) == ["repair", "meal"]
    assert told.orders[1].details == {"份": 1}  # as the first sentence said


def test_each_of_them_takes_four_turns_at_most_with_the_sentence_that_holds_both(tell) -> None:
    told = tell("我家水管漏水了，再订午饭", *REPAIR, "key:1", "明天中午", "是的", SILENT, SILENT)
    first, second = (at for at, prompt in enumerate(told.prompts) if prompt == "order_placed")
    assert first <= MOST_TURNS
    assert 1 + second - (first + 1) <= MOST_TURNS
    assert ordered(told) == ["repair", "meal"]


@pytest.mark.parametrize("no", ["不要", "key:2", "不用了"])
def test_a_no_orders_nothing_more(tell, no: str) -> None:
    told = tell(BOTH, *REPAIR, no, SILENT)
    assert ordered(told) == ["repair"]
    assert told.prompts[-2:] == ["also_wanted", "goodbye"]


def test_no_answer_to_the_offer_brings_a_person_who_sees_it(tell) -> None:
    told = tell(BOTH, *REPAIR, SILENT, SILENT)
    assert told.ending == "operator:silence"
    assert ordered(told) == ["repair"]
    assert told.collected["also"] == "送餐"


def test_a_time_belongs_to_the_wish_that_it_was_said_with(tell) -> None:
    told = tell("明天上午九点来修水管，后天中午再订一份午饭", "是的", "要的", "是的", SILENT, SILENT)
    assert "when" not in told.prompts
    assert [order.starts_at.astimezone(NOW.tzinfo).day for order in told.orders] == [24, 25]
    assert [order.words for order in told.orders] == ["明天上午九点来修水管", "后天中午再订一份午饭；要的"]


def test_the_answer_may_bring_the_time_or_another_service(tell) -> None:
    told = tell(BOTH, *REPAIR, "要的，明天中午", "是的", SILENT, SILENT)
    assert ordered(told) == ["repair", "meal"]
    told = tell(BOTH, *REPAIR, "不是，我要理发", "明天下午两点", "是的", SILENT, SILENT)
    assert ordered(told)[2:] == ["repair", "haircut"]


def test_of_three_wishes_each_is_offered(tell) -> None:
    told = tell("先修水管，再订一份午饭，顺便理发", *REPAIR, "不要", "要的", "明天下午两点", "是的", SILENT, SILENT)
    assert ordered(told) == ["repair", "haircut"]
    assert told.prompts.count("also_wanted") == 2


def test_after_taking_the_first_back_the_second_is_still_offered(tell) -> None:
    told = tell(BOTH, "明天上午九点", "算了，不要了", "要的", "明天中午", "是的", SILENT, SILENT)
    assert ordered(told) == ["meal"]


def test_after_a_wrong_guess_the_second_is_still_offered(tell) -> None:
    told = tell(
        "好像水管漏水了，再订一份午饭", "不对", "理发", "明天下午两点", "是的", "要的", "明天中午", "是的", SILENT, SILENT
    )
    assert ordered(told) == ["haircut", "meal"]


def test_a_reason_is_no_further_wish(tell) -> None:
    told = tell("家里没菜了，我要订一份午饭", "明天中午", "是的", SILENT, SILENT)
    assert "also_wanted" not in told.prompts


def test_what_is_taken_back_is_no_wish_and_what_comes_after_it_is(tell) -> None:
    told = tell("修水管的取消，再订一份午饭", "要的", "明天中午", "是的", SILENT, SILENT)
    assert told.prompts[1:3] == ["nothing_to_cancel", "also_wanted"]
    assert ordered(told) == ["meal"]
    assert "also_wanted" not in tell("午饭也订了，取消", "是的", SILENT).prompts


def test_an_operator_who_enrols_a_stranger_sees_both(tell) -> None:
    told = tell(BOTH, number="13999999999")
    assert told.ending == "operator:enrol"
    assert (told.collected["service"], told.collected["also"]) == ("repair", "送餐")
