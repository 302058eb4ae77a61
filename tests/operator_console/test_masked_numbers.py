"""A masked number is shown to whoever asks for it: one at a time, for a reason where there is no call, and written down."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.file_openings import FileOpening
from models.operators import Operator
from models.residents import Contact, ContactRole, Resident
from models.settings import Settings
from operator_console.app import create_app
from tests.operator_console.conftest import HandClock
from tests.operator_console.forms import form_token

MASKED, WHOLE = "138****0001", "138 0000 0001"
LIST = "/residents/"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock) -> Flask:
    return create_app(settings.model_copy(update={"file_reason_min": 15}), sessions, clock)


@pytest.fixture
def address(resident: Resident, facts: Session) -> str:
    """Where the resident's only telephone number is asked for."""
    address = f"/residents/{resident.id}/numbers/phone-{resident.phones[0].id}"
    facts.rollback()
    return address


def ask(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    token, frame = form_token(client, LIST), address.rpartition("/")[2]
    return client.post(address, data=fields | {"csrf_token": token}, headers={"Turbo-Frame": f"number-{frame}"})


def written(facts: Session) -> list[tuple[int | None, str, str]]:
    asked = select(FileOpening.call_id, FileOpening.reason, FileOpening.shown).order_by(FileOpening.id)
    rows = [tuple(row) for row in facts.execute(asked)]
    facts.rollback()
    return rows


def test_without_a_call_the_reason_is_asked_where_the_number_stands(
    client: FlaskClient, address: str, facts: Session, clock: HandClock
) -> None:
    page = client.get(LIST).text
    assert MASKED in page
    assert WHOLE not in page
    assert f'formaction="{address}"' in page
    for fields in ({}, {"why": ""}, {"why": "other", "words": " "}):
        asked = ask(client, address, **fields)
        assert asked.status_code == 422
        assert "为什么要看" in asked.text
    assert written(facts) == []
    shown = ask(client, address, why="order", words="改时间")
    assert shown.status_code == 303
    assert WHOLE in client.get(shown.location).text
    assert written(facts) == [(None, "办理订单：改时间", ""), (None, "", address.rpartition("/")[2])]
    assert WHOLE in client.get(LIST).text  # for a while, wherever it stands
    clock.pass_time(minutes=6)
    assert WHOLE not in client.get(LIST).text


def test_in_ones_own_call_it_is_shown_at_once_and_stands_in_the_file(
    client: FlaskClient, address: str, facts: Session, call: Call, operator: Operator, resident: Resident
) -> None:
    call.status, call.operator_id = CallStatus.OPERATOR, operator.id
    facts.commit()
    call_id, file, name = call.id, f"/residents/{resident.id}", operator.name
    facts.rollback()  # SQLite has one transaction at a time
    assert ask(client, address).status_code == 303
    assert written(facts) == [(call_id, "", address.rpartition("/")[2])]
    log = client.get(file).text.partition("谁看过这份档案")[2]
    assert "看了" in log
    assert name in log


def test_a_number_that_was_shown_opens_nothing_else(client: FlaskClient, address: str, facts: Session, clock: HandClock) -> None:
    ask(client, address, why="order")
    clock.pass_time(minutes=14)
    assert ask(client, address).status_code == 303  # the reason still holds
    clock.pass_time(minutes=2)
    assert ask(client, address).status_code == 422  # and no longer, though a number was shown since


def test_each_number_is_named_and_is_of_this_file(
    client: FlaskClient, address: str, facts: Session, call: Call, resident: Resident
) -> None:
    other = Resident(
        **{
            name: getattr(resident, name)
            for name in ("name", "form_of_address", "born", "gender", "area_id", "address", "latitude", "longitude")
        }
    )
    relative = Contact(
        resident=resident, role=ContactRole.FAMILY, name="小王", relation="女儿", number="13900000001", call_order=1
    )
    resident.id_number = "330102194103121225"
    facts.add_all([other, relative])
    facts.commit()
    names = {"id": resident.id_number, f"contact-{relative.id}": "139 0000 0001", f"call-{call.id}": WHOLE}
    own, others, foreign = f"/residents/{resident.id}/numbers", f"/residents/{other.id}/numbers", f"phone-{resident.phones[0].id}"
    facts.rollback()
    for name, whole in names.items():
        assert whole in client.get(ask(client, f"{own}/{name}", why="care").location).text
    for wrong in (f"{others}/{foreign}", f"{others}/id", f"{own}/device-1", f"{own}/phone-", f"{own}/secret-1"):
        assert ask(client, wrong, why="care").status_code == 404
