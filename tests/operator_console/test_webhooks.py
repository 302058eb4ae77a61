"""What Twilio tells us: only what Twilio has signed, and each thing once."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from dispatch.gateways.twilio import INCOMING_PATH, RECEIPT_PATH
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings
from operator_console.app import create_app
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.test_access import TWILIO

PUBLIC_URL = "https://linli.example"
ACCEPTED = {"MessageSid": "SM1", "From": "+8613700000001", "To": "+8610", "Body": "1 4821"}


@pytest.fixture
def carrier(settings: Settings, sessions: SessionMaker, clock: HandClock) -> FlaskClient:
    """Whoever calls the webhooks of a site with Twilio."""
    return create_app(settings.model_copy(update=TWILIO), sessions, clock).test_client()


@pytest.fixture
def offered(order: Order, provider: Provider, facts: Session) -> Order:
    order.move(OrderStatus.OFFERED, NOW, "dispatch", provider=provider.name)
    facts.add(Offer(order_id=order.id, provider=provider, made_at=NOW, expires_at=NOW.replace(year=2027), reasons={}))
    facts.commit()
    return order


def tell(
    carrier: FlaskClient, path: str, form: Mapping[str, str], token: str = "t", signed_for: str = PUBLIC_URL
) -> TestResponse:
    """Call a webhook as Twilio does; `token` and `signed_for` are what a forger would get wrong."""
    signature = RequestValidator(token).compute_signature(signed_for + path, dict(form))
    return carrier.post(path, data=dict(form), headers={"X-Twilio-Signature": signature, "Host": "127.0.0.1:8060"})


def test_an_answer_by_sms_is_carried_out(carrier: FlaskClient, offered: Order, sessions: SessionMaker) -> None:
    answer = tell(carrier, INCOMING_PATH, ACCEPTED)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert "<Response />" in answer.text
    with sessions() as session:
        assert session.get_one(Order, offered.id).status is OrderStatus.ACCEPTED


def test_an_sms_that_is_told_again_is_kept_and_answered_once(carrier: FlaskClient, offered: Order, facts: Session) -> None:
    for _ in range(3):
        assert tell(carrier, INCOMING_PATH, ACCEPTED).status_code == 200
    messages = facts.scalars(select(Message).where(Message.template != "resident_accepted"))
    assert sorted(message.direction for message in messages) == [Direction.IN, Direction.OUT]


@pytest.mark.parametrize(
    "forgery",
    [{"token": "another"}, {"signed_for": "http://127.0.0.1:8060"}, {"signed_for": "https://evil.example"}],
    ids=["token", "our inside address", "another host"],
)
@pytest.mark.parametrize("path", [INCOMING_PATH, RECEIPT_PATH])
def test_a_forged_request_is_refused(
    carrier: FlaskClient, offered: Order, facts: Session, path: str, forgery: dict[str, str]
) -> None:
    assert tell(carrier, path, ACCEPTED, **forgery).status_code == 403
    assert facts.scalars(select(Message)).all() == []


def test_what_was_changed_on_the_way_is_refused(carrier: FlaskClient, offered: Order) -> None:
    signature = RequestValidator("t").compute_signature(PUBLIC_URL + INCOMING_PATH, ACCEPTED)
    changed = ACCEPTED | {"From": "+8613700000002"}
    assert carrier.post(INCOMING_PATH, data=changed, headers={"X-Twilio-Signature": signature}).status_code == 403
    assert carrier.post(INCOMING_PATH, data=ACCEPTED).status_code == 403
    assert carrier.post(f"{INCOMING_PATH}?x=1", data=ACCEPTED, headers={"X-Twilio-Signature": signature}).status_code == 403


def test_a_request_that_is_too_large_is_refused_unread(carrier: FlaskClient) -> None:
    assert tell(carrier, INCOMING_PATH, ACCEPTED | {"Body": "x" * 20_000}).status_code == 413


@pytest.mark.parametrize("body", ["'; DROP TABLE orders; --", "<script>alert(1)</script>", "\x00\u202e", "", "1 4821" * 400])
def test_hostile_words_are_kept_as_words(carrier: FlaskClient, offered: Order, facts: Session, body: str) -> None:
    assert tell(carrier, INCOMING_PATH, ACCEPTED | {"Body": body}).status_code == 200
    assert facts.get_one(Order, offered.id).status is OrderStatus.OFFERED


def test_an_sms_without_an_id_is_refused(carrier: FlaskClient) -> None:
    assert tell(carrier, INCOMING_PATH, {"From": "+8613700000001", "Body": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("told", "kept"), [("delivered", MessageStatus.DELIVERED), ("failed", MessageStatus.BY_VOICE), ("odd", MessageStatus.SENT)]
)
def test_a_receipt_is_written_down_however_often_it_comes(
    carrier: FlaskClient, provider: Provider, facts: Session, told: str, kept: MessageStatus
) -> None:
    message = Message(
        direction=Direction.OUT, number=provider.number, body="x", status=MessageStatus.SENT, gateway="twilio", gateway_ref="SM9"
    )
    facts.add(message)
    facts.commit()
    for _ in range(2):
        assert tell(carrier, RECEIPT_PATH, {"MessageSid": "SM9", "MessageStatus": told}).status_code == 204
    facts.refresh(message)
    assert message.status is kept


def test_a_receipt_for_what_we_never_sent_is_taken_in_silence(carrier: FlaskClient) -> None:
    assert tell(carrier, RECEIPT_PATH, {"MessageSid": "SM404", "MessageStatus": "delivered"}).status_code == 204


@pytest.mark.parametrize("path", [INCOMING_PATH, RECEIPT_PATH])
def test_without_twilio_there_are_no_webhooks(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data=ACCEPTED).status_code in (400, 404)
