"""Call audits in the console: supervisors score, operators see their own results."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.audits import Audit
from models.calls import Call
from models.operators import Operator, Role
from operator_console.audit_questions import QUESTIONS, questions_for
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import send


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def audit(facts: Session, call: Call, operator: Operator) -> Audit:
    audit = Audit(call_id=call.id, operator_id=operator.id, month=date(2026, 10, 1), place=1, seed="5eed", drawn_at=NOW)
    facts.add(audit)
    facts.commit()
    return audit


@pytest.fixture
def supervisor(app: Flask, facts: Session, clock: HandClock) -> FlaskClient:
    boss = Operator(login="wu", name="吴班长", role=Role.SUPERVISOR, password_hash="")
    facts.add(boss)
    facts.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["operator"] = boss.id
        cookie["began_at"] = cookie["active_at"] = int(clock().timestamp())
    return client


def test_a_drawn_call_is_scored_and_its_operator_sees_the_result(
    supervisor: FlaskClient, client: FlaskClient, audit: Audit
) -> None:
    page = f"/audits/{audit.id}"
    assert page in supervisor.get("/audits").text
    assert page not in client.get("/audits").text
    assert client.get(page).status_code == 404
    scores = dict.fromkeys(questions_for(emergency=False), "2") | {"kindness": "1", "listened": "0"}
    answer = send(supervisor, page, page, **scores, note="语气可以更慢")
    assert (answer.status_code, answer.location) == (303, "/audits")
    own, all_of_them = client.get("/audits").text, supervisor.get("/audits").text
    for words in ("83.3 %", "语气可以更慢"):
        assert words in own
        assert words in all_of_them
    assert "平均" in all_of_them
    assert "平均" not in own
    assert "吴班长" in client.get(page).text


def test_a_sheet_with_gaps_or_nonsense_is_not_kept_and_nothing_is_lost(
    supervisor: FlaskClient, audit: Audit, facts: Session
) -> None:
    page = f"/audits/{audit.id}"
    scores = dict.fromkeys(questions_for(emergency=False), "2") | {"kindness": "3"}
    scores.pop("record")
    answer = send(supervisor, page, page, **scores, note="还没听完")
    assert answer.status_code == 400
    assert "还有 2 项没有打分" in answer.text
    assert "还没听完" in answer.text
    assert answer.text.count("checked") == len(scores) - 1
    facts.refresh(audit)
    assert (audit.done_at, audit.scores) == (None, {})


def test_nobody_scores_their_own_call_and_no_operator_scores_at_all(
    supervisor: FlaskClient, client: FlaskClient, audit: Audit, operator: Operator, facts: Session
) -> None:
    scores = dict.fromkeys(QUESTIONS, "2")
    assert send(client, "/", f"/audits/{audit.id}", **scores).status_code == 403
    operator.role = Role.SUPERVISOR
    facts.commit()
    assert send(client, "/", f"/audits/{audit.id}", **scores).status_code == 403
    assert supervisor.get("/audits/999").status_code == 404


def test_an_emergency_is_asked_about_more() -> None:
    assert set(questions_for(emergency=True)) - set(questions_for(emergency=False)) == {"stayed", "right_help"}
