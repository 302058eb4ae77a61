"""A part of Linli that is down is told on every page, in words, and no more once it is back."""

import socket
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from agi_scripts.server import FastAGIServer
from exchange.ami import AsteriskManager
from models.database import SessionMaker
from models.operators import Language, Operator
from models.settings import Settings
from operator_console.app import create_app
from operator_console.part_probes import listens, probes_of
from operator_console.part_watch import TOLD_AFTER_S, PartWatch
from operator_console.parts_down import TOLD
from tests.operator_console.conftest import HandClock


class Machine:
    """Parts that a test stops and starts, and a clock of its own."""

    def __init__(self) -> None:
        self.stopped: set[str] = set()
        self.now_s = 0.0
        self.watch = PartWatch({name: lambda name=name: name not in self.stopped for name in TOLD}, lambda: self.now_s)

    def pass_s(self, seconds: float) -> tuple[str, ...]:
        self.now_s += seconds
        self.watch.look()
        return self.watch.down()


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_what_is_down_for_a_while_is_told_and_what_is_back_no_more(machine: Machine) -> None:
    assert machine.pass_s(1) == ()
    machine.stopped |= {"workers", "ivr"}
    assert machine.pass_s(1) == ()  # it may only be starting again
    assert machine.pass_s(TOLD_AFTER_S) == ("ivr", "workers")
    machine.stopped.remove("ivr")
    assert machine.pass_s(1) == ("workers",)
    machine.stopped.remove("workers")
    assert machine.pass_s(1) == ()
    machine.stopped.add("workers")
    assert machine.pass_s(1) == ()


def test_a_probe_that_fails_or_cannot_know_says_nothing() -> None:
    def crashes() -> bool:
        raise ValueError

    now_s = 0.0
    watch = PartWatch({"ivr": crashes, "workers": lambda: None, "redis": lambda: False}, lambda: now_s)
    watch.look()
    now_s = TOLD_AFTER_S
    watch.look()
    assert watch.down() == ("redis",)


@pytest.mark.parametrize("language", list(Language))
def test_every_page_says_in_the_operator_s_language_what_works_all_the_same(
    settings: Settings, sessions: SessionMaker, operator: Operator, clock: HandClock, machine: Machine, language: Language
) -> None:
    with sessions.begin() as session:
        session.get_one(Operator, operator.id).language = language
    app = create_app(settings, sessions, clock, part_watch=machine.watch)
    client: FlaskClient = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(operator=operator.id, active_at=int(clock().timestamp()), coded=True)
    assert "订单照常下" not in client.get("/calls/").text
    machine.stopped.add("redis")
    machine.pass_s(0)
    machine.pass_s(TOLD_AFTER_S)
    for page in ("/calls/", "/", "/parts-down/live"):
        shown = client.get(page).text
        assert ("订单照常下" in shown) == (language is not Language.EN)
        assert ("orders are kept" in shown) == (language is not Language.ZH)


def test_a_listening_port_is_seen_without_being_connected_to() -> None:
    with FastAGIServer(("127.0.0.1", 0), {}) as server:
        assert listens(server.server_address[1])
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert not listens(port)


def test_every_part_that_is_looked_at_has_its_words(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUPERVISOR_SERVER_URL", f"unix://{tmp_path}/nobody.sock")
    probes = probes_of(settings, AsteriskManager("127.0.0.1", 1, "nobody", ""))
    assert list(probes) == list(TOLD)
    seen = {name: probe() for name, probe in probes.items()}
    nobody_knows = dict.fromkeys(("workers", "alarms", "sweep", "devices"))
    assert seen == {"asterisk": False, "ivr": False, "redis": False} | nobody_knows
