"""What an operator does with calls from the page: the exchange is a hand-written one."""

from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from exchange.obstacles import CannotAct, Obstacle
from models.base import Base
from models.call_backs import CallBack
from models.calls import Call, CallStatus, Direction
from models.database import SessionMaker
from models.desks import DeskAct, DeskActKind
from models.operators import Operator, Role
from models.residents import Contact, ContactRole, Resident
from models.settings import Settings
from operator_console.app import create_app
from operator_console.obstacle_words import OBSTACLES
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import form_token

PAGE = "/calls/"
Row = TypeVar("Row", bound=Base)


@dataclass
class Exchange:
    """Does what it is asked, or says why not."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    obstacle: Obstacle | None = None

    def dial(self, call_id: str, act_id: int, seat: int, way: str) -> None:
        self._take("dial", call_id, act_id, seat, way)

    def transfer(self, call_id: str, act_id: int, seat: int, way: str, words: str) -> None:
        self._take("transfer", call_id, act_id, seat, way, words)

    def ask_aside(self, call_id: str, act_id: int, seat: int, way: str, words: str, *, who: str = "") -> None:
        self._take("ask_aside", call_id, act_id, seat, way, words, who)

    def call_in(self, call_id: str, act_id: int, seat: int, way: str, words: str) -> None:
        self._take("call_in", call_id, act_id, seat, way, words)

    def complete(self, call_id: str, seat: int) -> None:
        self._take("complete", call_id, seat)

    def take_back(self, call_id: str, seat: int) -> None:
        self._take("take_back", call_id, seat)

    def talk_together(self, call_id: str, seat: int) -> None:
        self._take("talk_together", call_id, seat)

    def listen(self, call_id: str, act_id: int, seat: int, *, whisper: bool) -> None:
        self._take("whisper" if whisper else "listen", call_id, act_id, seat)

    def join(self, call_id: str, act_id: int, seat: int) -> None:
        self._take("join", call_id, act_id, seat)

    def _take(self, *asked: object) -> None:
        if self.obstacle:
            raise CannotAct(self.obstacle)
        self.asked.append(asked)


def ask(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Send a form of the page."""
    return client.post(address, data={"csrf_token": form_token(client, PAGE)} | fields)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock, exchange: Exchange) -> Flask:
    return create_app(settings, sessions, clock, desk_calls=exchange)


@pytest.fixture
def daughter(facts: Session, resident: Resident) -> Contact:
    daughter = Contact(
        resident=resident, role=ContactRole.FAMILY, name="王芳", relation="女儿", number="13900000001", call_order=1
    )
    facts.add(daughter)
    facts.commit()
    return daughter


@pytest.fixture
def talk(facts: Session, call: Call, operator: Operator) -> Call:
    """The resident talks with this operator."""
    call.status, call.operator_id, call.answered_by, call.operator_at = CallStatus.OPERATOR, operator.id, "desk-1", NOW
    facts.commit()
    return as_written(facts, call)


def only_act(facts: Session) -> DeskAct:
    """The one act so far, as it is written down."""
    return as_written(facts, facts.scalars(select(DeskAct)).one())


def as_written(facts: Session, row: Row) -> Row:
    """A row by itself: no transaction stands in the console's way."""
    facts.refresh(row)
    facts.expunge(row)
    facts.rollback()
    return row


def status_of(facts: Session, call: Call) -> CallStatus:
    return as_written(facts, facts.get_one(Call, call.id)).status


def test_a_dialled_call_has_its_file_before_anything_rings(
    client: FlaskClient, facts: Session, operator: Operator, daughter: Contact, exchange: Exchange
) -> None:
    answer = ask(client, "/desk/dial", to=f"contact:{daughter.id}")
    act, call = only_act(facts), facts.scalars(select(Call)).one()
    assert answer.location == f"/desk/{call.channel_id}"
    assert (call.direction, call.status, call.operator_id) == (Direction.OUT, CallStatus.OPERATOR, operator.id)
    assert (call.number, call.resident_id) == ("13900000001", daughter.resident_id)
    assert [one.path for one in call.recordings] == [f"{call.channel_id}.wav"]
    assert exchange.asked == [("dial", call.channel_id, act.id, 1, "13900000001")]
    assert (act.call_id, act.target) == (call.id, f"contact:{daughter.id}")


@pytest.mark.parametrize("to", ["number:13900000001", "contact:999", "contact:x", "contact:-1", "operator:1", "", "number:"])
def test_only_numbers_of_the_files_are_dialled(client: FlaskClient, facts: Session, exchange: Exchange, to: str) -> None:
    ask(client, "/desk/dial", to=to)
    assert "只能拨档案里的号码" in client.get(PAGE).text
    assert exchange.asked == []
    assert facts.scalars(select(Call)).all() == []


@pytest.mark.parametrize("obstacle", [Obstacle.NO_EXCHANGE, Obstacle.NO_PHONE])
def test_what_the_exchange_does_not_do_is_told_and_the_call_is_over(
    client: FlaskClient, facts: Session, exchange: Exchange, daughter: Contact, obstacle: Obstacle
) -> None:
    exchange.obstacle = obstacle
    ask(client, "/desk/dial", to=f"contact:{daughter.id}")
    assert OBSTACLES[obstacle][0] in client.get(PAGE).text
    assert facts.scalars(select(Call)).one().status is CallStatus.ENDED
    assert only_act(facts).outcome == obstacle


