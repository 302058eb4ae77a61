"""An order taken by hand: prefilled from the call, read while it is written, and placed once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from models.calls import Call
from models.database import SessionMaker
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from models.residents import Resident
from models.services import Service
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import form_token, send


@pytest.fixture
def wanted(resident: Resident, service: Service, provider: Provider) -> dict[str, str]:
    """The form as an operator would fill it in."""
    return {"resident": str(resident.id), "key": "k1", "service": str(service.id), "when": "后天下午三点以后"}


def place(client: FlaskClient, fields: dict[str, str], *providers: Provider) -> TestResponse:
    token = form_token(client, f"/orders/new?resident={fields['resident']}")
    data = MultiDict(fields | {"csrf_token": token})
    data.setlist("provider", [str(one.id) for one in providers])
    return client.post("/orders/new", data=data)


def the_order(sessions: SessionMaker) -> Order:
    with sessions() as session:
        order = session.scalars(select(Order)).one()
        session.refresh(order, ["history"])
        return order


def test_a_time_as_people_say_it_makes_an_order(client: FlaskClient, wanted: dict[str, str], sessions: SessionMaker) -> None:
    answer = place(client, wanted | {"note": "门铃坏了"})
    assert answer.status_code == 303
    order = the_order(sessions)
    assert (order.starts_at - NOW).total_seconds() == 2 * 86400 + 5 * 3600  # 15:00 the day after tomorrow, it is ten
    assert (order.note, order.status, order.history[0].by) == ("门铃坏了", OrderStatus.PLACED, "operator")
    assert order.history[0].details == {"operator": "chen"}
    shown = client.get(answer.location).text
    assert order.code in shown
    assert "对居民说" in shown


def test_a_form_that_is_sent_twice_places_one_order(client: FlaskClient, wanted: dict[str, str], sessions: SessionMaker) -> None:
    first, second = place(client, wanted), place(client, wanted)
    assert first.location == second.location
    the_order(sessions)


def test_what_is_not_clear_is_said_in_words_and_places_nothing(
    client: FlaskClient, wanted: dict[str, str], sessions: SessionMaker
) -> None:
    for when, said in [("今天上午九点", "已经过了"), ("那个时候", "没看懂"), ("", "请写什么时候")]:
        answer = place(client, wanted | {"when": when})
        assert answer.status_code == 422
        assert said in answer.text
    assert "请选一项服务" in place(client, wanted | {"service": "999"}).text
    with sessions() as session:
        assert session.scalars(select(Order)).all() == []


def test_day_and_hours_are_taken_where_nothing_is_written(
    client: FlaskClient, wanted: dict[str, str], sessions: SessionMaker
) -> None:
    by_calendar = wanted | {"when": "", "day": "2026-11-23", "starts": "09:00", "ends": "10:00"}
    assert "已经过了" in place(client, by_calendar | {"day": "2026-11-21"}).text
    assert "晚于" in place(client, by_calendar | {"ends": "08:00"}).text
    place(client, by_calendar)
    assert the_order(sessions).starts_at == NOW + timedelta(hours=23)


def test_those_ticked_are_asked_at_once(
    client: FlaskClient, wanted: dict[str, str], provider: Provider, sessions: SessionMaker
) -> None:
    assert "请先选" in place(client, wanted | {"way": "chosen"}).text
    place(client, wanted | {"way": "chosen"}, provider)
    assert the_order(sessions).status is OrderStatus.OFFERED
    with sessions() as session:
        offer = session.scalars(select(Offer)).one()
        assert (offer.provider_id, offer.status) == (provider.id, OfferStatus.OPEN)
        assert offer.reasons["rating"] == provider.rating


def test_the_one_ticked_has_it_at_once(
    client: FlaskClient, wanted: dict[str, str], provider: Provider, sessions: SessionMaker
) -> None:
    answer = place(client, wanted | {"way": "assign"}, provider)
    order = the_order(sessions)
    assert (order.status, order.provider_id, order.price_fen) == (OrderStatus.ACCEPTED, provider.id, 6000)
    assert provider.name in client.get(answer.location).text


def test_the_form_begins_with_what_the_conversation_has_collected(
    client: FlaskClient, wanted: dict[str, str], call: Call, service: Service, facts: Session
) -> None:
    start = NOW + timedelta(hours=23)
    when = [start.isoformat(), (start + timedelta(hours=1)).isoformat()]
    call.collected = {"service": service.key, "when": when, "words": "水管漏了"}
    facts.commit()
    form = f"/orders/new?resident={wanted['resident']}&channel={call.channel_id}"
    page = client.get(form).text
    assert "selected" in page
    for shown in ('value="2026-11-23"', 'value="09:00"', "水管漏了", "明天", "顺达水电维修"):
        assert shown in page
    place(client, wanted | {"channel": call.channel_id})
    page = client.get(form).text  # another wish in the same call
    assert "selected" not in page
    assert "这通电话里已下单" in page


def test_the_last_order_can_be_had_again(client: FlaskClient, order: Order, provider: Provider) -> None:
    page = client.get(f"/orders/new?resident={order.resident_id}&like={order.id}").text
    assert "selected" in page
    assert 'value="09:00"' in page


def test_what_it_will_come_to_is_shown_while_one_types(client: FlaskClient, wanted: dict[str, str], provider: Provider) -> None:
    seen = client.get("/orders/new/outlook", query_string=wanted).text
    for shown in ("11月24日 周二 15:00", "十一月二十四号", "60", "顺达水电维修", "评分 4.8"):
        assert shown in seen
    assert "已经过了" in client.get("/orders/new/outlook", query_string=wanted | {"when": "昨天下午"}).text


def test_services_are_found_by_chinese_pinyin_and_initials(client: FlaskClient, wanted: dict[str, str]) -> None:
    page = client.get(f"/orders/new?resident={wanted['resident']}").text
    assert 'data-terms="水电维修 shuidianweixiu sdwx plumbing 水管 shuiguan sg"' in page


def test_an_order_is_changed_and_its_page_says_so(client: FlaskClient, order: Order, sessions: SessionMaker) -> None:
    form = f"/orders/{order.id}/change"
    assert 'value="2026-11-23"' in client.get(form).text
    answer = send(client, form, form, when="后天上午十点", note="门铃坏了", day="2026-11-23", starts="09:00", ends="10:00")
    assert answer.status_code == 303
    with sessions() as session:
        changed = session.get_one(Order, order.id)
        assert (changed.starts_at - NOW, changed.note) == (timedelta(days=2), "门铃坏了")
    page = client.get(answer.location).text
    for shown in ("改好了", "改了订单", "11月23日，周一，上午九点", "门铃坏了"):
        assert shown in page
    assert "已经过了" in send(client, form, form, when="昨天").text
    stood = send(client, form, form, when="", note="门铃坏了", day="2026-11-24", starts="10:00", ends="11:00")
    assert "没有要改的" in client.get(stood.location).text


def test_what_is_over_is_not_changed(client: FlaskClient, order: Order, facts: Session) -> None:
    form = f"/orders/{order.id}/change"
    token = form_token(client, form)
    order.move(OrderStatus.CANCELLED, NOW, "operator")
    facts.commit()
    assert "请打电话商量" in client.get(form, follow_redirects=True).text
    sent = client.post(form, data={"csrf_token": token, "note": "x", "when": "后天上午十点"}, follow_redirects=True)
    assert "请打电话商量" in sent.text


def test_for_a_resident_who_has_left_nothing_is_ordered_and_the_page_says_why(
    client: FlaskClient, wanted: dict[str, str], facts: Session, resident: Resident, sessions: SessionMaker
) -> None:
    token = form_token(client, f"/orders/new?resident={resident.id}")
    resident.left_on = NOW.date()
    facts.commit()
    answer = client.post("/orders/new", data=wanted | {"csrf_token": token})
    assert answer.status_code == 422
    assert "这位居民已经离开" in answer.text
    page = client.get(f"/orders/new?resident={resident.id}").text
    assert "不能下单" in page
    assert "order-service" not in page
    with sessions() as session:
        assert session.scalars(select(Order)).all() == []
