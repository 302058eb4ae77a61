"""Linli's parts are stopped under an operator's open page: it says what is down, goes on working, and recovers by itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.operator_page import asks_for_a_person, hear_each_other, telephone, telephone_is
from tests.e2e.town import Town, eventually
from tests.e2e.voices import RESIDENT_HZ

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

RESIDENT, CALLER = "13800000010", "13911114444"
OURS = ("ivr", "worker", "worker2", "alarms")


@contextmanager
def without(town: Town, page: Page, parts: Sequence[str], *told: str) -> Iterator[None]:
    """The time for which these parts are stopped; the page says so meanwhile, and no longer than that."""
    town.stack.stop_parts(parts)
    try:
        for name in told:
            expect(page.locator(f"#down-{name}")).to_be_visible()
        expect(page.locator(".parts-down p")).to_have_count(len(told))
        yield
    finally:
        for name in parts:
            town.stack.begin_part(name)
        for name in parts:
            town.stack.wait_until_ready(name)
    expect(page.locator(".parts-down p")).to_have_count(0)


def place_an_order(town: Town, page: Page) -> str:
    """By hand, for somebody who has not called; its status."""
    [resident] = [one for one in town.linli("residents") if RESIDENT in one["numbers"]]
    page.goto(f"/orders/new?resident={resident['id']}")
    expect(page.locator("#order-service-box")).to_be_focused()
    page.keyboard.type("水电维修")
    page.keyboard.press("Enter")
    expect(page.locator("#order-when")).to_be_focused()
    page.keyboard.type("明天上午十点")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已下单")).to_be_visible()
    [order] = town.orders_of(RESIDENT)
    return str(order["status"])


def test_without_the_queue_an_order_by_hand_is_kept_and_is_offered_when_it_is_back(town: Town, page: Page) -> None:
    with without(town, page, ["redis"], "redis"):
        assert place_an_order(town, page) == "placed"
        expect(page.locator("#down-redis")).to_contain_text("订单照常下")
        telephone_is(page, "there", "idle")
    [order] = eventually(lambda: [one for one in town.orders_of(RESIDENT) if one["status"] == "offered"])
    assert len(order["offers"]) == 1


def test_without_conversations_dispatch_and_the_alarms_record_calls_ring_the_page_and_are_answered(
    town: Town, page: Page
) -> None:
    with without(town, page, OURS, "ivr", "workers", "alarms"), telephone(town, CALLER) as phone:
        call = phone.dial(town.settings.hotline_number)
        telephone_is(page, "ringing")
        page.wait_for_url("**/desk/*")
        expect(page.locator("h1")).to_contain_text("139 1111 4444")
        page.keyboard.press("a")
        telephone_is(page, "talking")
        hear_each_other(page, call, RESIDENT_HZ)
        expect(page.locator("#down-ivr")).to_contain_text("照常接")
        page.keyboard.press("e")
        call.wait_ended(30)
        telephone_is(page, "idle")


def test_without_the_exchange_the_page_works_and_its_telephone_comes_back_by_itself(town: Town, page: Page) -> None:
    with without(town, page, ["asterisk"], "asterisk"):
        telephone_is(page, "lost")
        page.goto("/calls/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("来电")
        expect(page.locator("#down-asterisk")).to_contain_text("备用电话")
    telephone_is(page, "there", "ready")
    with telephone(town, CALLER) as phone:
        asks_for_a_person(phone, town)
        telephone_is(page, "ringing")
