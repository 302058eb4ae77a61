"""Follow-up calls as transcripts: what the resident says of the work, and what becomes of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from dispatch.follow_ups.asking import after_completion
from dispatch.queue import JobQueue
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import know_caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.follow_up_call import follow_up_call
from ivr.dialogues.follow_up_keeping import FollowUpVisit
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from models.calls import Recording
from models.database import SessionMaker
from models.follow_ups import Complaint, OrderFollowUp
from models.messages import Message
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.residents import residents_by_number
from models.settings import Settings
from tests.ivr.conftest import HANG_UP, NOW, SILENT, FakeEar, FakeLine, SilentVoice
from tests.ivr.orders import place
from tests.ivr.plain_care import PlainCare
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.telling import ALONE
from tests.ivr.timeless import run_timeless

LATE_BY_HOURS = "他晚来了两个钟头，地也没擦"


@dataclass
class Followed:
    """What a follow-up call left behind."""

    ending: str
    prompts: list[str]
    follow_up: OrderFollowUp
    order: str
    frozen: bool
    complaints: list[str]
    sounds: list[str]
    told: list[str]
    orders: int


Follow = Callable[..., Followed]


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@pytest.fixture
def follow(sessions: SessionMaker, settings: Settings, speech: bytes) -> Follow:
    """Hold one follow-up call with whoever picks up 王奶奶's telephone and says these things of a repair."""

    def hold(*answers: str) -> Followed:
        line, voice = FakeLine(deque(answers), speech), SilentVoice()
        around = Surroundings(sessions, voice, FakeEar(line), PlainUnderstanding(), lambda: NOW)
        with sessions() as session:
            [resident] = residents_by_number(session, ALONE)
            caller = know_caller(session, [resident])
            order_id = place(session, resident.id, "repair", NOW, OrderStatus.COMPLETED)
            before = len(session.scalars(select(Order.id)).all())
            [planned] = after_completion(session, settings, session.get_one(Order, order_id), NOW)
            call = begin_call(session, "follow.1", ALONE, None, [resident])
            session.commit()
            assert planned.follow_up_id
            visit = FollowUpVisit(planned.follow_up_id, "水电维修", PlainCare())
        desk = Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), settings.recordings_dir)
        try:
            ending = run_timeless(follow_up_call(Conversation(line, call.id, around), caller, desk, visit)).result.value
        except HandOver as over:
            ending = f"operator:{over.reason}"
        except CallerHungUp:
            ending = "hung up"
        with sessions() as session:
            order = session.get_one(Order, order_id)
            sounds = session.scalars(select(Recording.path).where(Recording.kind == "complaint"))
            return Followed(
                ending,
                voice.said,
                session.get_one(OrderFollowUp, visit.follow_up_id),
                order.status.value,
                session.get_one(Provider, order.provider_id).frozen_at is not None,
                [one.words for one in session.scalars(select(Complaint))],
                [path for path in sounds if (settings.recordings_dir / path).is_file()],
                [one.template for one in session.scalars(select(Message).order_by(Message.id))],
                len(session.scalars(select(Order.id)).all()) - before,
            )

    return hold


def test_who_is_satisfied_is_asked_two_things_and_thanked(follow: Follow) -> None:
    told = follow("修好了", "蛮好的，很满意", SILENT)
    assert told.prompts == ["follow_up_done", "follow_up_marks", "follow_up_goodbye"]
    assert (told.ending, told.order, told.frozen) == ("done", "confirmed", False)
    assert (told.follow_up.status.value, told.follow_up.was_done, told.follow_up.score) == ("held", True, 5)
    assert told.follow_up.words == "修好了；蛮好的，很满意"
    assert (told.complaints, told.told) == ([], [])


def test_marks_given_unasked_are_not_asked_for(follow: Follow) -> None:
    told = follow("修好了，给五分", SILENT)
    assert told.prompts == ["follow_up_done", "follow_up_goodbye"]
    assert told.follow_up.score == 5


@pytest.mark.parametrize(("marks", "score"), [("key:4", 4), ("四分", 4), ("一般般吧", 3), ("打个三分", 3), ("是的", 5)])
def test_marks_by_key_by_number_and_in_words(follow: Follow, marks: str, score: int) -> None:
    told = follow("key:1", marks, SILENT)
    assert (told.follow_up.score, told.order) == (score, "confirmed")


