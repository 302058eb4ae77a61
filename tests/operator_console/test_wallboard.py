"""The wallboard: what it shows, for whom, and that it stays up."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.call_backs import CallBack
from models.calls import Call, CallStatus
from models.desks import DeskSpan, DeskState
from models.operators import Operator, Role
from models.orders import Order
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import send


@pytest.fixture
def busy_day(facts: Session, call: Call, operator: Operator, order: Order) -> None:
    """One waits, one gave up, one was answered; the operator is at a pause; an alarm rings; one is to be called back."""
    call.status, call.handed_over_at = CallStatus.WAITING, NOW - timedelta(seconds=40)
    usual = {"number": "13800000001", "resident_id": call.resident_id, "started_at": NOW - timedelta(hours=1)}
    handed = NOW - timedelta(minutes=59)
    gave_up = Call(channel_id="g", status=CallStatus.ABANDONED, handed_over_at=handed, ended_at=NOW, **usual)
    answered = {"operator_id": operator.id, "operator_at": handed + timedelta(seconds=9), "ended_at": NOW}
    facts.add_all([gave_up, Call(channel_id="a", status=CallStatus.ENDED, handed_over_at=handed, **usual, **answered)])
    facts.add(DeskSpan(operator_id=operator.id, state=DeskState.PAUSE, reason="meal", began_at=NOW - timedelta(minutes=5)))
    facts.add(Alarm(channel_id="s", source=AlarmSource.KEY, status=AlarmStatus.RAISED, raised_at=NOW - timedelta(seconds=30)))
    facts.flush()
    facts.add(CallBack(call_id=gave_up.id, number="13800000001", waits_since=handed, due_at=NOW - timedelta(minutes=1)))
    facts.commit()


def test_the_wall_tells_how_it_stands_and_names_no_resident(client: FlaskClient, busy_day: None) -> None:
    page = client.get("/wallboard").text
    for words in ("50<small> %", "未达标", "1 / 2", "陈静", "吃饭", "还没有人接", "已下单"):
        assert words in page, words
    for words in ("王奶奶", "王秀英", "1380", "138 0"):
        assert words not in page, words


def test_an_operator_who_talks_is_talking_whatever_their_desk_says(
    client: FlaskClient, facts: Session, call: Call, operator: Operator
) -> None:
    facts.add(DeskSpan(operator_id=operator.id, state=DeskState.READY, began_at=NOW))
    call.status, call.answered_by, call.operator_at = CallStatus.OPERATOR, "desk-1", NOW
    facts.commit()
    page = client.get("/wallboard/live").text
    assert "通话中" in page
    assert "空闲" not in page


def test_the_wall_is_the_same_until_something_changes(client: FlaskClient, busy_day: None, clock: HandClock) -> None:
    first = client.get("/wallboard/live")
    clock.pass_time(seconds=20)
    again = client.get("/wallboard/live", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_a_screen_stays_up_for_weeks_and_shows_nothing_else(
    app: Flask, client: FlaskClient, facts: Session, operator: Operator, clock: HandClock
) -> None:
    operator.role = Role.SUPERVISOR
    facts.commit()
    assert send(client, "/wallboard", "/wallboard/screen").location.endswith("/wallboard/screen")
    assert client.get("/").status_code == 303
    clock.pass_time(days=60)
    assert client.get("/wallboard/screen/live").status_code == 200
    assert app.test_client().get("/wallboard/screen/live").status_code == 401
    operator.active = False
    facts.commit()
    assert client.get("/wallboard/screen/live").status_code == 401


def test_a_screen_is_taken_down_here_or_from_elsewhere(client: FlaskClient, facts: Session, operator: Operator) -> None:
    operator.role = Role.SUPERVISOR
    facts.commit()
    send(client, "/wallboard", "/wallboard/screen")
    send(client, "/wallboard/screen", "/wallboard/screen/down")
    assert client.get("/wallboard/screen").status_code == 303


def test_an_operator_puts_no_screen_up(client: FlaskClient) -> None:
    assert "/wallboard/screen" not in client.get("/wallboard").text
    assert send(client, "/", "/wallboard/screen").status_code == 403
