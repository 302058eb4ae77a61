"""The telephone in a real browser's page, with the exchange and the console alone: breaks, and two pages of one seat."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from linli.softphone import Identity, Softphone
from models.secrets import own_secret
from tests.agi_scripts.asterisk.breakable import Breakable, breakable
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.e2e.operator_page import operator_page, speaking_browser, telephone_is
from tests.e2e.voices import OPERATOR_HZ, is_heard
from tests.operator_console.program import first_line, running_console

pytestmark = pytest.mark.e2e


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with speaking_browser(tmp_path) as browser:
        yield browser


@pytest.fixture
def network(asterisk: RunningAsterisk, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Breakable]:
    """The way from the page to the exchange; the console is up."""
    with breakable(asterisk.settings.asterisk_http_port) as network:
        monkeypatch.setenv("LINLI_PHONE_URL", f"ws://127.0.0.1:{network.port}/ws")
        with running_console(asterisk.settings, sqlite_url) as console:
            assert "console at" in first_line(console)
            yield network


@pytest.fixture
def page(browser: Browser, asterisk: RunningAsterisk, network: Breakable) -> Iterator[Page]:
    with operator_page(browser, asterisk.settings.console_port) as page:
        yield page


def test_a_call_outlives_a_break_and_one_page_at_a_time_has_the_telephone(
    asterisk: RunningAsterisk, network: Breakable, browser: Browser, page: Page
) -> None:
    caller = Identity("13800000001", secret=own_secret(asterisk.settings, "carrier-demo"), username="carrier-demo")
    telephone_is(page, "ready", "there", "idle")
    with Softphone(f"127.0.0.1:{asterisk.settings.sip_port}", caller) as phone:
        call = phone.dial(asterisk.settings.hotline_number)
        telephone_is(page, "ringing")
        page.wait_for_url("**/desk/*")
        page.keyboard.press("a")
        telephone_is(page, "talking", "there")
        network.snap()
        telephone_is(page, "talking", "lost")
        network.mend()
        telephone_is(page, "talking", "there")
        before = len(call.heard)
        assert phone.wait_for(lambda: is_heard(call.heard[before:], OPERATOR_HZ), 30)
        call.hang_up()
        telephone_is(page, "idle", "there")  # the exchange has found the page where it is now
    with operator_page(browser, asterisk.settings.console_port) as other:
        telephone_is(other, "elsewhere", "page")
        other.get_by_role("button", name="在这里用电话").click()
        telephone_is(other, "there", "idle")
        telephone_is(page, "elsewhere", "page")
