import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.troubles import Trouble
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def add_trouble(facts: Session, times: int) -> Trouble:
    trouble = Trouble(
        job="send_message", subject_id=7, times=times, first_at=NOW, last_at=NOW, error="KeyError (texts.py:3 text)"
    )
    facts.add(trouble)
    facts.commit()
    return trouble


def test_a_job_that_keeps_failing_is_counted_in_the_head_until_somebody_has_seen_to_it(
    client: FlaskClient, facts: Session
) -> None:
    trouble = add_trouble(facts, times=3)
    page = client.get("/troubles/").text
    assert "发短信" in page
    assert "KeyError" in page
    assert '<b class="badge">1</b>' in page
    assert send(client, "/troubles/", f"/troubles/{trouble.id}/seen").status_code == 303
    facts.refresh(trouble)
    assert trouble.ended_at == NOW
    facts.commit()  # what was looked at is let go of, or the console waits for it
    assert '<b class="badge">' not in client.get("/troubles/").text


def test_a_single_failure_alarms_nobody(client: FlaskClient, facts: Session) -> None:
    add_trouble(facts, times=1)
    assert '<b class="badge">' not in client.get("/troubles/").text


def test_a_trouble_that_is_not_there_cannot_be_seen_to(client: FlaskClient, facts: Session) -> None:
    assert send(client, "/troubles/", "/troubles/99/seen").status_code == 404
