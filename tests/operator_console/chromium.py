"""A real browser, as tests drive it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

# What a page does takes milliseconds, and on a busy machine many times that.
expect.set_options(timeout=60_000)

CHROMIUM = Path("/usr/bin/chromium")
QUIETLY = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SMALLEST_PX = 16
SMALL_TEXT = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.innerText && parseFloat(getComputedStyle(one).fontSize) < %d).map((one) => one.outerHTML)"""


@contextmanager
def running_browser(*more: str) -> Iterator[Browser]:
    """Debian's Chromium, with no window; `more` are further arguments."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIETLY, *more])
        yield browser
        browser.close()


def is_legible(page: Page, width: int) -> bool:
    """Whether nothing is smaller than 16 px, and nothing leads out of the page on the right."""
    page.wait_for_load_state()  # its text can be read before its stylesheet is there
    fits: bool = page.evaluate("document.documentElement.scrollWidth") <= width
    return fits and page.evaluate(SMALL_TEXT % SMALLEST_PX) == []
