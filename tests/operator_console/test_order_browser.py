"""An order is taken in a real browser by the keyboard alone, in the time that an operator has."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import utc_now
from models.calls import Call
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.residents import Resident
from models.services import Service
from models.settings import Settings
from tests.operator_console.chromium import is_legible, running_browser
from tests.operator_console.program import first_line, running_console

pytestmark = pytest.mark.e2e

# The keystroke-level model (Card, Moran, Newell 1980): a key of an average typist who is no secretary, and making up one's mind.
KEY_S, MIND_S = 0.28, 1.35
# What the pages take of it is told, and measured by benchmarks on a machine that does nothing else.
LIMIT_S, OF_THE_PAGES_S = 20, 5
# What a person types by pinyin for the words: letters and a space to choose them.
BY_PINYIN = {"后天下午三点以后": "houtianxiawusandianyihou "}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def meals(facts: Session) -> Service:
    question = {"kind": "count", "about": "份", "zh": "请问要几份？", "en": "How many meals?"}
    about = {"spoken": ["盒饭"], "skill": "meals", "price_yuan": 15, "unit": "份", "lead_time_min": 60, "subsidy_percent": 20}
    meals = Service(key="meal", name="送餐", name_en="Meals to the door", question=question, **about)
    facts.add(meals)
    facts.commit()
    return meals


@pytest.fixture
def page(browser: Browser, settings: Settings, database_url: str) -> Iterator[Page]:
    """A page in which any error of a script, and anything the policy forbids, fails the test."""
    with running_console(settings, database_url) as console:
        assert "console at" in first_line(console)
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, base_url=f"http://127.0.0.1:{settings.console_port}"
        )
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto("/sign-in")
        page.keyboard.type("demo")
        page.keyboard.press("Tab")
        page.keyboard.type("linli")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        yield page
        context.close()
        assert faults == []


class Hands:
    """What an operator does at the keyboard, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.thoughts = 0
        self.began = time.monotonic()

    def think_and_type(self, words: str) -> None:
        self.thoughts += 1
        self.keys += len(BY_PINYIN.get(words, words))
        self.page.keyboard.type(words)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    @property
    def takes_s(self) -> float:
        """What it takes a person."""
        return self.keys * KEY_S + self.thoughts * MIND_S


def test_an_order_is_taken_by_keyboard_in_time(
    page: Page, resident: Resident, provider: Provider, meals: Service, facts: Session
) -> None:
    provider.skills = ["meals"]
    facts.commit()
    page.goto(f"/residents/{resident.id}")
    page.goto(f"/orders/new?resident={resident.id}")
    box = page.get_by_role("combobox", name=re.compile("服务"))
    expect(box).to_be_focused()
    hands = Hands(page)
    hands.think_and_type("sc")
    expect(page.get_by_role("option")).to_have_text(["送餐 Meals to the door"])
    hands.press("Enter")
    expect(page.get_by_label("请问要几份")).to_be_focused()
    hands.think_and_type("2")
    hands.press("Enter")
    hands.think_and_type("后天下午三点以后")
    expect(page.locator(".reading")).to_contain_text("15:00")
    expect(page.get_by_text("居民付 24 元")).to_be_visible()
    expect(page.locator(".candidates")).to_contain_text("顺达水电维修")
    hands.press("Enter")
    expect(page.locator("#order-note")).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_role("heading", name="已下单")).to_be_visible()
    print(f"an order: {hands.takes_s:.1f} s of a person, {time.monotonic() - hands.began:.1f} s of the pages")
    assert hands.takes_s < LIMIT_S - OF_THE_PAGES_S
    order = facts.scalars(select(Order)).one()
    assert (order.details, order.status) == ({"份": 2}, OrderStatus.PLACED)
    facts.rollback()

    expect(page.get_by_role("link", name="再下一单")).to_be_focused()
    page.keyboard.press("Enter")  # another at once
    expect(box).to_be_focused()
    page.keyboard.type("dinggehe")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("盒饭")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.keyboard.type("昨天")
    expect(page.locator(".outlook .fault")).to_contain_text("已经过了")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#order-when")).to_be_focused()  # where it was refused
    assert facts.scalar(select(func.count()).select_from(Order)) == 1


def test_what_the_call_has_collected_is_ordered_with_two_keys(
    page: Page, call: Call, service: Service, provider: Provider, facts: Session
) -> None:
    start = (utc_now() + timedelta(days=2)).replace(hour=2, minute=0, second=0, microsecond=0)  # ten in the morning there
    when = [start.isoformat(), (start + timedelta(hours=1)).isoformat()]
    call.collected = {"service": service.key, "when": when, "words": "水管漏了"}
    facts.commit()
    page.goto(f"/desk/{call.channel_id}")
    expect(page.get_by_role("combobox", name=re.compile("服务"))).to_be_visible()  # once its script is at work
    page.keyboard.press("o")
    expect(page.locator("#order-form button.main")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已下单")).to_be_visible()
    assert facts.scalars(select(Order.call_id)).one() == call.id
    assert f"/desk/{call.channel_id}" in page.url  # the desk stays


@pytest.mark.parametrize("width", [1440, 390])
def test_the_form_is_legible_and_fits(page: Page, order: Order, provider: Provider, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/orders/new?resident={order.resident_id}&like={order.id}")
    expect(page.locator(".candidates")).to_be_visible()
    assert is_legible(page, width)
