"""The providers' phones in the demo."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.operators import Operator
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider
from models.settings import Gateway, Settings
from operator_console.app import create_app
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send


@pytest.fixture
def offered(order: Order, provider: Provider, facts: Session) -> Order:
    """An order whose offer can be read on the provider's phone."""
    order.move(OrderStatus.OFFERED, NOW, "dispatch", provider=provider.name)
    facts.add(Offer(order_id=order.id, provider=provider, made_at=NOW, expires_at=NOW.replace(year=2027), reasons={}))
    body = "【邻里】新订单4821<script>"
    facts.add(Message(direction=Direction.OUT, number=provider.number, body=body, status=MessageStatus.SENT, order_id=order.id))
    facts.commit()
    return order


def test_a_phone_shows_its_messages_and_what_can_be_answered(client: FlaskClient, offered: Order) -> None:
    page = client.get("/demo/phones/").text
    assert "【邻里】新订单4821&lt;script&gt;" in page
    for answer in ("1 4821", "2 4821"):
        assert f'name="body" value="{answer}"' in page


def test_accepting_arriving_completing_each_take_one_press(
    client: FlaskClient, offered: Order, provider: Provider, sessions: SessionMaker
) -> None:
    steps = [("1", OrderStatus.ACCEPTED), ("3", OrderStatus.ARRIVED), ("4", OrderStatus.COMPLETED)]
    for digit, status in steps:
        assert f'value="{digit} 4821"' in client.get("/demo/phones/live").text
        answered = send(client, "/demo/phones/", f"/demo/phones/{provider.id}", body=f"{digit} 4821")
        assert answered.location == f"/demo/phones/#phone-{provider.id}"
        with sessions() as session:
            assert session.get_one(Order, offered.id).status is status
    assert 'name="body" value' not in client.get("/demo/phones/live").text


def test_a_written_answer_is_kept_as_an_sms_of_the_providers(
    client: FlaskClient, offered: Order, provider: Provider, facts: Session
) -> None:
    send(client, "/demo/phones/", f"/demo/phones/{provider.id}", body=" 2 4821 ")
    received = facts.scalars(select(Message).where(Message.direction == Direction.IN)).one()
    assert (received.number, received.body, received.status) == (provider.number, "2 4821", MessageStatus.RECEIVED)


def test_an_answer_needs_words_a_token_and_a_provider(client: FlaskClient, offered: Order, provider: Provider) -> None:
    address = f"/demo/phones/{provider.id}"
    assert send(client, "/demo/phones/", address, body=" ").status_code == 400
    assert send(client, "/demo/phones/", address, body="x" * 321).status_code == 400
    assert client.post(address, data={"body": "1 4821"}).status_code == 400
    assert send(client, "/demo/phones/", "/demo/phones/99", body="1").status_code == 404


@pytest.mark.parametrize("real", [{"demo": False}, {"gateway": Gateway.TWILIO}], ids=["no demo", "a real gateway"])
def test_outside_the_demo_there_are_no_such_phones(
    settings: Settings, sessions: SessionMaker, operator: Operator, real: dict[str, object]
) -> None:
    browser = create_app(settings.model_copy(update=real), sessions).test_client()
    with browser.session_transaction() as cookie:
        cookie["operator"], cookie["active_at"] = operator.id, 4_000_000_000
    assert browser.get("/demo/phones/").status_code == 404
    assert "/demo/phones" not in browser.get("/").text
