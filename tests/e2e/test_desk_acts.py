"""What one does with a call from the page: a warm transfer to the family, and a supervisor who listens, with real voices."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from exchange.switchboard import Switchboard
from tests.agi_scripts.asterisk.joined import wait_until_free, wait_until_joined
from tests.desk_manager import desk_manager
from tests.e2e.operator_page import asks_for_a_person, comes_to, hears, page_hears, telephone, telephone_is
from tests.e2e.town import Town, eventually
from tests.e2e.voices import OPERATOR_HZ, OTHER_HZ, RESIDENT_HZ, is_heard, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

RESIDENT, HEARD = "13800000020", "13911113333"


def test_the_daughter_is_asked_first_and_then_talks_with_the_resident(town: Town, page: Page) -> None:
    with telephone(town, RESIDENT) as resident_phone, telephone(town, "carrier-demo") as outside:
        outside.register()
        resident = asks_for_a_person(resident_phone, town)
        channel = comes_to(page)
        page.keyboard.press("a")
        telephone_is(page, "talking")
        hears(resident, OPERATOR_HZ)

        expect(page.locator("[data-press=w]")).to_be_visible()
        page.keyboard.press("w")
        daughter = outside.wait_incoming(60)
        assert daughter.number == town.settings.hotline_number
        daughter.answer()
        daughter.press("1")
        expect(page.locator("#aside-complete")).to_be_visible()
        page_hears(page, daughter, OTHER_HZ)
        hears(daughter, OPERATOR_HZ)
        page.keyboard.press("c")
        telephone_is(page, "wrap_up", "idle", within_s=20)  # while the others talk; one who may come back would have 30 s
        hears(resident, OTHER_HZ, daughter)
        hears(daughter, RESIDENT_HZ, resident)
        daughter.hang_up()
        resident.wait_ended(30)
        expect(page.locator(".acts-done")).to_contain_text("转接好了")
        assert recorded(town.settings.recordings_dir / f"{channel}.wav", OPERATOR_HZ, OTHER_HZ, RESIDENT_HZ)
        page.keyboard.press("r")  # the next test finds them ready
        telephone_is(page, "ready", "idle")


@pytest.fixture
def switchboard(town: Town) -> Iterator[Switchboard]:
    """The console's own way to the exchange, which alone tells when that is ready for what an operator does."""
    with desk_manager(town.settings) as manager:
        yield Switchboard(manager)


def leave(page: Page, switchboard: Switchboard) -> None:
    """Hang up, and go back from the call's page to the board."""
    page.keyboard.press("e")
    telephone_is(page, "idle")
    wait_until_free(switchboard, 1)
    page.locator("nav").get_by_role("link", name="今日").click()


def test_a_supervisor_listens_whispers_and_joins_from_the_board_and_all_of_it_is_on_record(
    town: Town, page: Page, switchboard: Switchboard
) -> None:
    page.keyboard.press("p")
    page.keyboard.press("1")  # the call is for the other desk
    telephone_is(page, "pause")
    with telephone(town, HEARD) as resident_phone, telephone(town, "desk-2", "desk-2") as desk:
        desk.register()
        resident = asks_for_a_person(resident_phone, town)
        operator = desk.wait_incoming(60)
        operator.answer()
        call_id = town.calls_from(HEARD)[0]["channel_id"]
        wait_until_joined(switchboard, call_id)
        page.goto("/")
        telephone_is(page, "there", "idle")

        page.get_by_role("button", name="旁听 Listen").click()
        telephone_is(page, "talking")
        page_hears(page, resident, RESIDENT_HZ)
        page_hears(page, operator, OTHER_HZ)
        before = len(resident.heard), len(operator.heard)
        hears(resident, OTHER_HZ, operator)
        hears(operator, RESIDENT_HZ, resident)
        assert not is_heard(resident.heard[before[0] :], OPERATOR_HZ)  # the supervisor's microphone
        assert not is_heard(operator.heard[before[1] :], OPERATOR_HZ)
        leave(page, switchboard)

        before = len(resident.heard), len(operator.heard)
        page.get_by_role("button", name="耳语 Whisper").click()
        telephone_is(page, "talking")
        hears(operator, OPERATOR_HZ)
        hears(resident, OTHER_HZ, operator)
        assert not is_heard(resident.heard[before[0] :], OPERATOR_HZ)
        leave(page, switchboard)

        page.get_by_role("button", name="加入 Join").click()
        telephone_is(page, "talking")
        hears(resident, OPERATOR_HZ)
        hears(operator, OPERATOR_HZ)
        operator.hang_up()
        page.keyboard.press("e")
        resident.wait_ended(30)
        telephone_is(page, "idle")
    [call] = eventually(lambda: [one for one in town.calls_from(HEARD) if one["status"] == "ended"])
    page.goto(f"/recordings/{call['id']}")
    for act in ("旁听", "对话务员私语", "加入通话"):
        expect(page.locator("main")).to_contain_text(act)
    telephone_is(page, "there", "idle", "pause")  # a page that was just opened registers first
    page.keyboard.press("r")
    telephone_is(page, "ready", "idle")
