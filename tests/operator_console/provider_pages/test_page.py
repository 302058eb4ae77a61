"""The provider's page: an order from the offer to its end, by pressing what is shown."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.queue import JobQueue
from models.database import SessionMaker
from models.messages import Message
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall
from models.providers import Provider, Worker
from models.services import Service
from models.settings import Settings
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send
from tests.operator_console.provider import ProvidersBrowser, make_offer, stands

HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE orders; --"


def test_the_link_in_the_sms_opens_the_order(
    app: Flask, stranger: FlaskClient, sessions: SessionMaker, settings: Settings, order: Order, provider: Provider
) -> None:
    offer_order(Means(settings, sessions, JobQueue(settings.redis), {}, lambda: NOW), order.id)
    with sessions() as session:
        sms = session.scalars(select(Message)).one()
    assert sms.number == provider.number
    link = sms.body.partition(f"http://127.0.0.1:{settings.console_port}")[2].split()[0]
    assert "新订单" in stranger.get(send(stranger, link, link).location).text


def test_before_it_is_taken_an_order_tells_no_more_than_is_needed_to_decide(
    browser: ProvidersBrowser, order: Order, facts: Session
) -> None:
    order.note = "钥匙在门口花盆里"
    facts.commit()
    page = browser.look()
    for told in ("水电维修", "11月23日", "09:00–10:00", "桂花苑", "0.2 公里", "60", "10:05", "4821"):
        assert told in page
    for private in ("3幢2单元502室", "王", "138", "花盆", "7788"):
        assert private not in page


def test_an_order_is_brought_to_its_end_by_pressing_the_main_button(
    browser: ProvidersBrowser, order: Order, sessions: SessionMaker
) -> None:
    page = browser.press("accept")
    assert "桂花苑3幢2单元502室" in page
    assert "王奶奶" in page
    assert "13800000001" not in page.replace(" ", "")
    assert "7788" not in page
    assert "您在路上" in browser.press("on-the-way")
    assert "您到了" in browser.press("arrived")
    page = browser.press("completed", code="7788")
    assert "完成了" in page
    assert "居民的验收码" in page
    done = stands(sessions, order)
    assert done.status is OrderStatus.COMPLETED
    told = [line.happened for line in done.history]
    assert [one for one in told if one in set(OrderStatus)] == [
        "placed",
        "offered",
        "accepted",
        "on_the_way",
        "arrived",
        "completed",
    ]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"reason": "far"}, "太远了"),
        ({"reason": "other", "words": " 师傅病了 "}, "别的原因：师傅病了"),
        ({"reason": "nonsense", "words": "没有车"}, "没有车"),
        ({"words": "很" * 5000}, "很" * 200),
    ],
)
def test_declining_keeps_the_reason(
    browser: ProvidersBrowser, sessions: SessionMaker, offer: Offer, fields: dict[str, str], kept: str
) -> None:
    assert "您没有接这一单" in browser.press("refuse", **fields)
    with sessions() as session:
        refused = session.get_one(Offer, offer.id)
        assert (refused.status, refused.refused_because) == (OfferStatus.REFUSED, kept)


def test_declining_without_a_reason_is_asked_for_one(browser: ProvidersBrowser, sessions: SessionMaker, order: Order) -> None:
    assert "请选一个原因" in browser.press("refuse", reason="nonsense")
    assert stands(sessions, order).status is OrderStatus.OFFERED


def test_an_order_can_be_given_back_on_the_way_but_not_at_the_door(
    browser: ProvidersBrowser, sessions: SessionMaker, order: Order, facts: Session
) -> None:
    browser.press("accept")
    assert "退单" in browser.press("on-the-way")
    assert "退单" not in browser.press("arrived")
    assert "不能退单" in browser.press("refuse", reason="busy")
    assert stands(sessions, order).status is OrderStatus.ARRIVED


def test_giving_back_closes_the_page(browser: ProvidersBrowser, sessions: SessionMaker, order: Order) -> None:
    browser.press("accept")
    page = browser.press("refuse", reason="busy")
    assert "您不用上门了" in page
    assert "502室" not in page
    assert stands(sessions, order).status is OrderStatus.PLACED


def test_who_goes_is_chosen_from_their_own_people_of_the_right_gender(
    app: Flask, sessions: SessionMaker, facts: Session, settings: Settings, order: Order, provider: Provider, service: Service
) -> None:
    service.worker_gender = "same"
    provider.workers = [
        Worker(name=name, number="", gender=gender, active=active)
        for name, gender, active in (
            ("李大姐", "female", True),
            ("赵大姐", "female", True),
            ("张师傅", "male", True),
            ("孙大姐", "female", False),
        )
    ]
    facts.flush()
    browser = ProvidersBrowser(app, facts, settings, make_offer(facts, order, provider))
    page = browser.look()
    assert "李大姐" in page
    assert "张师傅" not in page
    assert "孙大姐" not in page
    assert "赵大姐" in browser.press("accept", worker=provider.workers[1].id)
    assert stands(sessions, order).worker_id == provider.workers[1].id


@pytest.mark.parametrize("chosen", ["99", "-1", "x", "1 OR 1=1"])
def test_nobody_elses_worker_can_be_chosen(browser: ProvidersBrowser, sessions: SessionMaker, order: Order, chosen: str) -> None:
    browser.press("accept", worker=chosen)
    accepted = stands(sessions, order)
    assert (accepted.status, accepted.worker_id) == (OrderStatus.ACCEPTED, None)


def test_the_resident_is_called_through_the_centre(
    browser: ProvidersBrowser, sessions: SessionMaker, order: Order, provider: Provider
) -> None:
    assert "请打电话给中心" in browser.press("call")  # not before the order is theirs
    browser.press("accept")
    assert "请等电话" in browser.press("call")
    with sessions() as session:
        asked = session.scalars(select(OutboundCall).where(OutboundCall.purpose == CallPurpose.CONNECT)).one()
        assert (asked.number, asked.order_id) == (provider.number, order.id)


@pytest.mark.parametrize(("over", "told"), [(OfferStatus.EXPIRED, "时间过了"), (OfferStatus.WITHDRAWN, "不再问您了")])
def test_a_late_yes_is_welcome_while_nobody_else_is_asked(
    browser: ProvidersBrowser, sessions: SessionMaker, facts: Session, order: Order, offer: Offer, over: OfferStatus, told: str
) -> None:
    offer.status = over
    facts.commit()
    page = browser.look()
    assert told in page
    assert "还可以接" in page
    assert "给了别人" not in page
    browser.press("accept")
    assert stands(sessions, order).status is OrderStatus.ACCEPTED


Change = Callable[[Order, Offer], None]


def _cancelled(order: Order, offer: Offer) -> None:
    order.status, offer.status = OrderStatus.CANCELLED, OfferStatus.WITHDRAWN


def _expired(order: Order, offer: Offer) -> None:
    order.status, offer.status = OrderStatus.ACCEPTED, OfferStatus.EXPIRED  # somebody else has it


def _taken(order: Order, offer: Offer) -> None:
    order.status, offer.status = OrderStatus.ACCEPTED, OfferStatus.WITHDRAWN


@pytest.mark.parametrize(("change", "told"), [(_cancelled, "订单取消了"), (_expired, "答复的时间过了"), (_taken, "给了别人")])
def test_whatever_is_pressed_too_late_changes_nothing_and_is_explained(
    browser: ProvidersBrowser,
    sessions: SessionMaker,
    facts: Session,
    order: Order,
    offer: Offer,
    change: Change,
    told: str,
) -> None:
    token_page = browser.look()
    assert "csrf_token" in token_page
    token = token_page.split('name="csrf_token" value="')[1].split('"')[0]
    change(order, offer)
    facts.commit()
    for action in ("accept", "refuse", "on-the-way", "arrived", "completed", "call"):
        fields = {"csrf_token": token, "reason": "busy", "code": "7788", "unproven": "1"}
        assert browser.client.post(f"{browser.page}/{action}", data=fields).status_code == 303
        assert told in browser.look()
    assert stands(sessions, order).status is order.status
    assert "502室" not in browser.look()


def test_what_others_wrote_is_shown_as_text(browser: ProvidersBrowser, order: Order, facts: Session) -> None:
    browser.press("accept")
    order.note = order.resident.address = order.resident.form_of_address = order.service.name = HOSTILE
    order.details = {"要买的": HOSTILE}
    facts.commit()
    page = browser.look()
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= 5


def test_the_page_works_without_a_script_until_one_signs(at_the_door: ProvidersBrowser) -> None:
    assert "<script" not in at_the_door.look()
    page = at_the_door.client.get(f"{at_the_door.page}/signature").text
    assert 'src="/static/signature.js"' in page
    assert "请用验收码" in page.split("<noscript>")[1].split("</noscript>")[0]
