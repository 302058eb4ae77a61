"""The console in a real browser, by keyboard, with an order that lives while one watches."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from dispatch.alarms import answer_alarm, raise_alarm
from models.alarms import AlarmSource
from models.base import utc_now
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider
from models.residents import Resident
from models.settings import Settings
from tests.operator_console.chromium import is_legible, running_browser
from tests.operator_console.conftest import NOW
from tests.operator_console.program import first_line, running_console

pytestmark = pytest.mark.e2e


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def address(settings: Settings, database_url: str) -> Iterator[str]:
    """The console, served in earnest."""
    with running_console(settings, database_url) as console:
        assert "console at" in first_line(console)
        yield f"http://127.0.0.1:{settings.console_port}"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page in which any error of a script, and anything the policy forbids, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto(f"{address}/sign-in")
    page.keyboard.type("demo")
    page.keyboard.press("Tab")
    page.keyboard.type("linli")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/desk")
    page.goto(address)
    expect(page.get_by_role("heading", name="正在通话")).to_be_visible()
    yield page
    context.close()
    assert faults == []


def offer(order: Order, provider: Provider, facts: Session) -> None:
    """What dispatch does a moment after an order was placed."""
    order.move(OrderStatus.OFFERED, NOW, "dispatch", provider=provider.name)
    facts.add(Offer(order_id=order.id, provider=provider, made_at=NOW, expires_at=NOW.replace(year=2027), reasons={}))
    words = {"body": "【邻里】新订单4821", "order_id": order.id}
    facts.add(Message(direction=Direction.OUT, number=provider.number, status=MessageStatus.SENT, **words))
    facts.commit()


def test_an_order_appears_is_opened_and_is_answered_by_keyboard(
    page: Page, address: str, request: pytest.FixtureRequest, facts: Session
) -> None:
    expect(page.get_by_text("没有这样的订单。")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    order, provider = request.getfixturevalue("order"), request.getfixturevalue("provider")

    code = page.get_by_role("link", name="4821")
    expect(code).to_be_visible()
    code.focus()
    offer(order, provider, facts)
    expect(page.locator("table").get_by_text("等待接单")).to_be_visible()
    expect(code).to_be_focused()
    assert page.evaluate("window.neverReloaded")

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("水电维修")
    expect(page.locator(".bubble")).to_have_text("【邻里】新订单4821")

    phones = page.context.new_page()
    phones.goto(f"{address}/demo/phones/")
    phones.get_by_label("短信 Message", exact=False).last.focus()
    for answer, reply in [("什么单子", "没有看懂"), ("1 4821", "已接单")]:
        phones.keyboard.type(answer)
        phones.keyboard.press("Enter")
        expect(phones.locator(".out .bubble").last).to_have_text(answer)
        expect(phones.locator(".in .bubble").last).to_contain_text(reply)
        expect(phones.locator("input[name=body]:not([type=hidden])")).to_have_value("")

    expect(page.locator("[data-part=head]").get_by_text("已接单")).to_be_visible()
    expect(page.locator("[data-part=history]")).to_contain_text("顺达水电维修")


def test_what_one_is_writing_is_left_alone_while_the_page_lives(page: Page, address: str, order: Order, facts: Session) -> None:
    page.goto(f"{address}/orders/{order.id}")
    page.locator("main summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("居民说")
    order.move(OrderStatus.UNFILLED, NOW, "dispatch")
    facts.commit()
    expect(page.locator("[data-part=head]").get_by_text("没人接单")).to_be_visible()
    page.keyboard.type("修好了")
    expect(page.locator("#reason")).to_have_value("居民说修好了")
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("status")).to_contain_text("订单已取消")


def test_an_alarm_is_seen_everywhere_and_brought_to_its_end_by_keyboard_alone(
    page: Page, address: str, resident: Resident, facts: Session
) -> None:
    page.goto(f"{address}/voice-mails/")
    raise_alarm(facts, "1790000000.9", AlarmSource.KEY, utc_now(), resident_id=resident.id)
    urgent = page.get_by_role("alert").get_by_role("link")
    expect(urgent).to_contain_text("桂花苑3幢2单元502室")
    expect(page).to_have_title(re.compile("求助 SOS 1"))
    urgent.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("王奶奶")

    answer_alarm(facts, "1790000000.9", "desk-1", utc_now())
    page.locator("#ask-120").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#call-120")).to_be_focused()  # one more key confirms it
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("status")).to_contain_text("电话交换机没有回应")
    for step, said in [("help_on_the_way", "有人赶去"), ("help_arrived", "人已到")]:
        page.locator(f"#step-{step}").focus()
        page.keyboard.press("Enter")
        expect(page.locator("main").get_by_role("status")).to_contain_text(said)
    page.locator("#close-summary").focus()
    for key in ("Enter", "Tab", "ArrowDown", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("main").get_by_role("status")).to_contain_text("已结案：上门帮助了")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert is_legible(page, width)


def test_a_masked_number_is_shown_where_it_stands_by_keyboard(page: Page, address: str, resident: Resident) -> None:
    page.goto(f"{address}/residents/")
    page.get_by_role("button", name="显示").focus()
    page.keyboard.press("Enter")
    why = page.get_by_label("为什么要看")
    expect(why).to_be_focused()
    why.select_option("order")
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    whole = page.get_by_text("138 0000 0001")
    expect(whole).to_be_visible()
    expect(whole).to_be_focused()
    assert page.url == f"{address}/residents/"


def test_a_board_that_is_out_of_date_says_so(page: Page) -> None:
    page.context.clear_cookies()
    expect(page.get_by_role("alert").filter(has_text="已自动退出")).to_be_visible()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    page.reload()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
