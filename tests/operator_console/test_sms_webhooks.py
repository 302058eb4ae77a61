"""What SMS platforms tell us: only what is proved to be theirs, each thing once, and nothing of it lost."""

import hashlib
import hmac
import json
from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.http_gateway import HttpGateway
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings
from operator_console.app import create_app
from tests.operator_console.conftest import NOW, HandClock

STATUSES = {"1": "delivered", "2": "failed", "8": "sent"}
# Kannel's way: everything in the address, and a shared secret.
SHARED = {
    "url": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "secrets": {"token": "s3cret"},
    "trust": {"secret": "token", "parameter": "token", "addresses": ["127.0.0.1", "10.1.0.0/16"]},
    "incoming": {"number": "from", "body": "text", "id": "id"},
    "receipts": {"id": "ref", "status": "status", "statuses": STATUSES},
}
# A government platform's: signed JSON, several at once.
SIGNED = {
    "url": "https://sms.city.example/send",
    "secrets": {"key": "k3y"},
    "trust": {
        "secret": "key",
        "parameter": "X-Sign",
        "timestamp": "X-Time",
        "signed": {"text": "{timestamp}\n{body}", "algorithm": "hmac-sha256"},
    },
    "incoming": {"number": "mobile", "body": "content", "id": "mobile,content,time", "entries": "messages", "answer": "0"},
    "receipts": {
        "id": "msgId",
        "status": "stat.code",
        "statuses": {"DELIVRD": "delivered"},
        "entries": "reports",
        "answer": '{"r":0}',
    },
}
# An older one: a form in GBK, signed over its parameters.
OLD = {
    "url": "https://sms.old.example/send",
    "charset": "gbk",
    "secrets": {"pw": "p"},
    "trust": {"secret": "pw", "parameter": "sign", "timestamp": "ts", "signed": {"text": "{mobile}{ts}{pw}", "algorithm": "md5"}},
    "incoming": {"number": "mobile", "body": "msg", "id": "seq"},
}
ACCEPT = {"from": "+8613700000001", "text": "1 4821", "id": "mo-1", "token": "s3cret"}
IN, RECEIPT = "/webhooks/sms/{}/incoming", "/webhooks/sms/{}/receipt"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def platform(settings: Settings, sessions: SessionMaker, clock: HandClock) -> FlaskClient:
    """Whoever calls the webhooks of a site with three platforms."""
    known = {name: HttpGateway.model_validate(about) for name, about in (("kannel", SHARED), ("city", SIGNED), ("old", OLD))}
    return create_app(settings.model_copy(update={"http_gateways": known}), sessions, clock).test_client()


@pytest.fixture
def offered(order: Order, provider: Provider, facts: Session) -> Order:
    order.move(OrderStatus.OFFERED, NOW, "dispatch", provider=provider.name)
    facts.add(Offer(order_id=order.id, provider=provider, made_at=NOW, expires_at=NOW.replace(year=2027), reasons={}))
    facts.commit()
    return order


@pytest.fixture
def sent(provider: Provider, facts: Session) -> Message:
    message = Message(
        direction=Direction.OUT, number=provider.number, body="x", status=MessageStatus.SENT, gateway="kannel", gateway_ref="r9"
    )
    facts.add(message)
    facts.commit()
    return message


def signed(path: str, document: object, at: datetime = NOW, key: str = "k3y") -> dict[str, object]:
    """What the city's platform posts."""
    body = json.dumps(document, ensure_ascii=False).encode()
    time = str(int(at.timestamp()))
    sign = hmac.new(key.encode(), time.encode() + b"\n" + body, "sha256").hexdigest()
    return {"path": path.format("city"), "data": body, "headers": {"X-Sign": sign, "X-Time": time}}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_is_carried_out_however_it_is_told(platform: FlaskClient, offered: Order, facts: Session, method: str) -> None:
    told = {"query_string": ACCEPT} if method == "GET" else {"data": ACCEPT}
    answer = platform.open(IN.format("kannel"), method=method, **told)  # type: ignore[arg-type]
    assert (answer.status_code, answer.data) == (200, b"")
    facts.refresh(offered)
    assert offered.status is OrderStatus.ACCEPTED
    assert facts.scalars(select(Message.gateway).where(Message.direction == Direction.IN)).all() == ["kannel"]


