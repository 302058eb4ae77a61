"""Every route of the console, walked as every role and as nobody: each goes where they may, and sees only their own."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models.care_calls import CareTask
from models.operators import Operator, Role
from models.providers import Provider
from models.residents import ResidentEvent
from models.services import Service
from models.settings import Settings
from operator_console.access import ACCESS, Access
from tests.operator_console.conftest import HandClock
from tests.operator_console.own_area import OwnArea, make_area

# What an officer of the community may open, written down a second time: whoever widens it must do so here too.
OFFICERS_MAY = {
    *("alarms.index", "alarms.index_live", "alarms.urgent", "alarms.show", "alarms.live"),
    *("board.show", "board.live", "orders.show", "orders.live", "order_proofs.picture", "parts_down.live"),
    *("file_openings.ask", "file_openings.open_file"),
    *("residents.index", "residents.show", "devices.index", "devices.index_live", "devices.show", "devices.live"),
    *("search.show", "search.live", "masked_numbers.show", "masked_numbers.number"),
    *("care.index", "follow_ups.index", "complaints.index", "supervision.index"),
    *("sign_in.leave", "sign_in.leave_everywhere", "preferences.show", "preferences.keep", "preferences.password"),
}
# What an officer may send: what they see to in their areas, and what is their own.
OFFICERS_SEND = {
    *("care.take", "care.done", "resident_acts.visited", "alarm_actions.note", "alarm_actions.follow_up"),
    "masked_numbers.show",
    "file_openings.open_file",
    "sign_in.leave",
    "sign_in.leave_everywhere",
    "preferences.keep",
    "preferences.password",
}
# Files whose names the addresses hold, which belong to no area.
NAMES = {"by": "day", "name": "x", "token": "x" * 43, "filename": "console.css", "kept": "id"}

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def areas(facts: Session, settings: Settings, service: Service, provider: Provider) -> tuple[OwnArea, OwnArea]:
    """The officer's own area, and another."""
    return make_area(facts, settings, 1, service, provider), make_area(facts, settings, 2, service, provider)


@pytest.fixture
def enter(app: Flask, facts: Session, clock: HandClock, areas: tuple[OwnArea, OwnArea]) -> SignIn:
    """Sign somebody of a role in."""

    def sign_in(role: Role) -> FlaskClient:
        own = [areas[0].area] if role is Role.OFFICER else []
        operator = Operator(login=role.value, name="某人", role=role, password_hash="", totp_secret="x", areas=own)
        facts.add(operator)
        facts.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["operator"], cookie["coded"] = operator.id, True
            cookie["began_at"] = cookie["active_at"] = int(clock().timestamp())
        return client

    return sign_in


