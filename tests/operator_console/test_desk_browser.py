"""The desk in a real browser: on one screen without scrolling, by keyboard, and alive without moving what one writes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from dispatch.alarms import answer_alarm, raise_alarm
from models.alarms import AlarmSource
from models.base import utc_now
from models.calls import Call, CallStatus, Turn
from models.orders import Order, OrderStatus
from models.residents import Contact, ContactRole, Hearing, Resident
from models.settings import Settings
from tests.e2e.town import eventually
from tests.operator_console.chromium import is_legible, running_browser
from tests.operator_console.program import first_line, running_console

pytestmark = pytest.mark.e2e

CHANNEL, SOS = "1790000000.1", "1790000000.7"
# What must be seen before the first word, at the usual size of an operator's screen.
MUST_BE_SEEN = (
    "h1",
    ".pop-who .address",
    ".brief",
    ".desk-acts .act:nth-last-child(1) button",
    ".acts-services li:last-child",
    "[data-part=why] h2",
    ".said .thread",
    "[data-part=past]",
)
UNSEEN = """names => names.filter((name) => {
    const box = document.querySelector(name)?.getBoundingClientRect();
    return !box || !box.height || box.top < 0 || box.top > innerHeight - 40 || box.right > innerWidth;
})"""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, settings: Settings, database_url: str) -> Iterator[Page]:
    """A page in which any error of a script, and anything the policy forbids, fails the test."""
    with running_console(settings, database_url) as console:
        assert "console at" in first_line(console)
        where = f"http://127.0.0.1:{settings.console_port}"
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=where)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto("/sign-in?next=/desk")
        for key in ("demo", "Tab", "linli", "Enter"):
            page.keyboard.press(key) if key in ("Tab", "Enter") else page.keyboard.type(key)
        expect(page.get_by_role("heading", name="工作台")).to_be_visible()
        yield page
        context.close()
        assert faults == []


@pytest.fixture
def known(facts: Session, resident: Resident) -> Resident:
    """A resident of whom much is known."""
    resident.entrance, resident.hearing, resident.speaks = "单元门密码 2580#，钥匙在 501 邻居家", Hearing.HARD, "四川话"
    resident.risks, resident.medicines = ["跌倒", "高血压", "独居"], "硝苯地平每天早晚各一片"
    for place, (role, name) in enumerate([(ContactRole.KEYHOLDER, "张桂芳"), (ContactRole.FAMILY, "王小明")], start=1):
        number = f"1390000000{place}"
        resident.contacts.append(Contact(role=role, name=name, relation="邻居", number=number, call_order=place))
    facts.commit()
    return resident


def test_all_that_is_needed_stands_on_one_screen_and_lives_while_one_writes(
    page: Page, known: Resident, call: Call, order: Order, facts: Session
) -> None:
    call.status, call.outcome, call.handed_over_at = CallStatus.WAITING, "operator:not_understood", utc_now()
    call.collected = {"service": "plumbing", "words": "水管又漏了"}
    call.turns = [Turn(speaker="caller", words=f"水管漏水了，第{n}次", at=utc_now()) for n in range(12)]
    facts.commit()
    waiting = page.locator(".task-what").first
    expect(waiting).to_contain_text("王奶奶")  # it came without a reload
    expect(page.locator(".task .limit").first).to_contain_text("时限")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("王奶奶")
    assert page.evaluate(UNSEEN, [*MUST_BE_SEEN, "#order-form .order-ways button"]) == []
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [900, 1440]

    page.keyboard.press("b")
    expect(page.locator("#call-note")).to_be_focused()
    page.keyboard.type("要上回")
    call.status, call.operator_at = CallStatus.OPERATOR, utc_now()
    call.turns.append(Turn(speaker="system", words="我请话务员跟您说", at=utc_now()))
    facts.commit()
    expect(page.locator(".said")).to_contain_text("我请话务员跟您说")
    expect(page.locator(".state")).to_contain_text("话务员接听中")
    page.keyboard.type("那个师傅")
    expect(page.locator("#call-note")).to_have_value("要上回那个师傅")
    page.keyboard.press("Tab")

    def is_kept() -> bool:
        facts.rollback()  # to see what the console has written since
        facts.refresh(call)
        return call.note == "要上回那个师傅"

    eventually(is_kept)  # what was kept first while it was written may be answered last
    page.set_viewport_size({"width": 390, "height": 844})
    assert is_legible(page, 390)


def test_an_sos_takes_the_whole_screen_and_is_brought_to_its_end_by_keys(
    page: Page, known: Resident, order: Order, call: Call, facts: Session
) -> None:
    call.status, call.ended_at = CallStatus.ENDED, utc_now()
    order.move(OrderStatus.UNFILLED, utc_now(), "dispatch")
    facts.commit()
    page.goto(f"/desk/{SOS}?number=13800000001&alarm=1")
    expect(page.locator(".sos-head")).to_contain_text("王奶奶")
    red = page.evaluate("getComputedStyle(document.body).backgroundColor")
    raise_alarm(facts, SOS, AlarmSource.KEY, utc_now() - timedelta(seconds=3), resident_id=known.id, number="13800000001")
    expect(page.locator("[data-part=sos] .clock")).to_be_visible()  # the record has caught up
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == red == "rgb(168, 32, 26)"
    expect(page.locator(".top")).to_be_hidden()
    answer_alarm(facts, SOS, "operator-1", utc_now())
    expect(page.locator("#ask-120")).to_be_visible()
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [900, 1440]
    page.keyboard.press("7")
    expect(page.locator("#call-120")).to_be_focused()  # one more key confirms it
    page.keyboard.press("Enter")
    expect(page.locator("main > .note[role=status]").last).to_contain_text("电话交换机没有回应")
    expect(page.locator(".sos-head")).to_be_visible()
    page.locator("main > .note").evaluate("note => note.remove()")  # what comes now is told anew
    page.keyboard.press("1")  # the keyholder
    expect(page.locator("main > .note[role=status]").last).to_contain_text("电话交换机没有回应")
    for key, said in (("g", "有人赶去"), ("d", "人已到")):
        page.keyboard.press(key)
        expect(page.locator("main > .note[role=status]").last).to_contain_text(said)
    page.keyboard.press("c")
    expect(page.locator("#outcome")).to_be_focused()
    for key in ("ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("main > .note[role=status]").last).to_contain_text("已结案")
    page.set_viewport_size({"width": 390, "height": 844})
    assert is_legible(page, 390)
    page.keyboard.press("d")
    expect(page.locator("[data-row]")).to_have_count(2)  # an order to assign, and the follow-up after the alarm
    assert is_legible(page, 390)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-row]").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("水电维修")
