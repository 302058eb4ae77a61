"""Care in the console: tasks with the very words, done with a note, and a resident's plan."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calls import Call
from models.care_calls import (
    CareAnswer,
    CareAttempt,
    CareCall,
    CareConcern,
    CareGroup,
    CarePlan,
    CareReason,
    CareResult,
    CareStatus,
    CareTask,
)
from models.operators import Operator
from models.residents import Resident
from operator_console import care_words
from operator_console.care_words import QUESTION, cared
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

PAGE = "/care/"
BADGE = '<b class="badge">1</b>'


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def task(facts: Session, resident: Resident, call: Call) -> CareTask:
    care_call = CareCall(resident=resident, reason=CareReason.ROUTINE, status=CareStatus.HELD, due_at=NOW - timedelta(hours=1))
    care_call.attempts.append(CareAttempt(way="13800000001", began_at=NOW, result=CareResult.HELD, ended_at=NOW, call_id=call.id))
    care_call.answers.append(CareAnswer(question="care_how", words="<i>头晕</i>得很", meanings=["unwell"], at=NOW))
    task = CareTask(care_call=care_call, concern=CareConcern.UNWELL, words="<i>头晕</i>得很", call_id=call.id, raised_at=NOW)
    facts.add(task)
    facts.commit()
    return task


@pytest.mark.parametrize("kind", [CareGroup, CareReason, CareStatus, CareResult, CareConcern])
def test_everything_of_a_care_call_has_words(kind: type) -> None:
    for member in kind:
        assert cared(member).zh
        assert cared(member).en
    assert {type(member) for table in care_words.TABLES for member in table} == {
        CareGroup,
        CareReason,
        CareStatus,
        CareResult,
        CareConcern,
    }


def test_a_task_shows_the_very_words_until_it_is_done_with_a_note(
    client: FlaskClient, task: CareTask, operator: Operator, facts: Session
) -> None:
    page = client.get(PAGE).text
    assert BADGE in page
    assert "&lt;i&gt;头晕&lt;/i&gt;得很" in page
    assert f"/calls/{task.call_id}" in page
    assert send(client, PAGE, f"/care/tasks/{task.id}/done", note=" 上门看过了，已送医 ").location == PAGE
    facts.refresh(task)
    assert (task.done_by, task.done_at, task.note) == (operator.login, NOW, "上门看过了，已送医")
    facts.rollback()  # SQLite has one transaction at a time
    page = client.get(PAGE).text
    assert BADGE not in page
    assert "上门看过了，已送医" in page


def test_who_takes_a_task_stands_beside_it_and_no_other_takes_it(
    client: FlaskClient, task: CareTask, operator: Operator, facts: Session
) -> None:
    assert "我来办" in client.get(PAGE).text
    send(client, PAGE, f"/care/tasks/{task.id}/take")
    page = client.get(PAGE).text
    assert "我来办" not in page
    assert f"{operator.name} 在办" in page
    facts.refresh(task)
    task.taken_by = "li"
    facts.commit()
    send(client, PAGE, f"/care/tasks/{task.id}/take")
    assert "已经有人在办了" in client.get(PAGE).text
    facts.refresh(task)
    assert (task.taken_by, task.taken_at) == ("li", NOW)


def test_a_task_is_not_done_without_a_note(client: FlaskClient, task: CareTask, facts: Session) -> None:
    send(client, PAGE, f"/care/tasks/{task.id}/done", note=" ")
    facts.refresh(task)
    assert task.done_at is None
    facts.rollback()
    assert "请写下做了什么" in client.get(PAGE).text


def test_a_task_that_is_not_there_is_not_done(client: FlaskClient, task: CareTask) -> None:
    assert send(client, PAGE, "/care/tasks/99/done", note="好").status_code == 404


def test_a_residents_page_tells_what_was_answered(client: FlaskClient, task: CareTask, resident: Resident) -> None:
    page = client.get(f"/residents/{resident.id}").text
    assert "身体怎么样" in page
    assert "&lt;i&gt;头晕" in page


def test_a_plan_is_changed_and_the_planned_call_with_it(client: FlaskClient, resident: Resident, facts: Session) -> None:
    planned = CareCall(resident=resident, reason=CareReason.ROUTINE, due_at=NOW + timedelta(days=3))
    facts.add(planned)
    facts.commit()
    page = f"/residents/{resident.id}"
    said = {"group": "high", "hours": "8:30-11:00", "takes_medicine": "1", "away_from": "2026-12-01", "away_until": "2026-12-09"}
    assert (
        send(client, page, f"/care/residents/{resident.id}/plan", discharged_on="2026-11-20", **said).location == f"{page}#care"
    )
    plan = facts.get_one(CarePlan, resident.id)
    assert (plan.group, plan.hours, plan.takes_medicine) == (CareGroup.HIGH, "8:30-11:00", True)
    assert (plan.away_from, plan.away_until, plan.discharged_on) == (date(2026, 12, 1), date(2026, 12, 9), date(2026, 11, 20))
    facts.refresh(planned)
    assert planned.status is CareStatus.DROPPED
    facts.rollback()
    assert 'value="2026-12-01"' in client.get(page).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"group": "daily"},
        {"hours": "上午"},
        {"away_from": "2026-12-01"},
        {"away_from": "2026-12-09", "away_until": "2026-12-01"},
        {"discharged_on": "昨天"},
    ],
)
def test_what_is_no_plan_is_refused_in_words(
    client: FlaskClient, resident: Resident, facts: Session, wrong: dict[str, str]
) -> None:
    page = f"/residents/{resident.id}"
    send(client, page, f"/care/residents/{resident.id}/plan", **({"group": "key"} | wrong))
    assert 'class="note trouble"' in client.get(page).text
    assert facts.get(CarePlan, resident.id) is None


def test_a_call_is_asked_for(client: FlaskClient, resident: Resident, facts: Session) -> None:
    page = f"/residents/{resident.id}"
    for _ in range(2):
        send(client, page, f"/care/residents/{resident.id}/call")
    assert send(client, page, "/care/residents/99/call").status_code == 404
    [care_call] = facts.scalars(select(CareCall))
    assert (care_call.reason, care_call.due_at) == (CareReason.ASKED, NOW)


def test_every_question_of_a_care_call_has_words() -> None:
    from ivr.slots.care_answer import HOW, MEAL, MEDICINE, OPENING

    assert {one.name for one in (OPENING, HOW, MEAL, MEDICINE)} | {"care_need"} == set(QUESTION)
