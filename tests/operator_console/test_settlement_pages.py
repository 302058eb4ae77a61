"""The page on which a supervisor settles a provider's month."""

from datetime import time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.operators import Operator, Role
from models.orders import Order, OrderStatus
from models.providers import Provider
from operator_console.list_pages import AT_A_TIME
from tests.operator_console.conftest import HandClock
from tests.operator_console.forms import send


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_a_month_is_settled_by_a_supervisor_alone(
    client: FlaskClient,
    operator: Operator,
    order: Order,
    provider: Provider,
    clock: HandClock,
    facts: Session,
    sessions: SessionMaker,
) -> None:
    assert client.get("/settlements/").status_code == 403
    operator.role = Role.SUPERVISOR
    order.provider_id, order.status, order.price_fen, order.subsidy_fen, order.owed_fen = (
        provider.id,
        OrderStatus.CONFIRMED,
        6000,
        0,
        6000,
    )
    facts.commit()
    this_month = "/settlements/?month=2026-11"
    page = client.get(this_month).text
    assert "顺达水电维修" in page
    assert "确认结算" not in page
    early = send(client, this_month, f"/settlements/{provider.id}", month="2026-11")
    assert "还没有过完" in client.get(early.location).text
    clock.now += timedelta(days=20)
    with client.session_transaction() as cookie:
        cookie["active_at"] = int(clock().timestamp())
    assert "确认结算" in client.get("/settlements/").text  # the last month that is over
    settled = send(client, this_month, f"/settlements/{provider.id}", month="2026-11")
    assert "已结算 1 单" in client.get(settled.location).text
    with sessions() as session:
        assert session.get_one(Order, order.id).status is OrderStatus.SETTLED
    assert send(client, this_month, f"/settlements/{provider.id}", month="x").status_code == 404


def test_a_month_of_many_providers_comes_page_by_page(
    client: FlaskClient, operator: Operator, order: Order, provider: Provider, facts: Session
) -> None:
    operator.role = Role.SUPERVISOR
    about = {"skills": ["plumbing"], "latitude": 39.9, "longitude": 116.4, "rating": 5.0, "open_weekdays": [0]}
    hours = {"opens": time(8), "closes": time(18)}
    many = [Provider(name=f"服务商{n:02d}", number=f"1360000{n:04d}", **about, **hours) for n in range(AT_A_TIME)]
    facts.add_all(many)
    facts.flush()
    columns = ("resident_id", "service_id", "code", "when_words", "starts_at", "ends_at")
    like = {column: getattr(order, column) for column in columns}
    done = {"status": OrderStatus.CONFIRMED, "price_fen": 100, "subsidy_fen": 0, "owed_fen": 100}
    facts.add_all(Order(provider_id=one.id, **like, **done) for one in (*many, provider))
    facts.commit()
    first = client.get("/settlements/?month=2026-11").text
    assert ("服务商49" in first, "顺达水电维修" in first) == (True, False)
    assert f"第 1–{AT_A_TIME} 条，共 {AT_A_TIME + 1} 条" in first
    rest = f"/settlements/?month=2026-11&after={AT_A_TIME}"
    assert rest.replace("&", "&amp;") in first or f"/settlements/?after={AT_A_TIME}&amp;month=2026-11" in first
    assert ("服务商49" in client.get(rest).text, "顺达水电维修" in client.get(rest).text) == (False, True)
    assert "顺达水电维修" in client.get("/settlements/?month=2026-11&after=999").text  # the last there is
    found = client.get("/settlements/?month=2026-11&q=顺达").text
    assert ("顺达水电维修" in found, "服务商49" in found) == (True, False)
    settled = send(client, rest, f"/settlements/{provider.id}", month="2026-11", q="顺达", after="0")
    assert settled.location.endswith("month=2026-11&q=%E9%A1%BA%E8%BE%BE")
