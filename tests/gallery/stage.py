"""The console with the lively community behind it, and a browser in front of it that is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from models.database import session_maker
from models.migrating import migrate
from operator_console.app import create_app
from tests.conftest import settings_on_free_ports
from tests.gallery.community import fill
from tests.gallery.pages import addresses
from tests.operator_console.program import first_line, running_console


@contextmanager
def gallery(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The console's address, and the address of an example of each page."""
    settings = settings_on_free_ports(folder)
    url = f"sqlite:///{folder / 'linli.db'}"
    migrate(url)
    sessions = session_maker(url)
    with sessions() as session:
        examples = fill(session, settings)
    found = addresses(create_app(settings, sessions), examples)
    with running_console(settings, url) as console:
        first_line(console)
        yield f"http://127.0.0.1:{settings.console_port}", found


def new_page(browser: Browser, width: int = 1440, height: int = 900) -> Page:
    """A window of somebody who lives where the community does."""
    return browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai")


def signed_in_page(browser: Browser, address: str, width: int = 1440, height: int = 900) -> Page:
    """A window in which the demo's operator has signed in."""
    page = new_page(browser, width, height)
    page.goto(f"{address}/sign-in")
    page.fill("input[name=login]", "demo")
    page.fill("input[name=password]", "linli")
    page.click("button.main")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page
