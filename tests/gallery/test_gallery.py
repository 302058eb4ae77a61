"""Every page: it opens, it is legible at any width, and a screen reader finds its way (axe-core), in every language."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.gallery.stage import gallery, signed_in_page
from tests.operator_console.chromium import SMALL_TEXT, SMALLEST_PX, is_legible, running_browser

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN_AXE = """async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html + " :: " + node.failureSummary)]);
}"""

TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 200))"""


@dataclass(frozen=True)
class Look:
    """What the pages of a language are looked at for; the widest first, as a page is opened in it."""

    axe: bool
    widths: tuple[int, ...]


# Both languages beside each other take the most room, and English words the longest unbroken. How a page is read out depends on
# its markup, which is the same in every language; what English pages say is looked at in test_english.py.
LOOKS = {"zh": Look(True, ()), "en": Look(False, (1440, 390)), "both": Look(False, (1440, 1280, 390))}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    with gallery(tmp_path_factory.mktemp("gallery")) as stage:
        yield stage


def choose(page: Page, address: str, language: str, *, large: bool = False) -> None:
    page.goto(f"{address}/preferences/")
    page.check(f"input[value={language}]")
    page.set_checked("input[name=large_type]", large)
    page.click("form[data-turbo=false] button.main")
    page.wait_for_load_state()


def axe(page: Page) -> list[Any]:
    """The serious and critical violations of the page that is open."""
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(RUN_AXE)
    return found


def test_axe_sees_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content('<main><p style="color: #ccc">pale</p><input></main>')
    assert {name for name, _ in axe(page)} >= {"color-contrast", "label"}
    page.close()


@pytest.mark.parametrize("language", LOOKS)
def test_every_page_opens_is_legible_fits_and_is_read_out_rightly(
    browser: Browser, stage: tuple[str, dict[str, str]], language: str
) -> None:
    address, pages = stage
    page = signed_in_page(browser, address)
    choose(page, address, language)
    faults: list[Any] = []
    page.on("pageerror", lambda error: faults.append(f"{page.url} {error}"))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    for endpoint, path in pages.items():
        answer = page.goto(address + path)
        assert answer is not None
        if answer.status != 200:
            faults.append((endpoint, answer.status))
            continue
        faults += [(endpoint, fault) for fault in _faults(page, LOOKS[language])]
        page.set_viewport_size({"width": 1440, "height": 900})
    page.close()
    assert faults == []


def test_large_type_fits_too(browser: Browser, stage: tuple[str, dict[str, str]]) -> None:
    address, pages = stage
    page = signed_in_page(browser, address)
    choose(page, address, "both", large=True)
    endpoints = ("desk.show", "board.show", "residents.show")  # the head is every page's
    found = {}
    for endpoint in endpoints:
        page.goto(address + pages[endpoint])
        found[endpoint] = _faults(page, LOOKS["both"])
    choose(page, address, "both", large=False)
    page.close()
    assert found == {endpoint: [] for endpoint in endpoints}


WALKED = ("desk_lists.index", "desk.show", "desk.sos", "residents.show", "orders.show")
NOTE_FOCUS = """() => {
    window.walked = [];
    document.addEventListener("focusin", ({target}) => {
        const box = target.getBoundingClientRect(), {outlineStyle, outlineWidth} = getComputedStyle(target);
        const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const seen = target.checkVisibility({opacityProperty: true, visibilityProperty: true}) && middle
            && [target, ...(target.labels ?? [])].some((one) => one.contains(middle) || middle.contains(one));
        const ring = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
        const said = target.innerText || target.getAttribute("aria-label") || target.name || target.tagName;
        const back = window.before?.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING;
        const again = Boolean(window.before?.isConnected && back);
        window.before = target;
        const [top, bottom] = [box.y + scrollY, box.bottom + scrollY];
        window.walked.push({said: said.slice(0, 30), x: box.x, top, bottom, seen: Boolean(seen), ring, again});
    });
}"""
KEYS_AT_ONCE, MOST_KEYS = 10, 120


def test_the_tab_key_goes_through_a_page_as_it_is_read_and_shows_where_it_is(
    browser: Browser, stage: tuple[str, dict[str, str]]
) -> None:
    address, pages = stage
    page = signed_in_page(browser, address)
    faults: dict[str, list[Any]] = {}
    for endpoint in WALKED:
        page.goto(address + pages[endpoint])
        page.evaluate("document.body.tabIndex = -1; document.body.focus()")  # before all else; the walk ends where it begins anew
        page.evaluate(NOTE_FOCUS)
        walked: list[dict[str, Any]] = []
        while not (around := [at for at, one in enumerate(walked) if one["again"]]) and len(walked) < MOST_KEYS:
            for _ in range(KEYS_AT_ONCE):
                page.keyboard.press("Tab")
            walked = page.evaluate("walked")
        walked = walked[: around[0]] if around else walked
        faults[endpoint] = [one["said"] for one in walked if not (one["seen"] and one["ring"])]
        faults[endpoint] += [
            (before["said"], one["said"])
            for before, one in pairwise(walked)
            if one["bottom"] <= before["top"] and one["x"] < before["x"] - 60  # up and to the left: back to what was read before
        ]
        assert 3 < len(walked) < MOST_KEYS, endpoint  # a telephone that is elsewhere has no keys of its own
    page.close()
    assert faults == {endpoint: [] for endpoint in WALKED}


def _faults(page: Page, look: Look) -> list[Any]:
    """What is wrong with the page that is open; one visit serves all widths."""
    found = axe(page) if look.axe else []
    for width in look.widths:
        page.set_viewport_size({"width": width, "height": 900})
        if not is_legible(page, width):
            found.append((width, page.evaluate(TOO_WIDE), page.evaluate(SMALL_TEXT % SMALLEST_PX)))
    return found
