"""The listings print what the database holds, and `linli reply` answers as a provider would."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from dispatch.outbox import write_message
from linli.environment import environment_of
from linli.listing import calls, messages, orders, reply, residents
from models.calls import Call, Recording, Turn
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.devices import Device
from models.messages import Message
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider
from models.residents import Resident
from models.services import Service
from models.settings import Settings
from tests.conftest import settings_on_free_ports

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)  # nine in the morning in Shanghai
HOSTILE = "[red]\x1b[2J救命[/red]"


@pytest.fixture
def site(tmp_path: Any, database_url: str) -> Settings:
    return settings_on_free_ports(tmp_path, database_url=database_url)


@pytest.fixture
def sessions(site: Settings) -> Any:
    maker = session_maker(site.database)
    with maker.begin() as session:
        load_demo(session, site)
    yield maker
    maker.kw["bind"].dispose()


def run(settings: Settings, command: click.Command, *words: str) -> Result:
    return CliRunner().invoke(command, words, env=environment_of(settings) | {"COLUMNS": "250"})


def document(settings: Settings, command: click.Command, *words: str) -> Any:
    result = run(settings, command, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def an_offered_order(sessions: SessionMaker, code: str = "4821") -> Order:
    with sessions.begin() as session:
        call = Call(
            channel_id=f"1.{code}", number="13800000001", resident_id=1, collected={"service": "repair"}, outcome="goodbye"
        )
        call.turns = [
            Turn(speaker="system", words="您好", prompt="welcome", at=NINE),
            Turn(speaker="caller", words=HOSTILE, at=NINE),
        ]
        call.recordings = [Recording(path=f"1.{code}.wav", made_at=NINE)]
        session.add(call)
        session.flush()
        order = Order(
            code=code,
            resident=session.get_one(Resident, 1),
            service=session.scalars(select(Service).where(Service.key == "repair")).one(),
            call_id=call.id,
            starts_at=NINE,
            ends_at=NINE + timedelta(hours=1),
            when_words="明天，十一月二十三日，星期一，上午九点到十点",
            words="我家水管漏水了",
            status=OrderStatus.PLACED,
        )
        order.record("placed", NINE, "resident")
        session.add(order)
        session.flush()
        order.move(OrderStatus.OFFERED, NINE, "dispatch", provider="顺达水电维修")
        provider = session.get_one(Provider, 1)
        offer = Offer(order=order, provider=provider, made_at=NINE, expires_at=datetime.now(UTC) + timedelta(hours=1), reasons={})
        session.add(offer)
        session.flush()
        write_message(session, provider.number, HOSTILE, NINE, order_id=order.id, offer_id=offer.id)
        return order


def test_residents_are_listed_with_their_numbers_and_devices(site: Settings, sessions: SessionMaker) -> None:
    listed = document(site, residents)
    assert len(listed) == 40
    assert listed[1]["numbers"] == ["13800000002", "057188000002"]
    assert listed[0]["devices"][0]["id"] == 1
    assert [contact["role"] for contact in listed[0]["contacts"]] == ["family", "keyholder"]
    table = run(site, residents).stdout
    assert "王秀英" in table
    assert "138 0000 0001" in table


def test_no_listing_tells_a_devices_secret(site: Settings, sessions: SessionMaker) -> None:
    with sessions() as session:
        secrets = session.scalars(select(Device.secret)).all()
    told = run(site, residents, "--json").output
    assert secrets
    assert not [secret for secret in secrets if secret in told]


def test_an_order_is_listed_with_service_time_provider_and_history(site: Settings, sessions: SessionMaker) -> None:
    order = an_offered_order(sessions)
    [listed] = document(site, orders)
    assert (listed["id"], listed["code"], listed["status"]) == (order.id, "4821", "offered")
    assert listed["service"] == {"key": "repair", "name": "水电维修"}
    assert listed["resident"] == {"id": 1, "name": "王秀英"}
    assert listed["when"] == {
        "start": "2026-11-23T09:00:00+08:00",
        "end": "2026-11-23T10:00:00+08:00",
        "words": "明天，十一月二十三日，星期一，上午九点到十点",
    }
    assert listed["provider"] is None
    assert [(event["happened"], event["by"], event["at"]) for event in listed["history"]] == [
        ("placed", "resident", "2026-11-23T09:00:00+08:00"),
        ("offered", "dispatch", "2026-11-23T09:00:00+08:00"),
    ]
    [offer] = listed["offers"]
    assert offer["provider"] == {"id": 1, "name": "顺达水电维修", "number": "13700000001"}
    assert offer["status"] == "open"
    assert re.search("4821.*水电维修.*王秀英.*等待接单 offered", run(site, orders).stdout)


def test_orders_come_newest_first_and_only_as_many_as_wanted(site: Settings, sessions: SessionMaker) -> None:
    an_offered_order(sessions)
    later = an_offered_order(sessions, "4822")
    with sessions.begin() as session:
        session.get_one(Order, later.id).move(OrderStatus.CANCELLED, NINE, "operator")
    assert [order["code"] for order in document(site, orders)] == ["4822", "4821"]
    assert [order["code"] for order in document(site, orders, "--limit", "1")] == ["4822"]
    assert [order["code"] for order in document(site, orders, "--open")] == ["4821"]


def test_a_call_is_listed_with_what_was_said_and_its_recording(site: Settings, sessions: SessionMaker) -> None:
    order = an_offered_order(sessions)
    [listed] = document(site, calls)
    assert (listed["number"], listed["outcome"], listed["status"]) == ("13800000001", "goodbye", "talking")
    assert listed["resident"] == {"id": 1, "name": "王秀英"}
    assert listed["collected"] == {"service": "repair"}
    assert listed["order_ids"] == [order.id]
    assert [turn["words"] for turn in listed["turns"]] == ["您好", HOSTILE]
    assert listed["recordings"][0]["file"] == str(site.recordings_dir / "1.4821.wav")
    assert "138 0000 0001" in run(site, calls).stdout


def test_messages_are_listed_and_can_be_one_numbers(site: Settings, sessions: SessionMaker) -> None:
    an_offered_order(sessions)
    assert [message["direction"] for message in document(site, messages)] == ["out"]
    assert len(document(site, messages, "--number", "137 0000 0001")) == 1
    assert document(site, messages, "--number", "13700000002") == []


def test_what_an_sms_says_works_neither_as_markup_nor_on_the_terminal(site: Settings, sessions: SessionMaker) -> None:
    an_offered_order(sessions)
    table = run(site, messages).stdout
    assert "[red][2J救命[/red]" in table
    assert "\x1b[2J" not in table


def test_a_providers_answer_accepts_the_order(site: Settings, sessions: SessionMaker) -> None:
    order = an_offered_order(sessions)
    result = run(site, reply, "137-0000-0001", "1", "4821")
    assert result.exit_code == 0, result.output
    [listed] = document(site, orders)
    assert listed["status"] == "accepted"
    assert listed["provider"] == {"id": 1, "name": "顺达水电维修", "number": "13700000001"}
    with sessions() as session:
        of_provider = select(Message).where(Message.number == "13700000001")
        written = session.scalars(of_provider.order_by(Message.id.desc()).limit(2)).all()
    assert result.stdout == f"{written[0].body}\n"
    assert (written[1].body, written[1].order_id) == ("1 4821", order.id)


def test_an_answer_as_json_is_one_document(site: Settings, sessions: SessionMaker) -> None:
    an_offered_order(sessions)
    told = document(site, reply, "13700000001", "喂喂")
    assert told["received"]["body"] == "喂喂"
    assert len(told["answers"]) == 1


def test_a_number_of_no_provider_cannot_answer(site: Settings, sessions: SessionMaker) -> None:
    result = run(site, reply, "13800000001", "1 4821")
    assert result.exit_code == 1
    assert "no provider or worker has this number: 13800000001" in result.output


def test_only_the_demos_gateway_takes_such_answers(site: Settings, sessions: SessionMaker) -> None:
    twilio = {"gateway": "twilio", "twilio_account_sid": "AC1", "twilio_from": "+1", "public_url": "https://linli.example"}
    real = settings_on_free_ports(site.data_dir, **(twilio | {"twilio_auth_token": "t", "database_url": site.database_url}))
    result = run(real, reply, "13700000001", "1 4821")
    assert result.exit_code == 1
    assert "gateway = demo only" in result.output


def test_a_site_that_was_never_started_is_told_so_and_left_alone(settings: Settings) -> None:
    result = run(settings, orders)
    assert result.exit_code == 1
    assert "make run first" in result.output
    assert not (settings.data_dir / "linli.db").exists()
