"""Who gets in by a provider's link, and who does not: forged, used, expired and borrowed ones are turned away politely."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.links import GOOD_AFTER_THE_VISIT, LINKS_AT_MOST
from models.database import SessionMaker
from models.messages import Message
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.provider_links import ProviderLink
from models.providers import Provider
from models.settings import Settings
from operator_console.app import create_app
from tests.operator_console.conftest import HandClock
from tests.operator_console.forms import form_token, send
from tests.operator_console.provider import ProvidersBrowser, stands
from tests.operator_console.provider_pages.offers import another_offer

ACTIONS = ("accept", "refuse", "on-the-way", "arrived", "completed", "call", "photo", "signature")


def test_looking_at_a_link_any_number_of_times_does_not_use_it_up(stranger: FlaskClient, link: str, order: Order) -> None:
    for _ in range(3):
        assert stranger.head(link).status_code == 200
        page = stranger.get(link, headers={"User-Agent": "WhatsApp/2.0 preview", "Sec-Purpose": "prefetch"}).text
    assert "打开订单" in page
    for told in ("水电", "王奶奶", "桂花苑3幢", order.code, "7788"):
        assert told not in page
    assert send(stranger, link, link).status_code == 303


def test_the_first_who_opens_it_gets_a_cookie_for_this_offer_and_an_address_that_is_no_secret(
    stranger: FlaskClient, link: str, offer: Offer, sessions: SessionMaker
) -> None:
    answer = send(stranger, link, link)
    assert answer.location == f"/p/o/{offer.id}"
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "_offer_" in line)
    for wanted in ("HttpOnly", "SameSite=Lax", "Path=/p/", "Expires="):
        assert wanted in cookie
    secret = cookie.split("=", 1)[1].split(";")[0]
    assert len(secret) == 43
    with sessions() as session:
        kept = session.scalars(select(ProviderLink)).one()
        assert secret not in str(vars(kept))
        assert kept.opened_at is not None
    assert stranger.get(link).location == f"/p/o/{offer.id}"  # who taps the SMS again is where they were


def test_on_https_the_cookie_travels_on_https_alone(
    settings: Settings, sessions: SessionMaker, clock: HandClock, link: str
) -> None:
    public = settings.model_copy(update={"public_url": "https://linli.example"})
    stranger = create_app(public, sessions, clock).test_client()
    token = form_token(stranger, link)
    stranger.set_cookie(f"linli_{settings.console_port}", stranger.get(link).headers.get("Set-Cookie", "").split(";")[0][12:])
    page = stranger.get(link, base_url="https://localhost")
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[0]
    answer = stranger.post(
        link, data={"csrf_token": token}, base_url="https://localhost", headers={"Referer": "https://localhost/"}
    )
    assert "Secure" in next(line for line in answer.headers.getlist("Set-Cookie") if "_offer_" in line)


def test_a_used_link_opens_nothing_for_anybody_else(app: Flask, stranger: FlaskClient, link: str, offer: Offer) -> None:
    send(stranger, link, link)
    other = app.test_client()
    page = other.get(link)
    assert page.status_code == 410
    assert "已经用过了" in page.text
    assert send(other, link, link).location == link
    assert other.get(f"/p/o/{offer.id}").status_code == 403


def test_an_expired_link_opens_nothing_and_a_cookie_expires_with_it(
    app: Flask, browser: ProvidersBrowser, link: str, order: Order, clock: HandClock
) -> None:
    clock.now = order.ends_at + GOOD_AFTER_THE_VISIT
    late = app.test_client()
    assert "过期" in late.get(link).text
    assert send(late, link, link).location == link
    assert late.get("/p/o/1").status_code == 403
    assert browser.client.get(browser.page).status_code == 403


@pytest.mark.parametrize("forged", ["x" * 43, "o", "..%2f..%2fetc", "%00", "'%20OR%201=1", "一二三", "%ff%fe", "A" * 5000])
def test_a_forged_link_is_refused_politely(stranger: FlaskClient, forged: str) -> None:
    answer = stranger.get(f"/p/{forged}")
    assert answer.status_code == 404
    assert "邻里" in answer.text
    assert "/sign-in" not in answer.text


def test_a_new_link_goes_to_the_registered_telephone_and_not_for_ever(
    app: Flask, stranger: FlaskClient, link: str, provider: Provider, sessions: SessionMaker
) -> None:
    assert send(stranger, link, f"{link}/renew").status_code == 303  # not used yet: nothing is sent
    send(stranger, link, link)
    thief = app.test_client()
    for _ in range(LINKS_AT_MOST + 3):
        page = thief.get(send(thief, link, f"{link}/renew").location)
    assert "不能再发" in page.text
    with sessions() as session:
        sent = list(session.scalars(select(Message).order_by(Message.id)))
        assert len(session.scalars(select(ProviderLink)).all()) == LINKS_AT_MOST
    assert len(sent) == LINKS_AT_MOST - 1
    assert {message.number for message in sent} == {provider.number}
    found = re.search(r"/p/[\w-]{43}", sent[0].body)
    assert found
    assert found[0] not in page.text
    assert send(thief, found[0], found[0]).status_code == 303


def test_for_an_order_that_is_over_there_is_no_new_link(stranger: FlaskClient, link: str, facts: Session, offer: Offer) -> None:
    send(stranger, link, link)
    stranger.delete_cookie(f"linli_{stranger.application.extensions['linli'].settings.console_port}_offer_1", path="/p/")
    offer.status = OfferStatus.EXPIRED
    facts.commit()
    page = stranger.get(link).text
    assert "不需要您答复" in page
    assert "renew" not in page


def test_the_cookie_of_one_offer_opens_no_other(
    app: Flask, browser: ProvidersBrowser, facts: Session, settings: Settings, order: Order, sessions: SessionMaker
) -> None:
    other = another_offer(facts, order, settings)
    name = f"linli_{settings.console_port}_offer_"
    own = browser.client.get_cookie(f"{name}1", path="/p/")
    assert own is not None
    browser.client.set_cookie(f"{name}{other.id}", own.value, path="/p/")
    token = form_token(browser.client, browser.page)
    browser.client.set_cookie(f"{name}{10**30}", own.value, path="/p/")
    assert browser.client.get(f"/p/o/{other.id}").status_code == 403
    assert browser.client.get(f"/p/o/{10**30}").status_code == 404  # no row has such an id
    for action in ACTIONS:
        answer = browser.client.post(f"/p/o/{other.id}/{action}", data={"csrf_token": token, "reason": "busy"})
        assert answer.status_code == 403, action
        assert "请用短信里的链接打开订单" in answer.text
    assert stands(sessions, order).status is OrderStatus.OFFERED


@pytest.mark.parametrize("value", ["", "x", "x" * 43, "' OR 1=1 --", "\udcff"])
def test_a_forged_cookie_opens_nothing(stranger: FlaskClient, settings: Settings, offer: Offer, value: str) -> None:
    header = {"Cookie": f"linli_{settings.console_port}_offer_{offer.id}={value}".encode("utf-8", "replace").decode("latin-1")}
    assert stranger.get(f"/p/o/{offer.id}", headers=header).status_code == 403


def test_an_operator_is_no_provider_and_a_provider_no_operator(
    client: FlaskClient, browser: ProvidersBrowser, offer: Offer, order: Order
) -> None:
    assert client.get(f"/p/o/{offer.id}").status_code == 403
    assert browser.client.get("/").location == "/sign-in?next=/"
    assert browser.client.get(f"/orders/{order.id}").status_code == 303


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_the_token(browser: ProvidersBrowser, sessions: SessionMaker, order: Order, action: str) -> None:
    answer = browser.client.post(f"{browser.page}/{action}", data={"reason": "busy"})
    assert answer.status_code == 400
    assert "回到订单" in answer.text
    if action != "signature":
        assert browser.client.get(f"{browser.page}/{action}").status_code in {404, 405}
    assert stands(sessions, order).status is OrderStatus.OFFERED


def test_no_other_site_can_press_the_button_of_a_link(stranger: FlaskClient, link: str, sessions: SessionMaker) -> None:
    assert stranger.post(link).status_code == 400
    with sessions() as session:
        assert session.scalars(select(ProviderLink)).one().opened_at is None


def test_a_fault_of_ours_does_not_tell_the_link_to_the_log(
    app: Flask, stranger: FlaskClient, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(token: str) -> str:
        raise RuntimeError("the inside")

    app.view_functions["provider_door.show"] = fail
    answer = stranger.get(link)
    assert answer.status_code == 500
    assert "您也可以用短信答复" in answer.text
    assert link.rpartition("/")[2] not in caplog.text


def test_pages_bring_nothing_that_the_policy_forbids() -> None:
    templates = list((Path(create_app.__globals__["__file__"]).parent / "templates" / "provider").glob("*.html"))
    assert len(templates) > 8
    for template in templates:
        for forbidden in (" style=", " onclick=", "<style", "javascript:", "http://", "https://", "|safe", "autoescape"):
            assert forbidden not in template.read_text(), (template.name, forbidden)
