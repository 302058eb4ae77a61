"""回访, 投诉 and 督办 in the console."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calls import Call, Recording
from models.follow_ups import Complaint, FollowUpStatus, LateKind, OrderFollowUp, Supervision
from models.operators import Operator
from models.orders import Order, OrderStatus
from models.providers import CreditReason, Provider
from models.settings import Settings
from operator_console.afterwards_words import TABLES, afterwards
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

BADGE = '<b class="badge">1</b>'
WORDS = "<b>没修好</b>"
_S = OrderStatus


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def done(facts: Session, order: Order, provider: Provider) -> Order:
    """The order, done by the provider."""
    order.provider = provider
    for status in (_S.OFFERED, _S.ACCEPTED, _S.ARRIVED, _S.COMPLETED):
        order.move(status, NOW, "provider")
    facts.commit()
    return order


@pytest.fixture
def follow_up(facts: Session, done: Order) -> OrderFollowUp:
    follow_up = OrderFollowUp(order_id=done.id, due_at=NOW, status=FollowUpStatus.BY_HAND)
    facts.add(follow_up)
    facts.commit()
    return follow_up


@pytest.fixture
def complaint(facts: Session, done: Order, provider: Provider, call: Call) -> Complaint:
    complaint = Complaint(
        order_id=done.id, provider_id=provider.id, words=WORDS, call_id=call.id, raised_at=NOW, raised_by="resident"
    )
    provider.frozen_at = NOW
    done.move(_S.DISPUTED, NOW, "resident")
    facts.add(complaint)
    facts.commit()
    return complaint


@pytest.mark.parametrize("kind", [FollowUpStatus, LateKind, CreditReason])
def test_everything_that_comes_after_the_work_has_words(kind: type) -> None:
    for member in kind:
        assert afterwards(member).zh
        assert afterwards(member).en
    assert {type(member) for table in TABLES for member in table} == {FollowUpStatus, LateKind, CreditReason}


def test_a_follow_up_for_a_person_is_counted_until_it_is_written_down(
    client: FlaskClient, follow_up: OrderFollowUp, facts: Session, operator: Operator, provider: Provider
) -> None:
    order_page = f"/orders/{follow_up.order_id}"
    assert BADGE in client.get("/follow-ups/").text
    said = {"done": "yes", "score": "4", "words": "<i>蛮好</i>"}
    assert send(client, "/follow-ups/", f"/follow-ups/{follow_up.id}", **said).location == "/follow-ups/"
    facts.refresh(follow_up)
    assert (follow_up.status, follow_up.score, follow_up.by) == (FollowUpStatus.HELD, 4, operator.login)
    facts.refresh(provider)
    assert (provider.rating, provider.scores) == (4.0, 1)
    facts.rollback()
    page = client.get("/follow-ups/").text
    assert BADGE not in page
    assert "&lt;i&gt;蛮好" in page
    assert "4 分，满意" in client.get(order_page).text


def test_what_was_not_done_is_a_complaint(client: FlaskClient, follow_up: OrderFollowUp, facts: Session) -> None:
    order_id = follow_up.order_id
    send(client, "/follow-ups/", f"/follow-ups/{follow_up.id}", done="no", words=WORDS)
    assert facts.scalars(select(Complaint.words)).all() == [WORDS]
    assert facts.get_one(Order, order_id, populate_existing=True).status is _S.DISPUTED


@pytest.mark.parametrize(
    "wrong", [{}, {"done": "no"}, {"done": "yes", "complains": "1"}, {"done": "yes", "score": "9"}, {"done": "maybe"}]
)
def test_a_follow_up_without_its_answers_is_not_written_down(
    client: FlaskClient, follow_up: OrderFollowUp, facts: Session, wrong: dict[str, str]
) -> None:
    send(client, "/follow-ups/", f"/follow-ups/{follow_up.id}", **wrong)
    facts.refresh(follow_up)
    assert follow_up.status is FollowUpStatus.BY_HAND
    facts.rollback()
    assert 'class="note trouble"' in client.get("/follow-ups/").text


def test_a_follow_up_is_written_down_once(client: FlaskClient, follow_up: OrderFollowUp, facts: Session) -> None:
    form, to = f"/complaints/orders/{follow_up.order_id}", f"/follow-ups/{follow_up.id}"
    for score in ("5", "1"):
        send(client, form, to, done="yes", score=score)
    facts.refresh(follow_up)
    assert follow_up.score == 5


@pytest.mark.usefixtures("dispatcher")
def test_a_complaint_is_heard_looked_at_and_closed(
    client: FlaskClient, complaint: Complaint, facts: Session, provider: Provider, settings: Settings, operator: Operator
) -> None:
    order_page = f"/orders/{complaint.order_id}"
    settings.recordings_dir.mkdir(parents=True)
    (settings.recordings_dir / "complaint-1-1.wav").write_bytes(b"RIFF")
    facts.add(Recording(call_id=complaint.call_id, path="complaint-1-1.wav", kind="complaint"))
    facts.commit()
    page = client.get("/complaints/").text
    assert BADGE in page
    assert "&lt;b&gt;没修好" in page
    assert "/calls/recordings/" in page
    said = {"upheld": "upheld", "outcome": "free", "finding": "师傅没带零件"}
    assert send(client, "/complaints/", f"/complaints/{complaint.id}", **said).location == "/complaints/"
    for one in (complaint, provider):
        facts.refresh(one)
    assert (complaint.looked_by, complaint.upheld, complaint.finding) == (operator.login, True, "师傅没带零件")
    assert (provider.frozen_at, provider.credit) == (None, 65)
    assert facts.get_one(Order, complaint.order_id, populate_existing=True).status is _S.CANCELLED
    facts.rollback()
    assert BADGE not in client.get("/complaints/").text
    assert "投诉成立" in client.get(order_page).text


@pytest.mark.parametrize("wrong", [{}, {"upheld": "upheld"}, {"finding": "x"}, {"upheld": "x", "finding": "x"}])
def test_a_complaint_is_not_closed_without_a_finding(
    client: FlaskClient, complaint: Complaint, facts: Session, wrong: dict[str, str]
) -> None:
    send(client, "/complaints/", f"/complaints/{complaint.id}", **wrong)
    facts.refresh(complaint)
    assert complaint.looked_at is None


def test_an_operator_writes_a_complaint_down(
    client: FlaskClient, done: Order, facts: Session, provider: Provider, operator: Operator
) -> None:
    page = f"/complaints/orders/{done.id}"
    assert "王奶奶" in client.get(page).text
    assert page in client.get(f"/orders/{done.id}").text
    assert send(client, page, page, words=" ").location == page
    assert send(client, page, page, words=WORDS).location == "/complaints/"
    complaint = facts.scalars(select(Complaint)).one()
    assert (complaint.words, complaint.raised_by) == (WORDS, operator.login)
    facts.refresh(provider)
    assert provider.frozen_at == NOW


def test_nobody_is_blamed_for_an_order_that_nobody_has(client: FlaskClient, order: Order, facts: Session) -> None:
    page = f"/complaints/orders/{order.id}"
    assert send(client, page, page, words=WORDS).location == f"/orders/{order.id}"
    assert facts.scalars(select(Complaint)).all() == []


def test_what_is_late_is_counted_until_it_is_seen_to(
    client: FlaskClient, done: Order, facts: Session, operator: Operator
) -> None:
    late = Supervision(order_id=done.id, kind=LateKind.NOT_FOLLOWED_UP, raised_at=NOW - timedelta(hours=1))
    facts.add(late)
    facts.commit()
    order_page, see_to = f"/orders/{done.id}", f"/supervision/{late.id}"
    page = client.get("/supervision/").text
    assert BADGE in page
    assert "没有回访" in page
    send(client, "/supervision/", see_to, note=" ")
    facts.refresh(late)
    assert late.ended_at is None
    facts.rollback()
    assert send(client, "/supervision/", see_to, note="打过电话了").location == "/supervision/"
    facts.refresh(late)
    assert (late.ended_by, late.note, late.ended_at) == (operator.login, "打过电话了", NOW)
    facts.rollback()
    assert BADGE not in client.get("/supervision/").text
    assert "督办已处理" in client.get(order_page).text


@pytest.mark.usefixtures("dispatcher")
@pytest.mark.parametrize("path", ["/follow-ups/99", "/complaints/99", "/supervision/99", "/complaints/orders/99"])
def test_what_is_not_there_is_not_found(client: FlaskClient, follow_up: OrderFollowUp, path: str) -> None:
    said = {"done": "yes", "upheld": "upheld", "finding": "x", "note": "x", "words": "x"}
    assert send(client, "/follow-ups/", path, **said).status_code == 404
