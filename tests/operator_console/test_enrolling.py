"""Registering a resident from a call, and correcting what was understood in one."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.understanding.intents import RESERVED
from models.calls import Call, Turn
from models.corrections import Correction
from models.operators import Operator
from models.residents import Resident, residents_by_number
from models.services import Service
from operator_console.corrections import INTENTS
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

STRANGER = "13999999999"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def unknown(facts: Session, resident: Resident) -> Call:
    """A call from a number that nobody is registered with."""
    call = Call(channel_id="1790000000.9", number=STRANGER, started_at=NOW, collected={"words": "我家水管漏水了"})
    facts.add(call)
    facts.commit()
    return call


@pytest.fixture
def filled(resident: Resident) -> dict[str, str]:
    return {
        "name": "赵桂英",
        "form_of_address": "赵奶奶",
        "gender": "女",
        "born": "1945-02-03",
        "phones": "+86 139-9999-9999",
        "area": resident.area.name,
        "address": "桂花苑9幢101室",
        "notes": "",
    }


def test_the_form_is_filled_with_what_the_call_brought(client: FlaskClient, unknown: Call) -> None:
    assert f"/calls/{unknown.id}/enrol" in client.get(f"/calls/{unknown.id}").text
    page = client.get(f"/calls/{unknown.id}/enrol").text
    assert f'value="{STRANGER}"' in page
    assert "来电说：我家水管漏水了" in page


def test_a_registered_caller_is_known_from_then_on(
    client: FlaskClient, unknown: Call, filled: dict[str, str], facts: Session
) -> None:
    page = f"/calls/{unknown.id}/enrol"
    answer = send(client, page, page, **filled)
    assert client.get(page).status_code == 404
    [resident] = residents_by_number(facts, STRANGER)
    assert answer.location == f"/residents/{resident.id}"
    assert (resident.name, resident.born, resident.latitude) == ("赵桂英", date(1945, 2, 3), resident.area.latitude)
    facts.refresh(unknown)
    assert unknown.resident_id == resident.id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("born", "1945-13-01"),
        ("born", "2099-01-01"),
        ("phones", "电话"),
        ("phones", ""),
        ("area", "月球"),
        ("gender", "x"),
        ("address", ""),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    client: FlaskClient, unknown: Call, filled: dict[str, str], facts: Session, field: str, value: str
) -> None:
    page = f"/calls/{unknown.id}/enrol"
    answer = send(client, page, page, **(filled | {field: value}))
    assert answer.status_code == 400
    assert "赵奶奶" in answer.text
    assert residents_by_number(facts, STRANGER) == []


def test_a_known_caller_is_not_registered_again(client: FlaskClient, call: Call) -> None:
    assert "/enrol" not in client.get(f"/calls/{call.id}").text
    assert client.get(f"/calls/{call.id}/enrol").status_code == 404
    assert client.get("/calls/99/enrol").status_code == 404


@pytest.fixture
def turn(facts: Session, call: Call) -> Turn:
    turn = Turn(call_id=call.id, speaker="caller", words="洗脸池的水下不去", heard={"intent": "bath", "decision": "accept"})
    facts.add_all([turn, Turn(call_id=call.id, speaker="caller", words="1", heard={"key": "1"})])
    facts.commit()
    return turn


def test_a_sentence_is_corrected_and_corrected_again(
    client: FlaskClient, call: Call, turn: Turn, service: Service, operator: Operator, facts: Session
) -> None:
    page = f"/calls/{call.id}/corrections"
    assert page in client.get(f"/calls/{call.id}").text
    for intent in ("none", service.key):
        assert send(client, page, f"/calls/turns/{turn.id}/correction", intent=intent).location == page
    assert "已改正" in client.get(page).text
    [correction] = facts.scalars(select(Correction))
    assert (correction.turn_id, correction.intent, correction.by) == (turn.id, service.key, operator.login)


def test_only_what_can_be_meant_is_a_correction(client: FlaskClient, call: Call, turn: Turn, facts: Session) -> None:
    page = f"/calls/{call.id}/corrections"
    assert send(client, page, f"/calls/turns/{turn.id}/correction", intent="'; DROP TABLE").status_code == 400
    assert send(client, page, "/calls/turns/99/correction", intent="none").status_code == 404
    assert list(facts.scalars(select(Correction))) == []


def test_every_intent_has_words_in_both_languages() -> None:
    assert set(INTENTS) == RESERVED
    assert all(words.zh and words.en for words in INTENTS.values())
