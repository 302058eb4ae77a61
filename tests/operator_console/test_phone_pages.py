"""The telephone in the page: who holds it, what the operator is doing, and the call's end."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.desks import begin_wrap_up, let_lapse, paused_seats
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.desks import DeskSpan, DeskState
from models.operators import Operator
from tests.operator_console.conftest import NOW, HandClock

ONE, OTHER = "page-one-1", "page-two-2"


@pytest.fixture(autouse=True)
def without_tokens(app: Flask) -> None:
    """That forms carry a token is tested for all routes together."""
    app.config["WTF_CSRF_ENABLED"] = False


def here(client: FlaskClient, page: str = ONE, **more: str) -> dict[str, object]:
    answer: dict[str, object] = client.post("/phone/here", data={"page": page, **more}).get_json()
    return answer


def states(sessions: SessionMaker) -> list[tuple[DeskState, str]]:
    with sessions() as session:
        return [(span.state, span.reason) for span in session.scalars(select(DeskSpan).order_by(DeskSpan.id))]


def wraps_up(sessions: SessionMaker) -> bool:
    """A call at seat 1 has ended."""
    with sessions.begin() as session:
        return begin_wrap_up(session, 1, NOW)


def lapsed(sessions: SessionMaker, after_s: int) -> int:
    with sessions.begin() as session:
        return let_lapse(session, NOW + timedelta(seconds=after_s), 60)


def paused(sessions: SessionMaker) -> dict[int, str]:
    with sessions() as session:
        return paused_seats(session)


def test_the_account_is_that_of_one_s_own_seat(client: FlaskClient) -> None:
    account = client.get("/phone/account").get_json()
    assert (account["user"], account["name"]) == ("operator-1", "陈静")
    assert account["socket"].startswith("ws://127.0.0.1:")
    assert account["socket"] in client.get("/").headers["Content-Security-Policy"]


def test_who_has_no_seat_has_no_telephone(client: FlaskClient, operator: Operator, facts: Session) -> None:
    operator.seat = None
    facts.commit()
    assert client.get("/phone/account").status_code == 404
    assert 'id="phone"' not in client.get("/").text


def test_one_page_holds_the_telephone_until_another_takes_it(client: FlaskClient) -> None:
    assert here(client)["held"]
    assert not here(client, OTHER)["held"]
    assert here(client, OTHER, take="1")["held"]
    assert not here(client)["held"]


def test_a_page_that_said_goodbye_or_was_silent_for_long_is_followed_by_the_next(client: FlaskClient, clock: HandClock) -> None:
    here(client)
    assert client.post("/phone/gone", data={"page": ONE}).status_code == 204
    assert here(client, OTHER)["held"]
    clock.pass_time(seconds=91)
    assert here(client, ONE)["held"]


def test_a_page_follows_the_crashed_one_of_its_own_browser(client: FlaskClient) -> None:
    here(client)
    assert not here(client, OTHER, after="page-ten-10")["held"]
    assert here(client, OTHER, after=ONE)["held"]


def test_a_pause_has_a_reason_of_the_list_and_lasts_until_ready(client: FlaskClient, sessions: SessionMaker) -> None:
    assert here(client)["state"] == "ready"
    assert client.post("/phone/state", data={"state": "pause", "reason": "meal"}).get_json()["reason"] == "meal"
    assert paused(sessions) == {1: "meal"}
    assert client.post("/phone/state", data={"state": "pause", "reason": "holiday"}).status_code == 400
    client.post("/phone/state", data={"state": "ready"})
    assert states(sessions) == [(DeskState.READY, ""), (DeskState.PAUSE, "meal"), (DeskState.READY, "")]
    assert paused(sessions) == {}


def test_a_call_is_wrapped_up_until_it_is_done(
    client: FlaskClient, call: Call, operator: Operator, facts: Session, sessions: SessionMaker
) -> None:
    call.operator_id, call.status = operator.id, CallStatus.ENDED
    facts.commit()
    here(client)
    assert wraps_up(sessions)
    assert here(client)["until"]
    assert client.post("/phone/wrapped-up", data={"note": "女儿周末来"}).get_json()["state"] == "ready"
    facts.refresh(call)
    assert (call.note, call.wrapped_up_at) == ("女儿周末来", NOW)


def test_who_paused_goes_on_pausing_and_who_has_no_page_wraps_nothing_up(client: FlaskClient, sessions: SessionMaker) -> None:
    assert not wraps_up(sessions)
    here(client)
    client.post("/phone/state", data={"state": "pause", "reason": "break"})
    assert not wraps_up(sessions)


def test_a_wrap_up_ends_in_time_and_whose_page_is_gone_is_away(client: FlaskClient, sessions: SessionMaker) -> None:
    here(client)
    assert wraps_up(sessions)
    assert (lapsed(sessions, 59), lapsed(sessions, 60)) == (0, 1)
    client.post("/phone/gone", data={"page": ONE})
    assert (lapsed(sessions, 11), lapsed(sessions, 12)) == (0, 1)  # it may have been reloaded
    assert [state for state, _ in states(sessions)] == [DeskState.READY, DeskState.WRAP_UP, DeskState.READY, DeskState.AWAY]
    assert here(client)["state"] == "ready"


def test_signing_out_leaves_the_desk(client: FlaskClient, sessions: SessionMaker) -> None:
    here(client)
    client.post("/sign-out")
    assert states(sessions)[-1] == (DeskState.AWAY, "")
