"""The page of messages: how the gateways are, what did not arrive, and what one may do about it."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from dispatch.telling import OVERTAKEN
from models.messages import Direction, GatewayState, Message, MessageStatus
from models.orders import Offer, OfferStatus, Order
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.providers import Provider
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def add_message(facts: Session, **about: Any) -> Message:
    usual = {"direction": Direction.OUT, "number": "13700000001", "body": "【邻里】谢谢。", "created_at": NOW, "updated_at": NOW}
    message = Message(**(usual | about))
    facts.add(message)
    facts.commit()
    return message


def test_the_page_tells_how_the_gateways_are(client: FlaskClient, facts: Session) -> None:
    sent = {"gateway": "demo", "sent_at": NOW - timedelta(minutes=5)}
    add_message(facts, status=MessageStatus.SENT, **sent)
    add_message(facts, status=MessageStatus.DELIVERED, delivered_at=NOW - timedelta(minutes=4), **sent)
    facts.add(GatewayState(name="demo", weight=0, changed_at=NOW, reason="HTTP 503"))
    facts.commit()
    page = client.get("/messages/").text
    for words in ("0 / 1", "HTTP 503", "发出 2", "都送到了", '<b class="badge">1</b>', "一半在 60 秒内"):
        assert words in page, words


def test_a_message_that_did_not_arrive_is_sent_again_and_its_call_dropped(client: FlaskClient, facts: Session) -> None:
    message = add_message(facts, status=MessageStatus.BY_VOICE, error="code 30006", attempts=3, urgent=False)
    call = OutboundCall(purpose=CallPurpose.TELL, number=message.number, message_id=message.id, due_at=NOW)
    facts.add(call)
    facts.commit()
    assert "code 30006" in client.get("/messages/").text
    assert send(client, "/messages/", f"/messages/{message.id}/again").status_code == 303
    facts.refresh(message)
    facts.refresh(call)
    assert (message.status, message.attempts, message.error) == (MessageStatus.CREATED, 0, "")
    assert call.status is OutboundStatus.DROPPED


def test_what_was_spoken_needs_nobody(client: FlaskClient, facts: Session) -> None:
    message = add_message(facts, status=MessageStatus.BY_VOICE, error="code 30006")
    call = {"purpose": CallPurpose.TELL, "number": message.number, "message_id": message.id, "due_at": NOW}
    facts.add(OutboundCall(status=OutboundStatus.DONE, **call))
    facts.commit()
    assert "都送到了" in client.get("/messages/").text


def test_what_a_later_message_tells_otherwise_needs_nobody(client: FlaskClient, facts: Session) -> None:
    add_message(facts, status=MessageStatus.FAILED, error=OVERTAKEN)
    assert "都送到了" in client.get("/messages/").text


def test_a_message_that_waits_is_let_be(client: FlaskClient, facts: Session) -> None:
    message = add_message(facts, status=MessageStatus.CREATED, created_at=NOW - timedelta(minutes=2), error="HTTP 503")
    send(client, "/messages/", f"/messages/{message.id}/skip")
    facts.refresh(message)
    assert (message.status, message.error) == (MessageStatus.FAILED, "given up by chen")
    assert facts.query(OutboundCall).count() == 0


def test_an_offer_that_is_let_be_goes_to_the_next_and_is_never_sent_again(
    client: FlaskClient, facts: Session, order: Order, provider: Provider
) -> None:
    offer = Offer(order_id=order.id, provider=provider, made_at=NOW, expires_at=NOW, reasons={})
    facts.add(offer)
    facts.commit()
    waiting = NOW - timedelta(minutes=2)
    message = add_message(facts, status=MessageStatus.CREATED, created_at=waiting, order_id=order.id, offer_id=offer.id)
    page = "/messages/"
    send(client, page, f"/messages/{message.id}/skip")
    facts.refresh(offer)
    assert offer.status is OfferStatus.WITHDRAWN
    facts.commit()
    other = add_message(facts, status=MessageStatus.BY_VOICE)
    send(client, page, f"/messages/{message.id}/again")
    facts.refresh(message)
    assert message.status is MessageStatus.FAILED
    assert other.status is MessageStatus.BY_VOICE


@pytest.mark.parametrize("do", ["again", "skip"])
def test_nothing_is_done_to_what_arrived_or_is_not_there(client: FlaskClient, facts: Session, do: str) -> None:
    arrived = add_message(facts, status=MessageStatus.DELIVERED)
    add_message(facts, status=MessageStatus.BY_VOICE)  # so that there is a form
    assert send(client, "/messages/", f"/messages/{arrived.id}/{do}").status_code == 303
    facts.refresh(arrived)
    assert arrived.status is MessageStatus.DELIVERED
    facts.commit()  # what was looked at is let go of, or the console waits for it
    assert send(client, "/messages/", f"/messages/999/{do}").status_code == 404


def test_messages_are_found_by_number(client: FlaskClient, facts: Session) -> None:
    add_message(facts, status=MessageStatus.SENT, body="给第一家")
    add_message(facts, status=MessageStatus.RECEIVED, direction=Direction.IN, number="13800000009", body="<b>你们是谁</b>")
    page = client.get("/messages/?number=%2B86 138 0000 0009").text
    assert "&lt;b&gt;你们是谁" in page
    assert "给第一家" not in page
    assert client.get("/messages/?number='; DROP--").status_code == 200
