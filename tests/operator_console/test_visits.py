"""Visits begin with a password, for administrators with a code as well, and end in more ways than one."""

from xml.etree import ElementTree

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from linli.cli import linli
from linli.environment import environment_of
from models.operators import Operator, Role
from models.settings import Settings
from operator_console.operators import add_operator, ensure_demo_operator, knows_password
from operator_console.pace import A_MINUTE
from tests.operator_console.conftest import HandClock
from tests.operator_console.forms import form_token, send, sign_in

PASSWORD = "long enough"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def li(facts: Session) -> Operator:
    operator = add_operator(facts, "li", "李敏", PASSWORD, role=Role.OPERATOR, seat=2)
    facts.commit()
    return operator


@pytest.fixture
def boss(facts: Session) -> Operator:
    operator = add_operator(facts, "boss", "方主任", PASSWORD, role=Role.ADMINISTRATOR, seat=None)
    facts.commit()
    return operator


def secret_of(client: FlaskClient) -> str:
    page = client.get("/sign-in/code/").text
    return page.partition("<code>")[2].partition("</code>")[0].replace(" ", "")


def enter_code(client: FlaskClient, code: str) -> int:
    return send(client, "/sign-in/code/", "/sign-in/code/", code=code).status_code


def code_of(secret: str, clock: HandClock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock(), counter_offset=steps)


@pytest.fixture
def secret(stranger: FlaskClient, boss: Operator, clock: HandClock) -> str:
    """What the administrator's telephone has learned at the first sign-in."""
    assert sign_in(stranger, "boss", PASSWORD).location == "/sign-in/code/"
    secret = secret_of(stranger)
    assert enter_code(stranger, code_of(secret, clock)) == 303
    clock.pass_time(minutes=2)
    return secret


def test_an_administrator_is_not_in_before_a_code_is_set_up(stranger: FlaskClient, boss: Operator, clock: HandClock) -> None:
    assert sign_in(stranger, "boss", PASSWORD).location == "/sign-in/code/"
    assert stranger.get("/").location == "/sign-in?next=/"
    drawn = ElementTree.fromstring(stranger.get("/sign-in/code/qr.svg").data)
    assert not [part for part in drawn.iter() if "style" in part.attrib or part.tag.endswith("style")]
    secret = secret_of(stranger)
    clock.pass_time(seconds=5)
    assert enter_code(stranger, code_of(secret, clock, -2)) == 403
    clock.pass_time(seconds=60)
    assert enter_code(stranger, code_of(secret, clock)) == 303
    assert stranger.get("/").status_code == 200
    assert stranger.get("/sign-in/code/qr.svg").status_code == 404


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_good_a_step_early_or_late_and_once(
    app: Flask, secret: str, clock: HandClock, facts: Session, steps: int
) -> None:
    for status in (303, 403):
        browser = app.test_client()
        assert sign_in(browser, "boss", PASSWORD).location == "/sign-in/code/"
        assert enter_code(browser, code_of(secret, clock, steps)) == status


def test_codes_cannot_be_guessed_on(app: Flask, secret: str, clock: HandClock) -> None:
    browser = app.test_client()
    sign_in(browser, "boss", PASSWORD)
    statuses = [enter_code(browser, "000000") for _ in range(6)]
    assert statuses[0] == 403
    assert statuses[-1] == 429


def test_the_password_is_forgotten_where_the_code_comes_late(app: Flask, secret: str, clock: HandClock) -> None:
    browser = app.test_client()
    sign_in(browser, "boss", PASSWORD)
    clock.pass_time(minutes=11)
    assert browser.get("/sign-in/code/").location == "/sign-in"


def test_a_lost_telephone_is_replaced_from_the_command_line(
    app: Flask, secret: str, clock: HandClock, settings: Settings, database_url: str, stranger: FlaskClient
) -> None:
    given = environment_of(settings.model_copy(update={"database_url": database_url}))
    done = CliRunner().invoke(linli, ["operator", "new-code", "boss"], env=given)
    assert done.exit_code == 0, done.output
    browser = app.test_client()
    sign_in(browser, "boss", PASSWORD)
    assert secret_of(browser) not in ("", secret)
    assert stranger.get("/").status_code == 303


