"""A file is opened in a call of one's own, in an alarm, or for a reason; and every opening can be seen."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmSource
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.file_openings import FileOpening
from models.operators import Operator, Role
from models.orders import Order
from models.providers import Wish, WishKind
from models.residents import Resident
from models.settings import Settings
from operator_console.app import create_app
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import send


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock) -> Flask:
    return create_app(settings.model_copy(update={"file_reason_min": 15}), sessions, clock)


@pytest.fixture
def address(resident: Resident, facts: Session) -> str:
    address = f"/residents/{resident.id}"
    facts.rollback()
    return address


def written(facts: Session) -> list[tuple[int | None, str]]:
    rows = [tuple(row) for row in facts.execute(select(FileOpening.call_id, FileOpening.reason).order_by(FileOpening.id))]
    facts.rollback()
    return rows


def test_a_reason_is_asked_kept_and_shown_in_the_file(
    client: FlaskClient, address: str, facts: Session, operator: Operator, clock: HandClock
) -> None:
    asked = client.get(address)
    assert (asked.status_code, asked.location) == (303, f"{address}/why?back={address}")
    for fault in ({}, {"why": "x"}, {"why": "other", "words": " "}):
        assert send(client, f"{address}/why", f"{address}/why", **fault).status_code == 400
    assert written(facts) == []
    assert send(client, f"{address}/why", f"{address}/why", why="order", words="改时间", back=address).location == address
    page = client.get(address).text
    assert "办理订单：改时间" in page.partition("谁看过这份档案")[2]
    clock.pass_time(minutes=14)
    assert client.get(address).status_code == 200
    assert written(facts) == [(None, "办理订单：改时间")]
    clock.pass_time(minutes=2)
    assert client.get(address).status_code == 303


@pytest.mark.parametrize(
    ("status", "mine", "status_code"),
    [
        (CallStatus.OPERATOR, True, 200),
        (CallStatus.WAITING, False, 200),
        (CallStatus.OPERATOR, False, 303),
        (CallStatus.TALKING, False, 303),
    ],
)
def test_in_a_call_of_ones_own_nothing_is_asked(
    client: FlaskClient,
    address: str,
    call: Call,
    operator: Operator,
    facts: Session,
    status: CallStatus,
    mine: bool,
    status_code: int,
) -> None:
    call.status, call.operator_id = status, operator.id if mine else None
    facts.commit()
    call_id = call.id
    facts.rollback()
    assert [client.get(address).status_code for _ in range(2)] == [status_code] * 2
    assert written(facts) == ([(call_id, "")] if status_code == 200 else [])


def test_after_the_call_one_goes_on_until_it_is_wrapped_up(
    client: FlaskClient, address: str, call: Call, operator: Operator, facts: Session
) -> None:
    call.status, call.operator_id, call.ended_at = CallStatus.ENDED, operator.id, NOW
    facts.commit()
    assert client.get(address).status_code == 200


def test_an_alarm_asks_for_nothing(client: FlaskClient, address: str, resident: Resident, facts: Session) -> None:
    facts.add(Alarm(channel_id="1.1", source=AlarmSource.KEY, resident=resident, raised_at=NOW))
    facts.commit()
    assert client.get(address).status_code == 200
    assert written(facts) == [(None, "")]


def test_supervisors_see_every_opening(client: FlaskClient, address: str, operator: Operator, facts: Session) -> None:
    send(client, f"{address}/why", f"{address}/why", why="care")
    assert client.get("/residents/openings").status_code == 403
    operator.role = Role.SUPERVISOR
    facts.commit()
    page = client.get("/residents/openings").text
    assert "关怀或上门" in page
    assert "王奶奶" in page


def test_a_reason_leads_back_to_the_file_and_nowhere_else(client: FlaskClient, address: str) -> None:
    answer = send(client, f"{address}/why", f"{address}/why", why="care", back="https://evil.example/")
    assert answer.location == address


@pytest.mark.parametrize("page", ["edit", "left"])
def test_every_page_of_a_file_asks_and_a_form_that_was_opened_can_be_sent(
    client: FlaskClient, address: str, facts: Session, page: str, clock: HandClock
) -> None:
    assert client.get(f"{address}/{page}").location == f"{address}/why?back={address}/{page}"
    for sent in (page, "wishes"):
        assert send(client, f"{address}/why", f"{address}/{sent}").location == f"{address}/why?back={address}"
    assert written(facts) == []
    send(client, f"{address}/why", f"{address}/why", why="data")
    assert client.get(f"{address}/{page}").status_code == 200
    clock.pass_time(minutes=20)
    assert send(client, f"{address}/why", f"{address}/{page}").status_code == 400  # what is wrong with the form
    assert written(facts) == [(None, "核对资料")]


def test_what_leads_to_a_file_by_a_row_of_it_asks_too(
    client: FlaskClient, address: str, resident: Resident, facts: Session
) -> None:
    wish = Wish(resident_id=resident.id, kind=WishKind.WOMAN, at=NOW, by="operator")
    facts.add(wish)
    facts.commit()
    for sent in (f"/residents/wishes/{wish.id}/remove", f"/repeats/of/{resident.id}", f"/care/residents/{resident.id}/call"):
        assert send(client, f"{address}/why", sent).location == f"{address}/why?back={address}"
    facts.expire_all()
    assert facts.get(Wish, wish.id)


def test_an_order_shows_the_number_whole_while_the_file_is_open(client: FlaskClient, address: str, order: Order) -> None:
    page = f"/orders/{order.id}"
    assert "138****0001" in client.get(page).text
    send(client, f"{address}/why", f"{address}/why", why="order")
    assert "138 0000 0001" in client.get(page).text