def test_who_is_not_satisfied_is_asked_why_and_it_is_kept_in_their_words_and_as_sound(follow: Follow) -> None:
    told = follow("办好了", "不太满意", LATE_BY_HOURS, SILENT)
    assert told.prompts == ["follow_up_done", "follow_up_marks", "follow_up_what", "follow_up_sorry"]
    assert (told.ending, told.order, told.frozen) == ("done", "disputed", True)
    assert told.complaints == [f"办好了；不太满意；{LATE_BY_HOURS}"]
    assert len(told.sounds) == 1
    assert told.told == ["complaint_raised"]
    assert told.follow_up.score == 2


@pytest.mark.parametrize("words", ["没来", "还没修好，又漏了", "不是", "key:2", "师傅来了，没弄好"])
def test_work_that_was_not_done_is_a_complaint_without_marks(follow: Follow, words: str) -> None:
    told = follow(words, "等了一天都没有人", SILENT)
    assert told.prompts == ["follow_up_done", "follow_up_what", "follow_up_sorry"]
    assert (told.order, told.frozen, told.follow_up.was_done, told.follow_up.score) == ("disputed", True, False, None)


def test_who_does_not_say_why_has_not_complained(follow: Follow) -> None:
    told = follow("办好了", "key:1", SILENT, SILENT, SILENT)
    assert told.prompts[-1] == "follow_up_goodbye"
    assert (told.complaints, told.order, told.follow_up.score) == ([], "confirmed", 1)


def test_a_bad_mark_at_length_says_why(follow: Follow) -> None:
    told = follow("办好了", "不满意，他晚来了两个钟头", SILENT, SILENT, SILENT)
    assert told.complaints == ["办好了；不满意，他晚来了两个钟头"]


def test_work_of_which_nothing_more_is_understood_is_for_a_person(follow: Follow) -> None:
    told = follow("办好了", "呜哇哇", "啦啦啦")
    assert (told.ending, told.prompts[-1]) == ("done", "follow_up_by_hand")
    assert (told.follow_up.status.value, told.follow_up.was_done, told.order) == ("by_hand", True, "completed")


@pytest.mark.parametrize("answers", [(SILENT, SILENT), ("呜哇哇", "啦啦啦"), ("key:9", SILENT)])
def test_a_line_on_which_nothing_is_heard_is_called_again(follow: Follow, answers: tuple[str, ...]) -> None:
    told = follow(*answers)
    assert (told.ending, told.prompts[-1], told.follow_up.status.value) == ("silent", "care_bad_line", "due")


@pytest.mark.parametrize(
    ("words", "prompts"),
    [
        ("我没空，忙着呢", ["care_later"]),
        ("打错了", ["care_thanks"]),
        ("您拨打的电话无法接通，请留言", []),
        ("奶奶不在", ["care_thanks"]),
    ],
)
def test_who_cannot_answer_now_is_called_again(follow: Follow, words: str, prompts: list[str]) -> None:
    told = follow(words)
    assert (told.ending, told.prompts[1:], told.follow_up.status.value) == ("silent", prompts, "due")


def test_something_comes_to_mind_after_the_goodbye(follow: Follow) -> None:
    told = follow("修好了，很满意", "理发，明天下午两点", "是的", SILENT, SILENT)
    assert (told.orders, told.ending, told.prompts[-1]) == (1, "done", "follow_up_goodbye")


def test_who_hangs_up_before_a_word_is_called_again(follow: Follow) -> None:
    told = follow(HANG_UP)
    assert (told.ending, told.follow_up.status.value) == ("hung up", "due")


@pytest.mark.parametrize(
    ("answers", "order", "complaints"),
    [
        (("修好了", HANG_UP), "confirmed", []),
        (("修好了", "不满意", HANG_UP), "confirmed", []),
        (("没来", HANG_UP), "disputed", ["没来"]),
        (("修好了", "不满意", f"{LATE_BY_HOURS}|{HANG_UP}"), "disputed", ["修好了；不满意"]),
    ],
)
def test_who_hangs_up_has_been_heard_so_far(follow: Follow, answers: tuple[str, ...], order: str, complaints: list[str]) -> None:
    told = follow(*answers)
    assert (told.ending, told.order, told.complaints) == ("hung up", order, complaints)
    assert len(told.sounds) == (len(answers) == 3 and answers[-1] != HANG_UP)


@pytest.mark.parametrize("said_before", [[], ["修好了"], ["没来"], ["修好了", "不满意"], ["修好了，五分"]])
@pytest.mark.parametrize(("words", "reason"), [("救命啊", "emergency"), ("转人工", "asked"), ("key:0", "asked")])
def test_help_and_a_person_are_to_be_had_at_every_question(
    follow: Follow, said_before: list[str], words: str, reason: str
) -> None:
    told = follow(*said_before, words)
    assert told.ending == f"operator:{reason}"
    assert told.follow_up.status.value != "due"