def test_every_obstacle_has_words() -> None:
    assert set(OBSTACLES) == set(Obstacle)


def test_a_call_back_is_one_operator_s_and_waits_again_when_nothing_rang(
    client: FlaskClient, facts: Session, operator: Operator, call: Call, exchange: Exchange
) -> None:
    facts.add(CallBack(id=3, call_id=call.id, number="13800000001", waits_since=NOW, due_at=NOW))
    facts.commit()
    exchange.obstacle = Obstacle.TALKING
    ask(client, "/desk/dial", to="call-back:3")
    assert as_written(facts, facts.get_one(CallBack, 3)).taken_by is None
    exchange.obstacle = None
    ask(client, "/desk/dial", to="call-back:3")
    assert as_written(facts, facts.get_one(CallBack, 3)).taken_by == operator.id
    assert [one[4] for one in exchange.asked] == ["13800000001"]


def test_a_caller_is_handed_on_to_a_colleague_and_waits_meanwhile(
    client: FlaskClient, facts: Session, talk: Call, exchange: Exchange
) -> None:
    facts.add(Operator(id=9, login="li", name="李明", role=Role.OPERATOR, seat=2, password_hash="x"))
    facts.commit()
    ask(client, f"/desk/{talk.channel_id}/transfer", to="operator:9", way="blind")
    act = only_act(facts)
    assert exchange.asked == [("transfer", talk.channel_id, act.id, 1, "seat-2", "")]
    assert (act.kind, act.target, act.call_id) == (DeskActKind.TRANSFER, "operator:9", talk.id)
    assert status_of(facts, talk) is CallStatus.WAITING


def test_back_to_the_queue_is_refused_by_a_silent_exchange_and_the_call_stays(
    client: FlaskClient, facts: Session, talk: Call, exchange: Exchange
) -> None:
    exchange.obstacle = Obstacle.NO_EXCHANGE
    ask(client, f"/desk/{talk.channel_id}/transfer", to="queue", way="blind")
    assert only_act(facts).outcome == "no_exchange"
    assert status_of(facts, talk) is CallStatus.OPERATOR


def test_the_daughter_is_asked_first_and_the_page_offers_what_is_possible(
    client: FlaskClient, facts: Session, talk: Call, daughter: Contact, exchange: Exchange
) -> None:
    acts = f"/desk/{talk.channel_id}/acts"
    assert "王芳" in client.get(acts).text
    ask(client, f"/desk/{talk.channel_id}/transfer", to=f"contact:{daughter.id}", way="warm")
    act = only_act(facts)
    assert exchange.asked == [("ask_aside", talk.channel_id, act.id, 1, "13900000001", "family", str(daughter.id))]
    assert status_of(facts, talk) is CallStatus.OPERATOR
    shown = client.get(acts).text
    assert "aside-back" in shown
    assert "aside-complete" not in shown
    facts.get_one(DeskAct, act.id).outcome = "answered"
    facts.commit()
    assert "aside-complete" in client.get(acts).text
    ask(client, f"/desk/{talk.channel_id}/complete", do="complete")
    assert exchange.asked[-1] == ("complete", talk.channel_id, 1)
    assert only_act(facts).outcome == "completed"
    shown = client.get(acts).text
    assert "aside-complete" not in shown
    assert "叫人进来" not in shown  # the operator has left the two


@pytest.mark.parametrize(("do", "asked"), [("back", "take_back"), ("together", "talk_together")])
def test_the_talk_aside_ends_otherwise(
    client: FlaskClient, talk: Call, daughter: Contact, exchange: Exchange, do: str, asked: str
) -> None:
    ask(client, f"/desk/{talk.channel_id}/transfer", to=f"contact:{daughter.id}", way="warm")
    ask(client, f"/desk/{talk.channel_id}/complete", do=do)
    assert exchange.asked[-1] == (asked, talk.channel_id, 1)


def test_120_is_called_in_and_asked_nothing(client: FlaskClient, facts: Session, talk: Call, exchange: Exchange) -> None:
    ask(client, f"/desk/{talk.channel_id}/call-in", to="number:120")
    assert exchange.asked == [("call_in", talk.channel_id, only_act(facts).id, 1, "120", "")]


@pytest.mark.parametrize("way", ["listen", "whisper", "join"])
def test_a_supervisor_is_in_the_call_and_an_operator_is_not(
    client: FlaskClient, facts: Session, operator: Operator, talk: Call, exchange: Exchange, way: str
) -> None:
    listen = f"/desk/calls/{talk.channel_id}/listen"
    assert ask(client, listen, way=way).status_code == 403
    operator.role = Role.SUPERVISOR
    facts.commit()
    assert f'value="{way}"' in client.get(f"/calls/{talk.id}").text
    ask(client, listen, way=way)
    act = only_act(facts)
    assert exchange.asked == [(way, talk.channel_id, act.id, 1)]
    assert (act.kind, act.call_id) == (way, talk.id)


@pytest.mark.parametrize(
    ("address", "fields"),
    [("transfer", {"to": "queue", "way": "x"}), ("transfer", {"to": "queue", "way": "warm"}), ("complete", {"do": "x"})],
)
def test_a_form_that_no_page_sends_is_refused(client: FlaskClient, talk: Call, address: str, fields: dict[str, str]) -> None:
    assert ask(client, f"/desk/{talk.channel_id}/{address}", **fields).status_code == 400
    assert ask(client, "/desk/1.1/call-in", to="number:120").status_code == 404
