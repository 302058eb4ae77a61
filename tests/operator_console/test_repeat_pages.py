"""Repeating orders on a resident's page."""

from datetime import date, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.care_calls import CarePlan
from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.repeats import Repeat
from models.residents import Resident
from models.services import Service
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

TUESDAYS = {"weekday-1": "1", "starts": "11:30", "ends": "12:30", "first_on": "2026-11-22", "on_holidays": "1"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def page(resident: Resident) -> str:
    return f"/residents/{resident.id}"


@pytest.fixture
def repeat(facts: Session, resident: Resident, service: Service, provider: Provider) -> Repeat:
    usual = {"weekdays": [1], "starts": time(11, 30), "ends": time(12, 30), "first_on": date(2026, 11, 1), "placed_at": NOW}
    repeat = Repeat(resident_id=resident.id, service_id=service.id, provider_id=provider.id, details={"份": 2}, **usual)
    facts.add(repeat)
    facts.commit()
    return repeat


def test_it_is_shown_with_its_next_days(client: FlaskClient, page: str, repeat: Repeat) -> None:
    shown = client.get(page).text
    for said in ("水电维修", "2份", "周二", "11:30–12:30", "先问", "顺达水电维修", "11月24日", "12月1日", "12月8日"):
        assert said in shown


def test_days_away_from_home_are_not_among_the_next(client: FlaskClient, page: str, repeat: Repeat, facts: Session) -> None:
    facts.add(CarePlan(resident_id=repeat.resident_id, away_from=date(2026, 11, 24), away_until=date(2026, 11, 24)))
    facts.commit()
    shown = client.get(page).text
    assert "11月24日（周二）" not in shown
    assert "12月15日" in shown


def test_a_day_that_was_cancelled_is_not_among_the_next(
    client: FlaskClient, page: str, repeat: Repeat, order: Order, facts: Session
) -> None:
    order.repeat_id, order.repeat_on, order.status = repeat.id, date(2026, 11, 24), OrderStatus.CANCELLED
    facts.commit()
    assert "11月24日（周二）" not in client.get(page).text


def test_one_is_added(client: FlaskClient, page: str, service: Service, provider: Provider, facts: Session) -> None:
    fields = TUESDAYS | {"service": str(service.id), "provider": str(provider.id)}
    answer = send(client, page, page.replace("residents/", "repeats/of/"), **fields)
    assert "已记下" in client.get(answer.location).text
    repeat = facts.scalars(select(Repeat)).one()
    assert (repeat.weekdays, repeat.starts, repeat.provider_id, repeat.on_holidays) == ([1], time(11, 30), provider.id, True)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"service": ""}, "请选一项服务"),
        ({"starts": "x"}, "请写从几点到几点"),
        ({"first_on": ""}, "请写第一天"),
        ({"last_on": "2026-13-01"}, "日期不对"),
        ({"ends": "11:00"}, "结束要晚于开始"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    client: FlaskClient, page: str, service: Service, facts: Session, wrong: dict[str, str], why: str
) -> None:
    fields = TUESDAYS | {"service": str(service.id)} | wrong
    answer = send(client, page, page.replace("residents/", "repeats/of/"), **fields)
    assert why in client.get(answer.location).text
    assert facts.scalars(select(Repeat)).all() == []


def test_it_is_paused_and_goes_on(client: FlaskClient, page: str, repeat: Repeat) -> None:
    send(client, page, f"/repeats/{repeat.id}/pause", paused_from="2026-11-23", paused_until="2026-11-30")
    shown = client.get(page).text
    assert "11月23日 到 11月30日 暂停" in shown
    assert "11月24日（周二）" not in shown
    send(client, page, f"/repeats/{repeat.id}/resume")
    assert "11月24日（周二）" in client.get(page).text


def test_ending_it_tells_what_is_cancelled_with_it(
    client: FlaskClient, page: str, repeat: Repeat, order: Order, facts: Session
) -> None:
    order.repeat_id, order.repeat_on = repeat.id, date(2026, 11, 23)
    facts.commit()
    answer = send(client, page, f"/repeats/{repeat.id}/end")
    shown = client.get(answer.location).text
    assert "已下的订单4821也取消了" in shown
    assert "先问" not in shown.split("新增长期订单")[0]
    facts.expire_all()
    assert facts.get_one(Order, order.id).status is OrderStatus.CANCELLED


def test_what_is_not_there_is_not_found(client: FlaskClient, page: str) -> None:
    assert send(client, page, "/repeats/99/end").status_code == 404


def test_one_is_changed(client: FlaskClient, page: str, repeat: Repeat, sessions: SessionMaker) -> None:
    fields = {"weekday-3": "1", "starts": "17:00", "ends": "18:00", "first_on": "2026-11-22"}
    answer = send(client, page, f"/repeats/{repeat.id}/change", **fields)
    shown = client.get(answer.location).text
    assert "改好了" in shown
    assert "17:00–18:00" in shown
    with sessions() as session:
        changed = session.get_one(Repeat, repeat.id)
        assert (changed.weekdays, changed.provider_id, changed.on_holidays) == ([3], None, False)
    assert (
        "结束要晚于开始"
        in client.get(send(client, page, f"/repeats/{repeat.id}/change", **fields | {"ends": "16:00"}).location).text
    )
