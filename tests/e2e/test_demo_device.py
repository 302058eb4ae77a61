"""The demo's one-key phone: somebody who has just started Linli presses its keys in the browser, and real calls come in."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.town import Town, eventually
from tests.operator_console.chromium import CHROMIUM, QUIETLY

pytestmark = pytest.mark.e2e

WITH_A_MICROPHONE = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture
def page(town: Town) -> Iterator[Page]:
    address = f"http://127.0.0.1:{town.settings.console_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIETLY, *WITH_A_MICROPHONE])
        page = browser.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("input[name=login]", "demo")
        page.fill("input[name=password]", "linli")
        page.click("button.main")
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto(f"{address}/demo/one-key-phone/")
        yield page
        page.close(run_before_unload=True)  # or the operator's telephone would be missed for a while before another page has it
        browser.close()


def calls_of(town: Town, device_id: int) -> list[Any]:
    return [call for call in town.linli("calls", "--limit", "500") if call["device_id"] == device_id]


def test_its_green_key_calls_the_centre_and_its_red_key_calls_for_help(town: Town, page: Page) -> None:
    device_id = int(page.evaluate("fetch('account').then((answer) => answer.json())")["user"].split("-")[1])
    before = len(calls_of(town, device_id))
    display = page.locator("[data-display]")
    expect(display).to_have_text("可以打电话了 Ready")

    page.click("[data-dial=service]")
    expect(display).to_have_text("通话中 Talking")
    eventually(lambda: len(calls_of(town, device_id)) == before + 1)
    eventually(
        lambda: calls_of(town, device_id)[0]["turns"]
    )  # a key pressed before the conversation has begun is heard by nobody
    page.click("[data-key='0']")
    eventually(lambda: calls_of(town, device_id)[0]["status"] == "waiting")
    page.click("[data-hang-up]")
    expect(display).to_have_text("可以打电话了 Ready")
    eventually(lambda: calls_of(town, device_id)[0]["status"] == "abandoned")

    page.click("[data-dial=sos]")
    alarm = eventually(lambda: next((one for one in town.linli("alarms") if one["device_id"] == device_id), None))
    assert alarm["source"] == "key"
    page.click("[data-hang-up]")
    expect(display).to_have_text("可以打电话了 Ready")
