"""Care calls as transcripts: what whoever picks up says, and what becomes of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from dispatch.queue import JobQueue
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import know_caller
from ivr.dialogues.care_asking import CareVisit
from ivr.dialogues.care_call import care_call
from ivr.dialogues.desk import Desk
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from models.care_calls import CareAnswer, CareAttempt, CareCall, CareReason, CareStatus, CareTask
from models.database import SessionMaker
from models.orders import Order
from models.residents import residents_by_number
from models.settings import Settings
from tests.ivr.conftest import HANG_UP, NOW, SILENT, FakeEar, FakeLine, SilentVoice
from tests.ivr.plain_care import PlainCare
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.telling import ALONE
from tests.ivr.timeless import run_timeless

MACHINE = "您好，您拨打的电话暂时无法接通，请在滴声后留言"
# A greeting of which the recogniser makes nothing that anybody would answer.
GREETING = "我们家里人都到乡下过节去咯回来以后再跟你联系祝你天天开心啊谢谢"


@dataclass
class Cared:
    """What a care call left behind."""

    ending: str
    prompts: list[str]
    answers: list[tuple[str, str, list[str]]]
    tasks: dict[str, str]
    orders: list[str]  # by their services


Care = Callable[..., Cared]


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@pytest.fixture
def care(sessions: SessionMaker, settings: Settings, speech: bytes) -> Care:
    """Hold one care call with whoever picks up 王奶奶's telephone and says these things."""

    def hold(*answers: str, medicine: bool = False) -> Cared:
        line, voice = FakeLine(deque(answers), speech), SilentVoice()
        around = Surroundings(sessions, voice, FakeEar(line), PlainUnderstanding(), lambda: NOW)
        with sessions() as session:
            [resident] = residents_by_number(session, ALONE)
            caller = know_caller(session, [resident])
            called = CareCall(resident_id=resident.id, reason=CareReason.ROUTINE, status=CareStatus.CALLING, due_at=NOW)
            attempt = CareAttempt(care_call=called, way=ALONE, began_at=NOW)
            session.add(attempt)
            call = begin_call(session, "care.1", ALONE, None, [resident])
            attempt.call_id = call.id
            session.commit()
        desk = Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), settings.recordings_dir)
        visit = CareVisit(attempt.id, medicine, PlainCare())
        try:
            ending = run_timeless(care_call(Conversation(line, call.id, around), caller, desk, visit)).value
        except HandOver as over:
            ending = f"operator:{over.reason}"
        except CallerHungUp:
            ending = "hung up"
        with sessions() as session:
            kept = [
                (one.question, one.words, one.meanings) for one in session.scalars(select(CareAnswer).order_by(CareAnswer.id))
            ]
            tasks = {task.concern.value: task.words for task in session.scalars(select(CareTask).order_by(CareTask.id))}
            orders = [order.service.key for order in session.scalars(select(Order))]
            return Cared(ending, voice.said, kept, tasks, orders)

    return hold


def test_who_is_well_is_asked_four_things_and_wished_well(care: Care) -> None:
    told = care("方便，你说", "挺好的", "吃过了", "药吃了", "不用了", SILENT, medicine=True)
    assert told.prompts == ["care_opening", "care_how", "care_eaten", "care_medicine", "care_need", "care_goodbye"]
    assert told.ending == "held"
    assert told.tasks == {}
    assert told.answers[0] == ("care_how", "挺好的", ["well"])
    assert len(told.answers) == 4


def test_who_takes_no_medicine_is_not_asked_about_it(care: Care) -> None:
    assert "care_medicine" not in care("你说", "挺好的", "吃过了", "不用", SILENT).prompts


def test_what_was_told_unasked_is_not_asked(care: Care) -> None:
    told = care("方便，我挺好的，饭吃过了，药也吃药了", "不用", SILENT, medicine=True)
    assert told.prompts == ["care_opening", "care_need", "care_goodbye"]
    assert told.answers[0][2] == ["eaten", "here", "medicine_taken", "well"]


@pytest.mark.parametrize(
    ("words", "concern"),
    [("头晕，躺了两天", "unwell"), ("前天摔了一跤", "fell"), ("我都糊涂了，不知道在哪", "confused")],
)
def test_a_worry_is_kept_word_by_word_for_a_person_and_said_to_be(care: Care, words: str, concern: str) -> None:
    told = care("你说", words, "吃过了", "不用", SILENT)
    if told.ending != "operator:emergency":
        assert told.tasks == {concern: words}
        assert told.prompts[2] == "care_told"
        assert told.ending == "held"


def test_the_lonely_are_promised_company(care: Care) -> None:
    told = care("你说", "没人跟我说话，孤单得很", "吃过了", "不用", SILENT)
    assert told.prompts[2] == "care_company"
    assert list(told.tasks) == ["low"]


