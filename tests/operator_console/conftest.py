"""The console over a small community: one resident, one service, one provider; nobody signs in but by asking for `client`."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from types import CodeType
from typing import ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models.areas import Area
from models.calls import Call
from models.database import SessionMaker
from models.operators import Operator, Role
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.residents import Resident, ResidentPhone
from models.services import Service
from models.settings import Settings
from operator_console.app import create_app


class KeptTemplates(BytecodeCache):
    """What templates are compiled to, for all apps of this process: to compile a page anew takes longer than what is tested."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self.codes[bucket.key, bucket.checksum] = bucket.code


class KeptRule(Rule):
    """What makes an address of a rule is compiled once for all apps of this process: it is six sevenths of making an app."""

    built: ClassVar[dict[tuple[str, bool, str], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, append_unknown, repr(self.defaults))
        if key not in self.built:
            self.built[key] = super()._compile_builder(append_unknown)
        return self.built[key]


Flask.jinja_options = {"bytecode_cache": KeptTemplates()}
Flask.url_rule_class = KeptRule
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # ten in the morning in the community, a Sunday


class HandClock:
    """Time that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock) -> Flask:
    return create_app(settings, sessions, clock)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser in which nobody has signed in."""
    return app.test_client()


@pytest.fixture
def facts(sessions: SessionMaker) -> Iterator[Session]:
    """A session for the test's own facts; commit what the console is to see."""
    with sessions() as session:
        yield session


@pytest.fixture
def operator(facts: Session) -> Operator:
    """An operator whose password nobody knows: `client` is signed in without it."""
    operator = Operator(login="chen", name="陈静", role=Role.OPERATOR, seat=1, password_hash="scrypt:1:1:1$x$x")
    facts.add(operator)
    facts.commit()
    return operator


@pytest.fixture
def dispatcher(facts: Session, operator: Operator) -> Operator:
    """`operator`, who may also see to providers and complaints."""
    operator.role = Role.DISPATCHER
    facts.commit()
    return operator


@pytest.fixture
def client(app: Flask, operator: Operator, clock: HandClock) -> FlaskClient:
    """A browser in which `operator` has just signed in."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["operator"] = operator.id
        cookie["active_at"] = int(clock().timestamp())
        cookie["coded"] = True
    return client


@pytest.fixture
def resident(facts: Session) -> Resident:
    area = Area(name="桂花苑", latitude=30.25, longitude=120.16)
    resident = Resident(
        name="王秀英",
        form_of_address="王奶奶",
        born=date(1941, 3, 12),
        gender="female",
        area=area,
        address="桂花苑3幢2单元502室",
        latitude=30.25,
        longitude=120.16,
        phones=[ResidentPhone(number="13800000001")],
    )
    facts.add(resident)
    facts.commit()
    return resident


@pytest.fixture
def provider(facts: Session, resident: Resident) -> Provider:
    provider = Provider(
        name="顺达水电维修",
        number="13700000001",
        skills=["plumbing"],
        latitude=30.25,
        longitude=120.16,
        opens=time(0, 0),
        closes=time(23, 59),
        open_weekdays=list(range(7)),
        rating=4.8,
        areas=[resident.area],
    )
    facts.add(provider)
    facts.commit()
    return provider


@pytest.fixture
def service(facts: Session) -> Service:
    service = Service(
        key="plumbing",
        name="水电维修",
        name_en="Plumbing",
        spoken=["水管"],
        skill="plumbing",
        price_yuan=60,
        unit="次",
        lead_time_min=30,
    )
    facts.add(service)
    facts.commit()
    return service


@pytest.fixture
def call(facts: Session, resident: Resident) -> Call:
    call = Call(channel_id="1790000000.1", number="13800000001", resident=resident, started_at=NOW - timedelta(minutes=2))
    facts.add(call)
    facts.commit()
    return call


@pytest.fixture
def order(facts: Session, resident: Resident, service: Service, call: Call) -> Order:
    """An order that has just been placed in `call`, for tomorrow at nine."""
    starts_at = NOW + timedelta(hours=23)
    order = Order(
        code="4821",
        resident=resident,
        service=service,
        call_id=call.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        when_words="11月23日，周一，上午九点",
        words="我家水管漏水了",
        status=OrderStatus.PLACED,
        placed_at=NOW,
    )
    order.record("placed", NOW, "resident")
    facts.add(order)
    facts.commit()
    return order