def ways(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with every method it has."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule, method


def address_in(area: OwnArea, app: Flask, rule: Rule) -> str:
    """The rule's address for what belongs to `area`."""
    named = NAMES | area.rows | {"channel": area.channel_id}
    missing = rule.arguments - set(named)
    assert not missing, f"{rule.rule}: tell own_area.py which row {missing} is"
    with app.test_request_context():
        return app.url_map.bind("").build(rule.endpoint, {one: named[one] for one in rule.arguments})


@pytest.mark.parametrize("role", Role)
def test_each_goes_where_they_may_and_nowhere_else(app: Flask, enter: SignIn, areas: tuple[OwnArea, OwnArea], role: Role) -> None:
    client = enter(role)
    app.config["WTF_CSRF_ENABLED"] = False  # so that it is the guard that answers
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_: "in"
    for rule, method in ways(app):
        whom = ACCESS[rule.endpoint]
        answer = client.open(address_in(areas[0], app, rule), method=method)
        if role in whom.roles or whom in (Access.ANYONE, Access.GATEWAY):
            assert (answer.status_code, answer.text) == (200, "in"), rule
        else:
            assert answer.status_code == 403, rule


def test_nobody_goes_nowhere(app: Flask, stranger: FlaskClient, areas: tuple[OwnArea, OwnArea]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_: "in"
    for rule, method in ways(app):
        whom = ACCESS[rule.endpoint]
        answer = stranger.open(address_in(areas[0], app, rule), method=method)
        if whom in (Access.ANYONE, Access.GATEWAY):
            assert answer.status_code == 200, rule
        elif whom is Access.PROVIDER:
            assert answer.status_code == 403, rule
        else:
            assert (answer.status_code, (answer.location or "").partition("?")[0]) == (303, "/sign-in"), rule


def test_an_officer_may_look_at_little_and_change_less(app: Flask) -> None:
    may = {endpoint for endpoint, whom in ACCESS.items() if Role.OFFICER in whom.roles}
    assert may == OFFICERS_MAY | OFFICERS_SEND
    assert {rule.endpoint for rule, method in ways(app) if method != "GET" and rule.endpoint in may} == OFFICERS_SEND


def test_an_officer_opens_what_lies_in_their_area_and_finds_nothing_else(
    app: Flask, enter: SignIn, areas: tuple[OwnArea, OwnArea]
) -> None:
    inside, outside = areas
    officer = enter(Role.OFFICER)
    shown = ""
    for rule, method in ways(app):
        if method != "GET" or rule.endpoint not in OFFICERS_MAY:
            continue
        with officer.get(address_in(inside, app, rule), follow_redirects=True) as answer:
            assert answer.status_code == 200, rule
            page = answer.get_data(as_text=True)
        assert not [mark for mark in outside.marks if mark in page], f"{rule} tells of another area"
        shown += page
        if rule.arguments & set(inside.rows):
            assert officer.get(address_in(outside, app, rule)).status_code == 404, rule
    assert all(mark in shown for mark in inside.marks)


def test_an_officer_sees_to_what_is_in_their_area_and_to_nothing_else(
    app: Flask, enter: SignIn, areas: tuple[OwnArea, OwnArea], facts: Session
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    officer, inside, outside = enter(Role.OFFICER), *areas
    facts.rollback()  # SQLite has one transaction at a time
    for rule, method in ways(app):
        if method == "POST" and rule.endpoint in OFFICERS_SEND and rule.arguments:
            sent = {"note": "上门看过了", "words": "精神很好"}
            assert officer.post(address_in(outside, app, rule), data=sent).status_code == 404, rule
            if rule.endpoint != "file_openings.open_file":  # nobody asks why while an alarm of theirs is open
                assert officer.post(address_in(inside, app, rule), data=sent).status_code == 303, rule
    facts.expire_all()  # what it still holds is as it was
    tasks = {task.id: (task.taken_by, task.note) for task in facts.scalars(select(CareTask))}
    assert tasks == {inside.rows["task_id"]: ("officer", "上门看过了"), outside.rows["task_id"]: ("", "")}
    visits = facts.execute(select(ResidentEvent.resident_id, ResidentEvent.by, ResidentEvent.note)).all()
    assert visits == [(inside.rows["resident_id"], "officer", "精神很好")]


@pytest.mark.parametrize("role", Role)
def test_every_page_opens_and_shows_no_way_that_is_closed(
    app: Flask, enter: SignIn, areas: tuple[OwnArea, OwnArea], role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    client, closed = enter(role), set()
    for rule, method in ways(app):
        if method != "GET" or role not in ACCESS[rule.endpoint].roles:
            continue
        with client.get(address := address_in(areas[0], app, rule)) as answer:
            assert answer.status_code in (200, 303, 404), rule
            page = answer.get_data(as_text=True) if (answer.status_code, answer.mimetype) == (200, "text/html") else ""
        closed |= {(rule.endpoint, *way) for way in ways_on(page, address, app) if not may_take(way, role)}
        if "<html" in page:
            dead = set(re.findall(r'\bform="([^"]+)"', page)) - set(re.findall(r'<form\b[^>]*\bid="([^"]+)"', page))
            assert not dead, f"{rule}: buttons of forms that are not there"
    assert not closed
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def ways_on(page: str, address: str, app: Flask) -> Iterator[tuple[str, str]]:
    """Where the page's forms, buttons, links, sounds and pictures lead: the endpoint and the method."""
    routes = app.url_map.bind("")
    for element in re.findall(r"<(?:form|button|a|audio|img|turbo-frame|div)\b[^>]*>", page):
        method = "POST" if 'method="post"' in element or "formaction=" in element else "GET"
        found = re.search(r'\b(?:action|formaction|href|src|data-live)="(/[^"?#]*)', element)
        if found or (element.startswith("<form") and " id=" not in element):  # one with a name may be told where by its buttons
            endpoint, _ = routes.match(found[1] if found else address, method=method)
            yield endpoint, method


def may_take(way: tuple[str, str], role: Role) -> bool:
    """Whether who has this role may go there."""
    whom = ACCESS[way[0]]
    return whom is Access.ANYONE or role in whom.roles


def test_the_head_shows_only_what_one_may_open(app: Flask, enter: SignIn) -> None:
    head = enter(Role.OFFICER).get("/").text.partition("<main")[0]
    assert "/residents/" in head
    assert not [closed for closed in ("/calls/", "/voice-mails/", "/messages/", "/providers/", "/to-assign/") if closed in head]
