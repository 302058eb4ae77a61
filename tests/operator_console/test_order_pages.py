"""One order's page, and what an operator can do there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.calls import Call, Turn
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.operators import Operator
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from operator_console import context
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE orders; --"


@pytest.fixture
def offered(order: Order, provider: Provider, facts: Session) -> Order:
    """An order whose offer has reached the provider."""
    order.move(OrderStatus.OFFERED, NOW, "dispatch", provider=provider.name, offer=1)
    reasons = {"score": 0.98, "distance_km": 0.2, "rating": 4.8, "orders_that_day": 0.0}
    offer = Offer(order_id=order.id, provider=provider, made_at=NOW, expires_at=NOW, reasons=reasons)
    facts.add(offer)
    facts.flush()
    body = "【邻里】新订单4821"
    facts.add(
        Message(
            direction=Direction.OUT,
            number=provider.number,
            body=body,
            status=MessageStatus.SENT,
            order_id=order.id,
            offer_id=offer.id,
        )
    )
    facts.commit()
    return order


def status_of(sessions: SessionMaker, order: Order) -> OrderStatus:
    with sessions() as session:
        return session.get_one(Order, order.id).status


def test_the_page_tells_the_whole_order(client: FlaskClient, offered: Order, call: Call, facts: Session) -> None:
    facts.add(Turn(call_id=call.id, speaker="caller", words="我家水管漏水了", heard={}))
    facts.commit()
    page = client.get(f"/orders/{offered.id}").text
    facts_shown = ("4821", "王秀英", "桂花苑3幢2单元502室", "138 0000 0001", "11月23日，周一，上午九点", "60", "我家水管漏水了")
    offer_shown = ("顺达水电维修", "相距 0.2 公里", "评分 4.8", "当天没有别的单", "【邻里】新订单4821")
    for shown in (*facts_shown, *offer_shown):
        assert shown in page


def test_who_could_not_be_told_is_seen(client: FlaskClient, order: Order, facts: Session) -> None:
    order.record("not_told", NOW, "dispatch", what="resident_accepted")
    facts.commit()
    page = client.get(f"/orders/{order.id}").text
    assert "没通知到" in page
    assert "谁来、几点来" in page


def test_times_are_the_communitys_own(client: FlaskClient, order: Order) -> None:
    assert "11月22日 10:00:00" in client.get(f"/orders/{order.id}").text


def test_an_order_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/orders/99").status_code == 404
    assert client.get("/orders/99/live").status_code == 404


def test_what_it_costs_and_why_it_was_refused(client: FlaskClient, offered: Order, facts: Session) -> None:
    offered.price_fen, offered.subsidy_fen, offered.owed_fen = 6050, 1050, 5000
    facts.scalars(select(Offer)).one().refused_because = "忙不过来：师傅病了"
    facts.commit()
    page = client.get(f"/orders/{offered.id}").text
    for shown in ("60.50", "居民付 50 元", "社区付 10.50 元", "“忙不过来：师傅病了”"):
        assert shown in page


@pytest.fixture
def at_the_door(order: Order, provider: Provider, facts: Session) -> Order:
    """An order that was reported done by SMS; what it costs was agreed at the door."""
    order.service.price_yuan = None
    order.provider, order.status = provider, OrderStatus.COMPLETED
    facts.commit()
    return order


def test_a_price_agreed_at_the_door_is_entered_and_may_be_mended(client: FlaskClient, at_the_door: Order, facts: Session) -> None:
    page = f"/orders/{at_the_door.id}"
    assert "价格未填" in client.get(page).text
    for written, fen in (("80.5", 8050), ("８０ 元", 8000)):
        assert send(client, page, f"{page}/price", price=written).location == page
        facts.refresh(at_the_door)
        assert at_the_door.price_fen == fen
        facts.commit()
    shown = client.get(page).text
    assert "价格未填" not in shown
    assert "80.50" in shown  # in the history


@pytest.mark.parametrize("written", ["", "八十", "-5", "1.234", "100000"])
def test_what_is_no_price_is_not_entered(client: FlaskClient, at_the_door: Order, facts: Session, written: str) -> None:
    page = f"/orders/{at_the_door.id}"
    send(client, page, f"{page}/price", price=written)
    facts.refresh(at_the_door)
    assert at_the_door.price_fen is None
    facts.commit()
    assert "没有填上" in client.get(page).text


def test_the_catalogues_price_is_not_entered_by_hand(client: FlaskClient, order: Order, facts: Session) -> None:
    page = f"/orders/{order.id}"
    assert 'form="price"' not in client.get(page).text
    send(client, page, f"{page}/price", price="5")
    assert "现在不能填价格" in client.get(page).text
    assert client.post(f"{page}/price", data={"price": "5"}).status_code == 400


def test_cancelling_tells_the_provider_and_writes_down_why(
    client: FlaskClient, offered: Order, sessions: SessionMaker, facts: Session
) -> None:
    page = f"/orders/{offered.id}"
    assert send(client, page, f"{page}/cancel", reason="居民说修好了").location == page
    assert status_of(sessions, offered) is OrderStatus.CANCELLED
    shown = client.get(page).text
    assert "订单已取消" in shown
    assert "居民说修好了" in shown
    told = facts.scalars(select(Message).where(Message.direction == Direction.OUT).order_by(Message.id)).all()
    assert "已取消" in told[-2].body
    assert "已经取消" in told[-1].body  # the resident, who did not ask for it


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_cancelling_needs_a_short_reason(client: FlaskClient, order: Order, sessions: SessionMaker, reason: str) -> None:
    page = f"/orders/{order.id}"
    assert send(client, page, f"{page}/cancel", reason=reason).status_code == 400
    assert status_of(sessions, order) is OrderStatus.PLACED


@pytest.mark.parametrize("action", ["cancel", "offer-again"])
def test_nothing_is_done_without_the_token(client: FlaskClient, order: Order, sessions: SessionMaker, action: str) -> None:
    assert client.post(f"/orders/{order.id}/{action}", data={"reason": "x"}).status_code == 400
    assert client.get(f"/orders/{order.id}/{action}").status_code == 405
    assert status_of(sessions, order) is OrderStatus.PLACED


def test_what_is_done_cannot_be_cancelled(client: FlaskClient, order: Order, sessions: SessionMaker, facts: Session) -> None:
    order.status = OrderStatus.COMPLETED
    facts.commit()
    page = f"/orders/{order.id}"
    assert 'form="cancel"' not in client.get(page).text
    send(client, page, f"{page}/cancel", reason="太晚了")
    assert "不能取消了" in client.get(page).text
    assert status_of(sessions, order) is OrderStatus.COMPLETED


def test_an_unfilled_order_can_be_offered_again(
    client: FlaskClient, order: Order, sessions: SessionMaker, facts: Session
) -> None:
    page = f"/orders/{order.id}"
    assert 'form="offer-again"' not in client.get(page).text
    order.move(OrderStatus.UNFILLED, NOW, "dispatch", reason="nobody_fits")
    facts.commit()
    assert 'form="offer-again"' in client.get(page).text
    send(client, page, f"{page}/offer-again")
    assert status_of(sessions, order) is OrderStatus.PLACED
    send(client, page, f"{page}/offer-again")
    assert "不需要重新派" in client.get(page).text


def test_actions_on_an_order_that_is_not_there_are_not_found(client: FlaskClient, order: Order) -> None:
    for action in ("cancel", "offer-again", "assign", "take-back"):
        assert send(client, f"/orders/{order.id}", f"/orders/99/{action}", reason="x", provider="1").status_code == 404


@pytest.mark.parametrize("beyond", ["2147483648", "99999999999999999999", "9" * 5000], ids=["int", "bigint", "endless"])
def test_an_id_that_no_row_can_have_is_not_found(client: FlaskClient, order: Order, beyond: str) -> None:
    assert client.get(f"/orders/{beyond}").status_code == 404
    assert send(client, f"/orders/{order.id}", f"/orders/{order.id}/assign", provider=beyond).status_code == 400
    assert client.get("/", query_string={"before": beyond}).status_code == 200


def test_a_fault_of_the_database_is_explained_on_a_page(app: Flask, client: FlaskClient, facts: Session) -> None:
    def fail() -> None:
        context.facts().execute(text("SELECT nothing FROM nowhere"))

    app.view_functions["calls.index"] = fail
    page = client.get("/calls/")
    assert page.status_code == 500
    assert "出错了，已经记下来。" in page.text


def test_what_others_wrote_is_shown_as_text(
    client: FlaskClient, offered: Order, provider: Provider, operator: Operator, call: Call, facts: Session
) -> None:
    provider.name = offered.note = offered.words = offered.when_words = operator.name = HOSTILE
    offered.record(HOSTILE, NOW, HOSTILE, reason=HOSTILE)
    facts.add(
        Message(direction=Direction.IN, number=provider.number, body=HOSTILE, status=MessageStatus.RECEIVED, order_id=offered.id)
    )
    facts.add(Turn(call_id=call.id, speaker="caller", words=HOSTILE, heard={}))
    facts.commit()
    page = client.get(f"/orders/{offered.id}").text
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= 9


def test_the_page_follows_the_order(client: FlaskClient, offered: Order, facts: Session) -> None:
    address = f"/orders/{offered.id}/live"
    before = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": before}).status_code == 304
    offer = facts.scalars(select(Offer)).one()
    offer.status = OfferStatus.REFUSED
    facts.commit()
    after = client.get(address, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert "refused" in after.text


def test_an_order_is_given_to_whom_the_dispatcher_spoke_with_and_taken_back(
    client: FlaskClient, order: Order, provider: Provider, sessions: SessionMaker, facts: Session
) -> None:
    order.move(OrderStatus.UNFILLED, NOW, "dispatch", reason="nobody_accepted")
    order.service.skill = provider.skills[0]
    facts.commit()
    page = f"/orders/{order.id}"
    assert order.code in client.get("/to-assign/").text
    assert "问过的都没有接" in client.get("/to-assign/").text
    assert provider.name in client.get(page).text
    send(client, page, f"{page}/assign", provider=str(provider.id))
    assert status_of(sessions, order) is OrderStatus.ACCEPTED
    assert "没有要人工派的订单" in client.get("/to-assign/").text
    assert "等服务人员上门" in client.get(page).text
    send(client, page, f"{page}/take-back")
    assert status_of(sessions, order) is OrderStatus.PLACED
    assert "原来的服务商和居民都会收到短信" in client.get(page).text
    with sessions() as session:
        told = session.scalars(select(Message.number).where(Message.template == "resident_given_back"))
        assert list(told) == [order.resident.phones[0].number]
    send(client, page, f"{page}/take-back")
    assert "现在不能收回" in client.get(page).text


def test_nobody_is_assigned_where_nobody_was_chosen_or_it_is_too_late(
    client: FlaskClient, order: Order, provider: Provider, facts: Session
) -> None:
    page = f"/orders/{order.id}"
    assert send(client, page, f"{page}/assign").status_code == 400
    order.move(OrderStatus.CANCELLED, NOW, "resident")
    facts.commit()
    send(client, page, f"{page}/assign", provider=str(provider.id))
    assert "现在不能改派了" in client.get(page).text
