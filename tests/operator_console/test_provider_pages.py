"""Providers in the console: found, shown, added, changed, frozen, confirmed."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.follow_ups import Complaint
from models.orders import Order
from models.providers import CreditChange, CreditReason, Provider, ProviderEvent, Worker
from models.services import Service
from operator_console.provider_words import CREDIT
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import form_token, send

NEW = {
    "name": "新来的水电",
    "number": "+86 137 0000 0009",
    "skills": "水电维修",
    "areas": "桂花苑",
    "open_weekdays": "一",
    "opens": "8:00",
    "closes": "17:30",
    "orders_a_day": "5",
    "price_percent": "90",
    "volunteer": "否",
    "language": "中文",
    "active": "是",
    "workers": "张师傅 男 13600000001\n刘师傅 女 13600000002",
}

pytestmark = pytest.mark.usefixtures("dispatcher")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def catalogue(service: Service, provider: Provider, facts: Session) -> None:
    provider.confirmed_on = date(2026, 11, 20)
    provider.workers = [Worker(name="张师傅", gender="male", number="13600000001")]
    facts.commit()


def now(facts: Session, provider_id: int) -> Provider:
    found = facts.get_one(Provider, provider_id, populate_existing=True)
    facts.commit()  # SQLite's one writer
    return found


def events(facts: Session) -> list[ProviderEvent]:
    found = facts.scalars(select(ProviderEvent).order_by(ProviderEvent.id)).all()
    facts.commit()
    return list(found)


def test_every_reason_for_credit_is_said() -> None:
    assert set(CREDIT) == set(CreditReason)


@pytest.mark.parametrize("query", ["", "?q=顺达", "?q=137 0000 0001", "?q=张师傅", "?skill=plumbing", "?area=1"])
def test_a_provider_is_found(client: FlaskClient, query: str) -> None:
    assert "顺达水电维修</a>" in client.get(f"/providers/{query}").text


@pytest.mark.parametrize(
    "query", ["?q=老周", "?q=13700000002", "?skill=bath", "?area=9", "?show=frozen", "?show=stale", "?q=%25"]
)
def test_a_provider_that_does_not_fit_is_not_found(client: FlaskClient, query: str) -> None:
    assert "没有这样的服务商" in client.get(f"/providers/{query}").text


def test_whose_data_are_stale_is_a_list(client: FlaskClient, provider: Provider, facts: Session) -> None:
    provider.confirmed_on = date(2026, 10, 1)
    facts.commit()
    assert "10月1日核对过" in client.get("/providers/?show=stale").text


def test_one_provider_is_shown_with_credit_and_orders(
    client: FlaskClient, provider: Provider, order: Order, facts: Session
) -> None:
    order.provider_id = provider.id
    moved = {"reason": CreditReason.LATE, "change": -3.0, "credit": 77.0, "at": NOW, "order_id": order.id}
    facts.add(CreditChange(provider_id=provider.id, **moved))
    facts.commit()
    page = client.get(f"/providers/{provider.id}").text
    for said in ("水电维修", "张师傅", "136 0000 0001", "迟到", "-3.0 → 77.0", "4821", "11月20日"):
        assert said in page


def test_a_provider_is_added_as_it_is_meant(client: FlaskClient, facts: Session) -> None:
    token = form_token(client, "/providers/add")
    answer = client.post("/providers/add", data=NEW | {"csrf_token": token, "open_weekdays": ["一", "日"]})
    assert answer.status_code == 303
    added = facts.scalars(select(Provider).where(Provider.name == "新来的水电")).one()
    assert (added.number, added.open_weekdays, added.price_percent) == ("13700000009", [0, 6], 90)
    assert (added.latitude, added.confirmed_on) == (30.25, date(2026, 11, 22))
    assert [worker.name for worker in added.workers] == ["张师傅", "刘师傅"]
    facts.commit()
    assert "新增" in client.get(answer.location).text


def test_every_fault_stands_by_its_field_and_nothing_is_lost(client: FlaskClient, facts: Session) -> None:
    wrong = NEW | {"number": "13700000001", "opens": "8点", "areas": "", "workers": "张师傅"}
    answer = send(client, "/providers/add", "/providers/add", **wrong)
    assert answer.status_code == 400
    for said in ("“顺达水电维修”已经用了", "不是时间", "没有写", "请写成：张师傅 男", 'value="新来的水电"', 'value="8点"'):
        assert said in answer.text
    assert facts.scalars(select(Provider.name)).all() == ["顺达水电维修"]


def test_a_skill_that_the_catalogue_has_no_longer_is_shown_and_told(
    client: FlaskClient, provider: Provider, facts: Session
) -> None:
    provider.skills = ["plumbing", "chimneys"]
    facts.commit()
    page = f"/providers/{provider.id}/edit"
    assert 'value="chimneys" checked' in client.get(page).text
    assert "目录里没有这项技能：chimneys" in send(client, page, page, **(NEW | {"skills": "水电维修、chimneys"})).text


def test_what_is_changed_is_written_down_by_its_columns(client: FlaskClient, provider: Provider, facts: Session) -> None:
    page = f"/providers/{provider.id}/edit"
    assert 'value="顺达水电维修"' in client.get(page).text
    send(client, page, page, **(NEW | {"name": "顺达水电维修", "days_off": "2026-12-31"}))
    changed = now(facts, provider.id)
    assert (changed.number, changed.days_off, changed.orders_a_day) == ("13700000009", ["2026-12-31"], 5)
    [event] = events(facts)
    assert (event.happened, event.by) == ("changed", "chen")
    assert "电话、" in event.note
    send(client, page, page, **(NEW | {"name": "顺达水电维修", "days_off": "2026-12-31"}))
    assert len(events(facts)) == 1  # nothing was different


def test_a_provider_is_frozen_and_thawed_for_a_reason(client: FlaskClient, provider: Provider, facts: Session) -> None:
    page = f"/providers/{provider.id}"
    assert send(client, page, f"{page}/freeze", reason=" ").status_code == 400
    send(client, page, f"{page}/freeze", reason="没有执照")
    assert now(facts, provider.id).frozen_at == NOW
    assert "没有执照" in client.get(page).text
    send(client, page, f"{page}/thaw", reason="补办了")
    assert now(facts, provider.id).frozen_at is None
    assert [event.happened for event in events(facts)] == ["frozen", "thawed"]


def test_nobody_is_thawed_while_a_complaint_waits(client: FlaskClient, provider: Provider, order: Order, facts: Session) -> None:
    provider.frozen_at = NOW - timedelta(hours=1)
    facts.add(Complaint(order_id=order.id, provider_id=provider.id, words="没修好", raised_at=NOW, raised_by="resident"))
    facts.commit()
    page = f"/providers/{provider.id}"
    assert "有投诉等人处理" in client.get(page).text
    assert f'action="{page}/freeze"' in client.get(page).text  # for a reason that outlasts the complaint
    answer = send(client, page, f"{page}/thaw", reason="算了")
    assert "先看投诉" in client.get(answer.location).text
    assert now(facts, provider.id).frozen_at is not None


def test_what_a_provider_says_is_wrong_is_told_until_a_person_has_confirmed_the_data(
    client: FlaskClient, provider: Provider, facts: Session
) -> None:
    provider.correction = "不对，周日休息"
    facts.commit()
    assert '<b class="badge">1</b>' in client.get("/").text
    assert "不对，周日休息" in client.get("/providers/?show=correction").text
    send(client, f"/providers/{provider.id}", f"/providers/{provider.id}/confirmed")
    changed = now(facts, provider.id)
    assert (changed.correction, changed.confirmed_on) == ("", date(2026, 11, 22))
    assert '<b class="badge">1</b>' not in client.get("/").text


@pytest.mark.parametrize("page", ["/providers/99", "/providers/99/edit", "/providers/?show=x"])
def test_what_is_not_there_is_not_found(client: FlaskClient, page: str) -> None:
    assert client.get(page).status_code == 404
