"""Today's board."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.calls import Call, CallStatus
from models.orders import Order, OrderStatus
from models.residents import Resident
from models.services import Service
from operator_console.board import ORDERS_SHOWN
from tests.operator_console.conftest import NOW

HOSTILE = "<script>alert(1)</script>'; DROP TABLE orders; --{{ 7*7 }}"


def test_an_empty_board_says_so(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "现在没有来电。" in page
    assert "没有这样的订单。" in page


def test_an_order_is_shown_with_all_that_one_asks_first(client: FlaskClient, order: Order) -> None:
    page = client.get("/").text
    for shown in ("4821", "水电维修", "王奶奶", "桂花苑3幢2单元502室", "11月23日 周一 09:00–10:00", "已下单"):
        assert shown in page


@pytest.mark.parametrize(
    ("status", "shown_under"),
    [
        (OrderStatus.PLACED, {"open", "all"}),
        (OrderStatus.UNFILLED, {"open", "unfilled", "all"}),
        (OrderStatus.COMPLETED, {"done", "all"}),
        (OrderStatus.CANCELLED, {"cancelled", "all"}),
        (OrderStatus.DISPUTED, {"open", "all"}),
    ],
)
def test_orders_are_filtered_by_status(
    client: FlaskClient, order: Order, facts: Session, status: OrderStatus, shown_under: set[str]
) -> None:
    order.status = status
    facts.commit()
    shown = {name for name in ("open", "unfilled", "done", "cancelled", "all") if "4821" in client.get(f"/?orders={name}").text}
    assert shown == shown_under


def test_a_filter_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/?orders=' OR 1=1").status_code == 404


def test_older_orders_are_a_page_away(client: FlaskClient, facts: Session, resident: Resident, service: Service) -> None:
    for number in range(ORDERS_SHOWN + 1):
        facts.add(
            Order(
                code=str(1000 + number),
                resident=resident,
                service=service,
                starts_at=NOW,
                ends_at=NOW + timedelta(hours=1),
                when_words="今天",
            )
        )
        facts.flush()
    oldest = facts.scalars(select(Order).order_by(Order.id)).first()
    facts.commit()
    assert oldest is not None
    first = client.get("/").text
    assert ">1000<" not in first
    assert ">1001<" in first
    assert f"before={oldest.id + 1}" in first
    assert ">1000<" in client.get(f"/?orders=open&before={oldest.id + 1}").text


@pytest.mark.parametrize(
    ("status", "words"),
    [(CallStatus.TALKING, "自动接听中"), (CallStatus.WAITING, "等待话务员"), (CallStatus.OPERATOR, "话务员接听中")],
)
def test_a_call_shows_who_where_and_what_was_collected(
    client: FlaskClient, call: Call, service: Service, facts: Session, status: CallStatus, words: str
) -> None:
    call.status = status
    call.collected = {
        "words": "水管漏水了",
        "service": "plumbing",
        "when": ["2026-11-23T09:00:00+08:00", "2026-11-23T10:00:00+08:00"],
    }
    facts.commit()
    page = client.get("/").text
    for shown in (words, "王奶奶", "138****0001", "“水管漏水了”", "水电维修", "11月23日 周一 09:00–10:00"):
        assert shown in page


def test_a_call_that_has_ended_is_gone_but_one_who_gave_up_waiting_stays_to_be_called_back(
    client: FlaskClient, call: Call, facts: Session
) -> None:
    call.status = CallStatus.ENDED
    facts.commit()
    assert "王奶奶" not in client.get("/").text
    call.status = CallStatus.ABANDONED
    facts.commit()
    assert "要回电" in client.get("/").text
    call.started_at = NOW - timedelta(days=1)
    facts.commit()
    assert "要回电" not in client.get("/").text


def test_alarms_stand_above_all_until_they_are_closed(client: FlaskClient, resident: Resident, facts: Session) -> None:
    alarm = Alarm(channel_id="1.1", resident=resident, source=AlarmSource.WORDS, words="我摔倒了", raised_at=NOW)
    facts.add(alarm)
    facts.commit()
    page = client.get("/").text.partition("<main")[2]  # the telephone above it has words of its own
    assert page.index("SOS") < page.index("正在通话")
    for shown in ("王奶奶", "桂花苑3幢2单元502室", "还没有人接", "“我摔倒了”"):
        assert shown in page
    alarm.status = AlarmStatus.CLOSED
    facts.commit()
    assert "SOS" not in client.get("/").text.partition("<main")[2]


def test_what_callers_said_is_shown_as_text(
    client: FlaskClient, call: Call, order: Order, resident: Resident, facts: Session
) -> None:
    call.collected = {"words": HOSTILE, HOSTILE: HOSTILE}
    resident.form_of_address = resident.address = HOSTILE
    facts.add(Alarm(channel_id="1.1", resident=resident, source=AlarmSource.WORDS, words=HOSTILE))
    facts.commit()
    page = client.get("/").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 5
    assert "{{ 7*7 }}" in page


def test_the_board_is_sent_again_only_when_something_changed(client: FlaskClient, order: Order, facts: Session) -> None:
    first = client.get("/live")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    asked_again = {"If-None-Match": first.headers["ETag"]}
    unchanged = client.get("/live", headers=asked_again)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    order.move(OrderStatus.CANCELLED, NOW, "operator")
    facts.commit()
    assert client.get("/live", headers=asked_again).status_code == 200