def test_a_worry_wins_over_good_news(care: Care) -> None:
    told = care("你说", "挺好的，就是有点头晕", "吃过了", "不用", SILENT)
    assert told.tasks == {"unwell": "挺好的，就是有点头晕"}


def test_several_worries_are_a_task_each_and_said_once(care: Care) -> None:
    told = care("你说", "头晕得很", "没吃饭", "药没了", "不用", SILENT, medicine=True)
    assert list(told.tasks) == ["unwell", "not_eaten", "medicine_out"]
    assert told.prompts.count("care_told") == 1


def test_forgotten_medicine_is_reminded_of(care: Care) -> None:
    told = care("你说", "挺好的", "吃过了", "忘了吃药", "不用", SILENT, medicine=True)
    assert told.prompts[4] == "care_take_medicine"
    assert told.tasks == {}


def test_keys_answer_where_words_do_not(care: Care) -> None:
    told = care("key:1", "key:2", "key:1", "key:2", SILENT)
    assert told.ending == "held"
    assert list(told.tasks) == ["unwell"]


def test_a_need_becomes_an_order(care: Care) -> None:
    told = care("你说", "挺好的", "吃过了", "我家水管漏水了", "明天上午九点", "是的", SILENT, SILENT)
    assert told.orders == ["repair"]
    assert told.prompts[-1] == "care_goodbye"
    assert told.ending == "held"


def test_a_wish_in_passing_is_not_asked_for_again(care: Care) -> None:
    told = care("你说", "我家水管漏水了", "吃过了", "明天上午九点", "是的", SILENT, SILENT)
    assert told.orders == ["repair"]
    assert "care_need" not in told.prompts


def test_a_need_without_a_name_is_asked_for(care: Care) -> None:
    told = care("你说", "挺好的", "吃过了", "要你们帮", "理发", "明天下午两点", "是的", SILENT, SILENT)
    assert told.prompts[4] == "which_service"
    assert told.orders == ["haircut"]


def test_something_comes_to_mind_after_the_goodbye(care: Care) -> None:
    told = care("你说", "挺好的", "吃过了", "不用", "理发，明天下午两点", "是的", SILENT, SILENT)
    assert told.orders == ["haircut"]


def test_not_now_is_later(care: Care) -> None:
    told = care("我没空，忙着呢")
    assert (told.ending, told.prompts) == ("not_now", ["care_opening", "care_later"])


def test_who_is_busy_and_unwell_has_a_task_and_is_called_later(care: Care) -> None:
    told = care("头晕，没空说")
    assert told.ending == "not_now"
    assert list(told.tasks) == ["unwell"]


@pytest.mark.parametrize("words", [MACHINE, GREETING])
def test_a_machine_is_told_nothing(care: Care, words: str) -> None:
    told = care(words)
    assert (told.ending, told.prompts, told.answers) == ("machine", ["care_opening"], [])


def test_a_child_fetches_the_resident(care: Care) -> None:
    told = care("我去叫奶奶", "key:1", "喂，你好", "你说", "挺好的", "吃过了", "不用", SILENT)
    assert told.prompts[:4] == ["care_opening", "care_fetch", "care_wait_for", "care_opening"]
    assert told.ending == "held"


@pytest.mark.parametrize(
    "answers", [["奶奶不在", "人不在"], ["我是她女儿", "key:2"], ["打错了", "不"], ["奶奶不在", "key:1", SILENT]]
)
def test_where_the_resident_cannot_come_we_call_later(care: Care, answers: list[str]) -> None:
    told = care(*answers)
    assert (told.ending, told.prompts[-1]) == ("other_person", "care_thanks")


def test_a_line_on_which_nothing_is_understood_is_called_again(care: Care) -> None:
    told = care("呜哇哇", "啦啦啦")
    assert (told.ending, told.prompts[-1]) == ("bad_line", "care_bad_line")


def test_a_line_on_which_nothing_is_said_is_called_again(care: Care) -> None:
    told = care(SILENT, SILENT)
    assert (told.ending, told.prompts[-1]) == ("silent", "care_bad_line")


def test_an_answer_before_the_line_went_bad_is_kept(care: Care) -> None:
    told = care("你说", "头晕得厉害", "呜哇哇", "啦啦啦")
    assert told.ending == "bad_line"
    assert list(told.tasks) == ["unwell"]


def test_who_hangs_up_has_been_heard_so_far(care: Care) -> None:
    told = care("你说", "头晕得厉害", HANG_UP)
    assert told.ending == "hung up"
    assert list(told.tasks) == ["unwell"]


@pytest.mark.parametrize("said_before", [[], ["你说"], ["你说", "挺好的"], ["你说", "挺好的", "吃过了"]])
@pytest.mark.parametrize(("words", "reason"), [("救命啊", "emergency"), ("转人工", "asked"), ("key:0", "asked")])
def test_help_and_a_person_are_to_be_had_at_every_question(care: Care, said_before: list[str], words: str, reason: str) -> None:
    assert care(*said_before, words).ending == f"operator:{reason}"
