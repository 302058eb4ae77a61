"""The provider's page on a small telephone, in a real browser: from the link to the end without a script, signing with one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.orders import Offer, Order, OrderStatus
from models.provider_links import Proof, ProofKind
from models.providers import Provider
from models.settings import Settings
from tests.operator_console.chromium import is_legible, running_browser
from tests.operator_console.program import first_line, running_console
from tests.operator_console.provider import make_link, make_offer, stands

pytestmark = pytest.mark.e2e

WIDTH = 390


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def offer(facts: Session, order: Order, provider: Provider) -> Offer:
    """For a visit of tomorrow by the clock on the wall, which the served console goes by: a link is good for a day after it."""
    order.starts_at = datetime.now(UTC) + timedelta(hours=23)
    order.ends_at = order.starts_at + timedelta(hours=1)
    return make_offer(facts, order, provider)


@pytest.fixture
def link(settings: Settings, database_url: str, facts: Session, offer: Offer) -> Iterator[str]:
    """A fresh link of a console that is served in earnest."""
    with running_console(settings, database_url) as console:
        assert "console at" in first_line(console)
        yield f"http://127.0.0.1:{settings.console_port}{make_link(facts, settings, offer)}"


def telephone(browser: Browser, *, scripts: bool) -> Page:
    return browser.new_context(viewport={"width": WIDTH, "height": 780}, has_touch=True, java_script_enabled=scripts).new_page()


def test_without_a_script_an_order_is_brought_to_its_end(
    browser: Browser, link: str, order: Order, sessions: SessionMaker, tmp_path: Path
) -> None:
    page = telephone(browser, scripts=False)
    page.goto(link)
    for button, heading in [("打开订单", "新订单"), ("接单 Accept", "您接了这一单"), ("出发了", "您在路上"), ("到了", "您到了")]:
        page.get_by_role("button", name=button).tap()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert page.get_by_role("button").first.is_visible()
    photo = BytesIO()
    Image.new("RGB", (800, 600), "gold").save(photo, "JPEG")
    (tmp_path / "photo.jpg").write_bytes(photo.getvalue())
    page.locator("#photo").set_input_files(tmp_path / "photo.jpg")
    page.get_by_role("button", name="传上来").tap()
    expect(page.locator(".photos img")).to_be_visible()
    for code, told in [("1234", "验收码不对"), ("7788", "完成了")]:
        page.locator("#code").fill(code)
        page.get_by_role("button", name="完成 Done").tap()
        expect(page.locator("main")).to_contain_text(told)
    assert stands(sessions, order).status is OrderStatus.COMPLETED
    page.goto(link)  # the SMS is tapped again
    expect(page.get_by_role("heading", level=1)).to_contain_text("完成了")

    other = telephone(browser, scripts=False)
    other.goto(link)
    expect(other.get_by_role("heading", level=1)).to_contain_text("已经用过了")


def test_every_step_is_legible_and_the_resident_signs_with_a_finger(
    browser: Browser, link: str, order: Order, sessions: SessionMaker
) -> None:
    page = telephone(browser, scripts=True)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(link)
    assert is_legible(page, WIDTH)
    for button, told in [
        ("打开订单", "新订单"),
        ("接单 Accept", "您接了这一单"),
        ("打电话给居民", "请等电话"),
        ("已经到了", "您到了"),
    ]:
        page.get_by_role("button", name=button).tap()
        expect(page.locator("main")).to_contain_text(told)
        assert is_legible(page, WIDTH)
    page.get_by_role("link", name="请居民签名").tap()
    done = page.get_by_role("button", name="签好了")
    expect(done).to_be_disabled()
    assert is_legible(page, WIDTH)
    pad = page.locator("#pad").bounding_box()
    assert pad is not None
    page.evaluate(
        """([left, top]) => {
            const pad = document.getElementById("pad");
            const touch = (kind, x, y) => pad.dispatchEvent(new TouchEvent(kind, {bubbles: true, cancelable: true, touches:
                kind === "touchend" ? [] : [new Touch({identifier: 1, target: pad, clientX: left + x, clientY: top + y})]}));
            touch("touchstart", 40, 40);
            for (let x = 40; x < 300; x += 10) touch("touchmove", x, 40 + x / 4);
            touch("touchend", 0, 0);
        }""",
        [pad["x"], pad["y"]],
    )
    done.tap()
    expect(page.get_by_text("居民已确认")).to_be_visible()
    page.get_by_role("button", name="完成 Done").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("完成了")
    assert is_legible(page, WIDTH)
    assert faults == []
    assert stands(sessions, order).status is OrderStatus.COMPLETED
    with sessions() as session:
        assert session.scalars(select(Proof.kind)).all() == [ProofKind.SIGNATURE]
