"""Finishing the work: the resident's code, their signature, neither, and a price agreed at the door."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.proofs import WRONG_CODES_AT_MOST
from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.provider_links import Proof, ProofKind
from models.services import Service
from models.settings import Settings
from operator_console.prices import read_fen
from tests.operator_console.provider import ProvidersBrowser, stands


def test_a_wrong_code_is_counted_and_in_the_end_useless(
    at_the_door: ProvidersBrowser, sessions: SessionMaker, order: Order
) -> None:
    assert f"还可以试 {WRONG_CODES_AT_MOST - 1} 次" in at_the_door.press("completed", code="0000")
    for guess in range(1, WRONG_CODES_AT_MOST):
        page = at_the_door.press("completed", code=str(guess))
    assert "不能再试了" in page
    assert 'name="code"' not in page
    page = at_the_door.press("completed", code="7788")
    assert stands(sessions, order).status is OrderStatus.ARRIVED
    assert "请居民签名" in page


def test_without_code_or_signature_one_is_asked_and_may_still_finish(
    at_the_door: ProvidersBrowser, sessions: SessionMaker, order: Order
) -> None:
    assert "请填居民说的验收码" in at_the_door.press("completed")
    assert stands(sessions, order).status is OrderStatus.ARRIVED
    assert "我们会问居民" in at_the_door.press("completed", unproven="1")
    assert stands(sessions, order).status is OrderStatus.COMPLETED


def test_the_residents_signature_confirms_too(
    at_the_door: ProvidersBrowser, sessions: SessionMaker, order: Order, settings: Settings
) -> None:
    page = at_the_door.press("signature", strokes="100,100 600,300;600,100 100,300")
    assert "居民已确认" in page
    assert 'name="code"' not in page
    assert "居民签名" in at_the_door.press("completed")
    assert stands(sessions, order).status is OrderStatus.COMPLETED
    with sessions() as session:
        proof = session.scalars(select(Proof)).one()
        assert proof.kind is ProofKind.SIGNATURE
        assert (settings.proofs_dir / proof.path).is_file()


def test_a_bad_signature_is_asked_for_again(at_the_door: ProvidersBrowser) -> None:
    answer = at_the_door.send("signature", strokes="5,5")
    assert answer.location.endswith("/signature")
    assert "没有看到签名" in at_the_door.client.get(answer.location).text


@pytest.fixture
def priced_at_the_door(service: Service, facts: Session) -> Service:
    service.price_yuan, service.subsidy_percent = None, 25
    facts.commit()
    return service


def test_a_price_agreed_at_the_door_is_asked_for_once(
    priced_at_the_door: Service, request: pytest.FixtureRequest, sessions: SessionMaker, order: Order
) -> None:
    at_the_door: ProvidersBrowser = request.getfixturevalue("at_the_door")
    assert "请填和居民说好的价钱" in at_the_door.press("completed", code="7788", price="very much")
    page = at_the_door.press("completed", code="7788", price="８０.5元")
    assert "60.37" in page
    done = stands(sessions, order)
    assert (done.price_fen, done.subsidy_fen, done.owed_fen) == (8050, 2013, 6037)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("60", 6000),
        ("60.5", 6050),
        ("60.05", 6005),
        ("¥ 60 元", 6000),
        ("６０块", 6000),
        ("0", 0),
        ("-5", None),
        ("1e5", None),
        ("600000", None),
        ("6.123", None),
        ("", None),
        ("六十", None),
    ],
)
def test_prices_are_read_as_people_write_them(written: str, fen: int | None) -> None:
    assert read_fen(written) == fen
