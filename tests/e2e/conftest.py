"""One town for all end-to-end tests; each test lives in a house of its own, a resident's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.operator_page import operator_page, speaking_browser, telephone_is
from tests.e2e.town import Town
from tests.own_stack import own_stack


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Start everything once; no operator is there until a test puts one at a desk."""
    chosen = {
        "operator_seats": 2,
        "sweep_every_s": 2,
        "device_heartbeat_s": 4,
        "sos_operators_s": 4,
        "care_hours": "0:00-23:59",
        "care_retry_s": 1,
        "quiet_hours": "",
        "offer_timeout_s": 3600,  # no provider is telephoned because of an order that a test has left
        "follow_up_after_s": 0,
        "provider_number": "96346",
        "call_lease_s": 10,  # room for the other programs of a busy machine; the default is longer
    }
    with own_stack(print, **chosen) as stack:
        yield Town(stack.settings, stack, tmp_path_factory.mktemp("callers"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with an operator's voice in its microphone; none outlives its file, for Playwright runs once in a process."""
    with speaking_browser(tmp_path_factory.mktemp("operator")) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, town: Town) -> Iterator[Page]:
    """The page of the operator at the first desk, ready for calls."""
    with operator_page(browser, town.settings.console_port) as page:
        expect(page.locator("#phone:is([data-states~=there], [data-states~=elsewhere])")).to_be_attached()
        if page.locator("#phone[data-states~=elsewhere]").count():  # another file's page was closed without a goodbye
            page.click("[data-phone=take]")
        telephone_is(page, "there", "idle")
        page.keyboard.press("r")  # whoever is still wrapping up another test's call
        telephone_is(page, "ready")
        yield page