def test_an_answer_that_is_told_again_is_kept_and_answered_once(platform: FlaskClient, offered: Order, facts: Session) -> None:
    for _ in range(3):
        assert platform.get(IN.format("kannel"), query_string=ACCEPT).status_code == 200
    kept = Counter(facts.scalars(select(Message.direction)))
    assert kept == {Direction.IN: 1, Direction.OUT: 2}  # to the provider, and to the resident


@pytest.mark.parametrize(
    "wrong",
    [{"token": "guess"}, {"token": ""}, {"token": "s3cret "}, {"token": "ｓ3cret"}],
    ids=["guessed", "empty", "longer", "full width"],
)
@pytest.mark.parametrize("path", [IN, RECEIPT])
def test_without_the_shared_secret_nothing_is_taken(
    platform: FlaskClient, offered: Order, facts: Session, path: str, wrong: dict[str, str]
) -> None:
    assert platform.get(path.format("kannel"), query_string=ACCEPT | wrong).status_code == 403
    assert facts.scalars(select(Message)).all() == []


def test_the_secret_from_another_address_is_not_enough(platform: FlaskClient, offered: Order, facts: Session) -> None:
    for address, status in (("192.0.2.1", 403), ("::1", 403), ("", 403), ("10.1.2.3", 200)):
        answer = platform.get(IN.format("kannel"), query_string=ACCEPT, environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == status, address


def test_several_answers_in_one_signed_request(platform: FlaskClient, offered: Order, facts: Session) -> None:
    messages = [
        {"mobile": "13700000001", "content": "１　4821", "time": "10:00:00"},
        {"mobile": "13900000009", "content": "你们是谁", "time": "10:00:01"},
    ]
    for _ in range(2):
        answer = platform.post(**signed(IN, {"messages": messages}))  # type: ignore[arg-type]
        assert (answer.status_code, answer.data) == (200, b"0")
    facts.refresh(offered)
    assert offered.status is OrderStatus.ACCEPTED
    bodies = facts.scalars(select(Message.body).where(Message.direction == Direction.IN)).all()
    assert bodies == ["１ 4821", "你们是谁"]


@pytest.mark.parametrize(
    ("at", "key", "status"),
    [
        (NOW, "k3y", 200),
        (NOW - timedelta(seconds=299), "k3y", 200),
        (NOW - timedelta(seconds=301), "k3y", 403),
        (NOW + timedelta(seconds=301), "k3y", 403),
        (NOW, "other", 403),
    ],
    ids=["now", "in time", "too old", "of the future", "forged"],
)
def test_a_signature_is_good_for_five_minutes(platform: FlaskClient, at: datetime, key: str, status: int) -> None:
    assert platform.post(**signed(IN, {"messages": []}, at, key)).status_code == status  # type: ignore[arg-type]


def test_what_was_changed_on_the_way_is_refused(platform: FlaskClient) -> None:
    request = signed(IN, {"messages": []})
    assert platform.post(**(request | {"data": b'{"messages": [{}]}'})).status_code == 403  # type: ignore[arg-type]
    for name in ("X-Sign", "X-Time"):
        headers = {header: value for header, value in request["headers"].items() if header != name}  # type: ignore[attr-defined]
        assert platform.post(**(request | {"headers": headers})).status_code == 403  # type: ignore[arg-type]


def test_a_form_in_another_charset_is_read(platform: FlaskClient, offered: Order, facts: Session) -> None:
    time = NOW.astimezone().strftime("%s")
    sign = hashlib.md5(f"13700000001{time}p".encode(), usedforsecurity=False).hexdigest()
    form = f"mobile=13700000001&ts={time}&seq=7&sign={sign}&msg={quote('接单4821', encoding='gbk')}"
    answer = platform.post(IN.format("old"), data=form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    facts.refresh(offered)
    assert offered.status is OrderStatus.ACCEPTED


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        (IN, {"from": "13700000001", "text": "1 4821"}),
        (IN, {"text": "1 4821", "id": "mo-1"}),
        (IN, {}),
        (RECEIPT, {"status": "1"}),
        (RECEIPT, {"ref": "r9"}),
    ],
)
def test_wrong_parameters_are_refused_so_that_the_platform_tells_again(
    platform: FlaskClient, facts: Session, path: str, parameters: dict[str, str]
) -> None:
    assert platform.get(path.format("kannel"), query_string=parameters | {"token": "s3cret"}).status_code == 400
    assert facts.scalars(select(Message)).all() == []


