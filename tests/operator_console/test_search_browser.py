"""The search box in a real browser, by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.residents import Resident
from models.settings import Settings
from tests.operator_console.chromium import is_legible, running_browser
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
def page(browser: Browser, settings: Settings, database_url: str, resident: Resident) -> Iterator[Page]:
    with running_console(settings, database_url) as console:
        first_line(console)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://127.0.0.1:{settings.console_port}/sign-in")
        page.fill("input[name=login]", "demo")
        page.fill("input[name=password]", "linli")
        page.keyboard.press("Enter")
        expect(page.locator("#find")).to_be_visible()
        yield page
        page.close()


def test_the_box_is_reached_by_a_key_lives_while_one_types_and_leads_to_the_file(page: Page, resident: Resident) -> None:
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("wxy")
    found = page.locator("#find-found")
    expect(found.get_by_role("link")).to_have_text("王秀英 王奶奶")
    assert is_legible(page, 1440)
    box = found.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    page.keyboard.type("z")
    expect(found.get_by_text("没有找到。")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("0001")
    expect(found.get_by_role("link")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(found.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/residents/{resident.id}" in url)
    page.goto(
        f"{page.url.partition('/residents')[0]}/alarms/"
    )  # a file asks for a reason first, and what one types would be that
    page.keyboard.press("/")
    page.keyboard.type("3栋502")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/search?q=" in url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("查找")
    expect(page.locator(".found-all").get_by_role("link", name="王秀英")).to_be_visible()
