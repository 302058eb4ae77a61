"""Signing in, guessing, idling, signing out."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.operators import Operator, Role, SignInFailure
from models.settings import Settings
from operator_console.app import create_app
from operator_console.guessing import FREE_FAILURES, FREE_FAILURES_OF_ALL
from operator_console.operators import add_operator, ensure_demo_operator
from tests.operator_console.conftest import HandClock
from tests.operator_console.forms import form_token, send, sign_in

PASSWORD = "十个字符以上的密码 ok"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def li(facts: Session) -> Operator:
    """An operator with a password."""
    operator = add_operator(facts, "li", "李敏", PASSWORD, role=Role.OPERATOR, seat=2)
    facts.commit()
    return operator


def test_the_right_password_opens_the_board(stranger: FlaskClient, li: Operator) -> None:
    answer = sign_in(stranger, "li", PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert "李敏" in stranger.get("/").text


def test_the_cookie_is_kept_from_scripts_and_other_sites(stranger: FlaskClient, li: Operator) -> None:
    cookie = sign_in(stranger, "LI ", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_cookie_is_secure_where_the_site_is(settings: Settings, sessions: SessionMaker) -> None:
    app = create_app(settings.model_copy(update={"public_url": "https://linli.example"}), sessions)
    assert "Secure" in app.test_client().get("/sign-in").headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("login", "password"), [("li", "wrong"), ("nobody", PASSWORD), ("li' OR 1=1 --", "x"), ("li", "x" * 201)]
)
def test_anything_else_opens_nothing_and_says_the_same(stranger: FlaskClient, li: Operator, login: str, password: str) -> None:
    answer = sign_in(stranger, login, password)
    assert answer.status_code in (400, 403)
    assert "登录名或密码不对" in answer.text
    assert stranger.get("/").status_code == 303


def test_one_who_has_left_cannot_sign_in(stranger: FlaskClient, li: Operator, facts: Session) -> None:
    li.active = False
    facts.commit()
    assert sign_in(stranger, "li", PASSWORD).status_code == 403


def test_after_a_few_failures_guessing_becomes_slow(stranger: FlaskClient, li: Operator, clock: HandClock) -> None:
    for _ in range(FREE_FAILURES):
        assert sign_in(stranger, "li", "wrong").status_code == 403
    slowed = sign_in(stranger, "li", PASSWORD)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "1")
    clock.pass_time(seconds=1)
    assert sign_in(stranger, "li", PASSWORD).status_code == 303


def test_the_wait_grows_but_never_beyond_a_minute(stranger: FlaskClient, li: Operator, clock: HandClock) -> None:
    waits = []
    for _ in range(12):
        answer = sign_in(stranger, "li", "wrong")
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            clock.pass_time(seconds=waits[-1])
            assert sign_in(stranger, "li", "wrong").status_code == 403
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_one_login_that_is_guessed_does_not_slow_another(stranger: FlaskClient, li: Operator) -> None:
    for _ in range(FREE_FAILURES + 1):
        sign_in(stranger, "wang", "wrong")
    assert sign_in(stranger, "li", PASSWORD).status_code == 303


def test_guessing_of_many_logins_slows_all(stranger: FlaskClient, li: Operator, facts: Session, clock: HandClock) -> None:
    facts.add_all(SignInFailure(login=f"guess{n}", at=clock()) for n in range(FREE_FAILURES_OF_ALL + 8))
    facts.commit()
    slowed = sign_in(stranger, "li", PASSWORD)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "4")
    clock.pass_time(seconds=4)
    assert sign_in(stranger, "li", PASSWORD).status_code == 303


def test_an_unknown_login_is_slowed_as_a_known_one_is(stranger: FlaskClient) -> None:
    codes = [sign_in(stranger, "nobody", "wrong").status_code for _ in range(FREE_FAILURES + 1)]
    assert codes == [403] * FREE_FAILURES + [429]


def test_failures_are_forgotten_with_the_right_password_and_with_time(
    stranger: FlaskClient, li: Operator, facts: Session, clock: HandClock
) -> None:
    facts.add(SignInFailure(login="old", at=clock()))
    facts.commit()
    clock.pass_time(minutes=16)
    sign_in(stranger, "li", "wrong")
    sign_in(stranger, "li", PASSWORD)
    assert facts.scalars(select(SignInFailure)).all() == []


def test_a_link_leads_back_to_its_page_and_never_elsewhere(stranger: FlaskClient, li: Operator) -> None:
    assert stranger.get("/calls/").location == "/sign-in?next=/calls/"
    for wanted, led_to in [
        ("/calls/", "/calls/"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://evil.example", "/desk"),
    ]:
        assert sign_in(stranger, "li", PASSWORD, next=wanted).location == led_to
        send(stranger, "/", "/sign-out")


def test_signing_out_ends_the_visit(client: FlaskClient) -> None:
    assert send(client, "/", "/sign-out").location == "/sign-in"
    assert client.get("/").status_code == 303


def test_a_sign_in_without_the_token_is_refused(stranger: FlaskClient, li: Operator) -> None:
    assert stranger.post("/sign-in", data={"login": "li", "password": PASSWORD}).status_code == 400
    assert stranger.get("/").status_code == 303


def test_a_token_of_another_browser_is_refused(app: Flask, stranger: FlaskClient, li: Operator) -> None:
    token = form_token(app.test_client(), "/sign-in")
    form = {"csrf_token": token, "login": "li", "password": PASSWORD}
    assert stranger.post("/sign-in", data=form).status_code == 400


def test_an_idle_visit_ends(client: FlaskClient, settings: Settings, clock: HandClock) -> None:
    clock.pass_time(minutes=settings.console_idle_min - 1)
    assert client.get("/").status_code == 200
    clock.pass_time(minutes=settings.console_idle_min - 1)
    assert client.get("/").status_code == 200
    clock.pass_time(minutes=settings.console_idle_min)
    assert client.get("/").status_code == 303


def test_a_page_that_refreshes_itself_is_idle_unless_somebody_is_there(
    client: FlaskClient, settings: Settings, clock: HandClock
) -> None:
    almost_min = settings.console_idle_min - 1
    for passed_min, sign, status in [(almost_min, "active", 200), (almost_min, "idle", 200), (1, "idle", 401)]:
        clock.pass_time(minutes=passed_min)
        assert client.get("/live", headers={"X-Linli-Live": sign}).status_code == status


def test_the_demo_says_how_to_sign_in_and_lets_one_in(stranger: FlaskClient, facts: Session) -> None:
    ensure_demo_operator(facts)
    ensure_demo_operator(facts)
    facts.commit()
    assert "<kbd>demo</kbd>" in stranger.get("/sign-in").text
    assert sign_in(stranger, "demo", "linli").location == "/desk"


def test_outside_the_demo_its_password_opens_nothing(settings: Settings, sessions: SessionMaker, facts: Session) -> None:
    ensure_demo_operator(facts)
    facts.commit()
    browser = create_app(settings.model_copy(update={"demo": False}), sessions).test_client()
    assert "<kbd>demo</kbd>" not in browser.get("/sign-in").text
    assert sign_in(browser, "demo", "linli").status_code == 403


def test_what_was_typed_stays_out_of_the_log(stranger: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(stranger, "13800000001", "my password by mistake")
    assert "13800000001" not in caplog.text
    assert "mistake" not in caplog.text
