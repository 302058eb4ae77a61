"""Answers, and what a person is to look after."""

from sqlalchemy import select

from dispatch.care.calling import call_resident
from dispatch.care.tasks import finish_task, keep_answer
from dispatch.means import Means
from models.care_calls import (
    CareAnswer,
    CareConcern,
    CareTask,
)
from models.database import SessionMaker
from tests.dispatch.care.facts import attempts, tasks
from tests.dispatch.facts import Clock
from tests.exchange.fake_manager import FakeManager


def test_answers_are_kept_with_a_task_for_each_worry(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock
) -> None:
    call_resident(means, due)
    [attempt] = attempts(sessions)
    for words in ("头晕\x00", "胸口也闷"):
        with sessions() as session:
            said = {"question": "care_how", "words": words, "meanings": ["unwell"], "concerns": [CareConcern.UNWELL]}
            keep_answer(session, attempt.id, now=clock(), **said)
    with sessions() as session:
        assert [one.words for one in session.scalars(select(CareAnswer))] == ["头晕", "胸口也闷"]
    [task] = tasks(sessions)
    assert (task.concern, task.words) == (CareConcern.UNWELL, "头晕；胸口也闷")


def test_who_finishes_a_task_first_stays(sessions: SessionMaker, due: int, clock: Clock) -> None:
    with sessions.begin() as session:
        session.add(CareTask(care_call_id=due, concern=CareConcern.FELL, words="摔了"))
    [task] = tasks(sessions)
    for login in ("chen", "li"):
        with sessions() as session:
            assert finish_task(session, task.id, login, "已上门", clock())
    [task] = tasks(sessions)
    assert (task.done_by, task.note, task.done_at) == ("chen", "已上门", clock())
    with sessions() as session:
        assert not finish_task(session, 99, "chen", "", clock())
