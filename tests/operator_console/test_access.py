"""Every route is for somebody in particular, and for nobody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.routing import Rule

from models.database import SessionMaker
from models.http_gateway import HttpGateway
from models.operators import Operator
from models.settings import Gateway, Settings
from operator_console.access import ACCESS
from operator_console.app import create_app

TWILIO = {
    "gateway": Gateway.TWILIO,
    "twilio_account_sid": "AC0",
    "twilio_auth_token": SecretStr("t"),
    "twilio_from": "+8610",
    "public_url": "https://linli.example",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def address_of(rule: Rule) -> str:
    """An address that the rule matches."""
    address = rule.rule
    for argument in rule.arguments:
        for kind in (f"<int:{argument}>", f"<path:{argument}>"):
            address = address.replace(kind, "1")
    return address


def test_routes_and_authorised_are_the_same_list(app: Flask, settings: Settings, sessions: SessionMaker) -> None:
    platform = {"http_gateways": {"city": HttpGateway(url="http://platform.example/")}}
    with_gateways = create_app(settings.model_copy(update=TWILIO | platform), sessions)
    assert {rule.endpoint for one in (app, with_gateways) for rule in one.url_map.iter_rules()} == set(ACCESS)


def test_a_stranger_is_led_to_the_sign_in_from_everywhere_else(app: Flask, stranger: FlaskClient) -> None:
    guarded = [rule for rule in app.url_map.iter_rules() if ACCESS[rule.endpoint].roles]
    assert len(guarded) > 10
    app.config["WTF_CSRF_ENABLED"] = False  # so that it is the guard that answers
    for rule in guarded:
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        answer = stranger.open(address_of(rule), method=method)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), rule


def test_a_stranger_gets_no_fragment(stranger: FlaskClient) -> None:
    assert stranger.get("/live", headers={"X-Linli-Live": "idle"}).status_code == 401


@pytest.mark.parametrize("open_to_all", ["/sign-in", "/healthz", "/static/console.css"])
def test_anyone_may_see(stranger: FlaskClient, open_to_all: str) -> None:
    with stranger.get(open_to_all) as answer:
        assert answer.status_code == 200


def test_a_route_that_is_not_in_the_table_is_closed_even_to_operators(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert client.get("/forgotten").status_code == 403


def test_an_operator_who_has_left_is_out_at_once(client: FlaskClient, operator: Operator, sessions: SessionMaker) -> None:
    assert client.get("/").status_code == 200
    with sessions.begin() as session:
        session.get_one(Operator, operator.id).active = False
    assert client.get("/").location == "/sign-in?next=/"


def test_a_forged_cookie_opens_nothing(app: Flask, stranger: FlaskClient) -> None:
    stranger.set_cookie(app.config["SESSION_COOKIE_NAME"], "eyJvcGVyYXRvciI6MX0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert stranger.get("/").status_code == 303