def test_the_demo_sees_everything_without_a_code_and_only_in_the_demo(stranger: FlaskClient, facts: Session) -> None:
    ensure_demo_operator(facts)
    facts.commit()
    assert sign_in(stranger, "demo", "linli").location == "/desk"
    assert stranger.get("/operators/").status_code == 200


def test_an_old_hash_opens_once_more_and_is_made_anew(stranger: FlaskClient, li: Operator, facts: Session) -> None:
    li.password_hash = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
    facts.commit()
    assert sign_in(stranger, "li", PASSWORD).location == "/desk"
    facts.refresh(li)
    assert li.password_hash.startswith("$argon2id$")
    assert knows_password(li, PASSWORD)


def test_a_visit_ends_after_a_shift_however_busy(
    stranger: FlaskClient, li: Operator, clock: HandClock, settings: Settings
) -> None:
    sign_in(stranger, "li", PASSWORD)
    for _ in range(settings.console_hours * 3 - 1):
        clock.pass_time(minutes=20)
        assert stranger.get("/healthz").status_code == 200
        assert stranger.get("/preferences/").status_code == 200
    clock.pass_time(minutes=20)
    assert stranger.get("/preferences/").status_code == 303


def test_signing_out_everywhere_ends_the_other_browsers_visit(
    app: Flask, stranger: FlaskClient, li: Operator, clock: HandClock
) -> None:
    other = app.test_client()
    for browser in (stranger, other):
        sign_in(browser, "li", PASSWORD)
    clock.pass_time(seconds=3)
    assert send(stranger, "/preferences/", "/sign-out/everywhere").status_code == 303
    assert [browser.get("/").status_code for browser in (stranger, other)] == [303, 303]


def test_a_new_password_ends_the_other_visits_and_not_this_one(
    app: Flask, stranger: FlaskClient, li: Operator, clock: HandClock
) -> None:
    other = app.test_client()
    for browser in (stranger, other):
        sign_in(browser, "li", PASSWORD)
    clock.pass_time(seconds=3)
    send(stranger, "/preferences/", "/preferences/password", old=PASSWORD, new="quite long enough", again="quite long enough")
    assert [browser.get("/").status_code for browser in (stranger, other)] == [200, 303]


@pytest.mark.parametrize(
    "sent",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_what_another_site_sends_is_refused_with_the_right_token_too(client: FlaskClient, sent: dict[str, str]) -> None:
    token = form_token(client, "/preferences/")
    answer = client.post("/preferences/", data={"csrf_token": token, "language": "zh"}, headers=sent)
    assert answer.status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/preferences/", data={"csrf_token": token, "language": "zh"}, headers=own).status_code == 303


def test_who_sends_too_fast_is_refused_for_a_minute(
    client: FlaskClient, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(A_MINUTE, "search", 3)
    monkeypatch.setitem(A_MINUTE, "stranger", 3)
    assert [client.get("/search?q=wang").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [client.get("/p/" + "x" * 43).status_code for _ in range(4)][-1] == 429
    assert client.get("/desk").status_code == 200
    clock.pass_time(minutes=1)
    assert client.get("/search?q=wang").status_code == 200


def test_a_token_of_an_earlier_visit_is_stale(stranger: FlaskClient, li: Operator) -> None:
    sign_in(stranger, "li", PASSWORD)
    token = form_token(stranger, "/preferences/")
    send(stranger, "/preferences/", "/sign-out")
    sign_in(stranger, "li", PASSWORD)
    assert stranger.post("/preferences/", data={"csrf_token": token, "language": "zh"}).status_code == 400
    assert stranger.post("/preferences/", data={"language": "zh"}, headers={"X-CSRFToken": "forged"}).status_code == 400


def test_signing_out_ends_the_visit_for_a_copy_of_its_cookie_too(app: Flask, stranger: FlaskClient, li: Operator) -> None:
    sign_in(stranger, "li", PASSWORD)
    copy, elsewhere = app.test_client(), app.test_client()
    sign_in(elsewhere, "li", PASSWORD)
    with stranger.session_transaction() as kept, copy.session_transaction() as copied:
        copied.update(kept)
    assert copy.get("/").status_code == 200
    send(stranger, "/", "/sign-out")
    assert copy.get("/").location == "/sign-in?next=/"
    assert elsewhere.get("/").status_code == 200