@pytest.mark.parametrize("body", [b"{", b'{"messages": [' + b"[" * 5000, b'{"messages": 7}', b"[1, 2]"])
def test_a_body_that_is_none_is_refused(platform: FlaskClient, body: bytes) -> None:
    time = str(int(NOW.timestamp()))
    sign = hmac.new(b"k3y", time.encode() + b"\n" + body, "sha256").hexdigest()
    answer = platform.post(IN.format("city"), data=body, headers={"X-Sign": sign, "X-Time": time})
    assert answer.status_code == 400


def test_too_much_is_refused(platform: FlaskClient) -> None:
    assert platform.post(IN.format("kannel"), data=ACCEPT | {"text": "x" * 70_000}).status_code == 413
    many = "&".join(f"p{number}=1" for number in range(300))
    assert platform.get(f"{IN.format('kannel')}?{many}").status_code == 400


@pytest.mark.parametrize("body", ["'; DROP TABLE orders; --", "<script>alert(1)</script>", "\x00\u202e", "", "1 4821" * 400])
def test_hostile_words_are_kept_as_words(platform: FlaskClient, offered: Order, facts: Session, body: str) -> None:
    assert platform.get(IN.format("kannel"), query_string=ACCEPT | {"text": body}).status_code == 200
    facts.refresh(offered)
    assert offered.status is OrderStatus.OFFERED


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        (["8", "1"], MessageStatus.DELIVERED),
        (["1", "8"], MessageStatus.DELIVERED),
        (["1", "2", "1"], MessageStatus.DELIVERED),
        (["2", "2"], MessageStatus.BY_VOICE),
        (["2", "1"], MessageStatus.DELIVERED),
        (["32"], MessageStatus.SENT),
    ],
)
def test_receipts_come_in_any_order_and_more_than_once(
    platform: FlaskClient, sent: Message, facts: Session, statuses: list[str], kept: MessageStatus
) -> None:
    for status in statuses:
        told = {"ref": "r9", "status": status, "token": "s3cret"}
        assert platform.get(RECEIPT.format("kannel"), query_string=told).status_code == 200
    facts.refresh(sent)
    assert sent.status is kept


def test_receipts_of_a_message_that_we_never_sent_are_taken_in_silence(platform: FlaskClient, sent: Message) -> None:
    reports = [{"msgId": "c404", "stat": {"code": "DELIVRD"}}, {"msgId": "r9\x00", "stat": {"code": "UNDELIV"}}]
    answer = platform.post(**signed(RECEIPT, {"reports": reports}))  # type: ignore[arg-type]
    assert (answer.status_code, answer.data) == (200, b'{"r":0}')
    assert sent.status is MessageStatus.SENT  # it is another gateway's


@pytest.mark.parametrize("path", [IN.format("nobody"), RECEIPT.format("old"), IN.format("%2e%2e")])
def test_what_the_settings_do_not_describe_is_not_there(platform: FlaskClient, path: str) -> None:
    assert platform.get(path, query_string={"token": "s3cret"}).status_code in (403, 404)


def test_without_platforms_there_are_no_webhooks(stranger: FlaskClient) -> None:
    assert stranger.get(IN.format("kannel"), query_string=ACCEPT).status_code == 404
