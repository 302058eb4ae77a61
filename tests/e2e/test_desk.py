"""The operator's page: a real browser with a real telephone in it, and residents who call."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.operator_page import asks_for_a_person, comes_to, hear_each_other, hears, page_hears, telephone, telephone_is
from tests.e2e.town import Town, eventually
from tests.e2e.voices import OPERATOR_HZ, OTHER_HZ, RESIDENT_HZ, SURE, begins_at, heard_at, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

RESIDENT, NEXT = "13800000016", "13800000022"
AFTERWARDS_HZ = 1800  # the resident, when the page has come back
DEVICE = 2
RED = "rgb(168, 32, 26)"


def take_the_order(town: Town, page: Page, number: str) -> None:
    """What the resident has said stands in the form; the operator asks when, and places it without the mouse."""
    expect(page.locator("#order-service-box")).to_have_value("水电维修")
    page.keyboard.press("o")
    expect(page.locator("#order-when")).to_be_focused()
    page.keyboard.type("明天上午十点")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已下单")).to_be_visible()
    [call] = town.calls_from(number)
    [order] = eventually(lambda: [one for one in town.orders_placed_in(call["id"]) if one["offers"]])
    assert "漏水" in order["words"]
    assert [one for one in town.linli("messages") if one["offer_id"] == order["offers"][0]["id"]]


def test_calls_reach_the_page_survive_its_reload_and_come_one_after_the_other(town: Town, page: Page) -> None:
    with telephone(town, RESIDENT) as first, telephone(town, NEXT) as second:
        resident = asks_for_a_person(first, town, "我家水管漏水了，找人来修一下")
        recording = town.settings.recordings_dir / f"{comes_to(page)}.wav"
        page.keyboard.press("a")
        telephone_is(page, "talking")
        hear_each_other(page, resident, RESIDENT_HZ)
        take_the_order(town, page, RESIDENT)

        page.keyboard.press("h")
        telephone_is(page, "held")
        page.keyboard.press("h")  # before the exchange has answered the first
        telephone_is(page, "talking")
        page.reload()
        telephone_is(page, "talking")
        hear_each_other(page, resident, AFTERWARDS_HZ)

        waits = asks_for_a_person(second, town)
        eventually(lambda: [call for call in town.calls_from(NEXT) if call["status"] == "waiting"])
        page.keyboard.press("e")
        resident.wait_ended(30)
        telephone_is(page, "wrap_up", "idle")
        sound = recorded(recording, RESIDENT_HZ, AFTERWARDS_HZ, OPERATOR_HZ)
        came_back_s = begins_at(sound, AFTERWARDS_HZ)
        # Before they came back they may have said a second of it: RESIDENT_HZ tells that the recording has begun by then.
        assert len([at for at in heard_at(sound, OPERATOR_HZ) if at > came_back_s]) >= SURE

        page.locator("#phone input").fill("女儿周末来")
        page.keyboard.press("Enter")
        telephone_is(page, "ringing")
        page.locator("#main").focus()
        page.keyboard.press("a")
        telephone_is(page, "talking")
        hear_each_other(page, waits, RESIDENT_HZ)
        waits.hang_up()
        telephone_is(page, "wrap_up", "idle")
        page.keyboard.press("r")
        telephone_is(page, "ready", "idle")
        [call] = town.calls_from(RESIDENT)
        assert (call["status"], call["outcome"]) == ("ended", "operator:asked")


def test_a_call_for_help_takes_the_whole_screen_even_in_a_pause_and_120_is_one_key_away(town: Town, page: Page) -> None:
    page.keyboard.press("p")
    page.keyboard.press("1")
    telephone_is(page, "pause", "idle")
    with telephone(town, f"device-{DEVICE}", f"device-{DEVICE}") as bedside, telephone(town, "carrier-demo") as outside:
        outside.register()
        resident = bedside.dial("sos")
        telephone_is(page, "ringing", "alarm")
        expect(page.locator("header[role=alert]")).to_contain_text("SOS")  # whoever else has called for help stands in a list
        expect(page.locator(".top")).to_be_hidden()  # nothing else is on the screen
        expect(page.locator("body")).to_have_css("background-color", RED)
        page.keyboard.press("a")
        telephone_is(page, "talking")
        hear_each_other(page, resident, RESIDENT_HZ)
        [alarm] = eventually(lambda: [one for one in alarms_of(town) if one["answered_at"]])
        assert (alarm["status"], alarm["answered_by"]) == ("answered", "operator-1")
        expect(page.locator(".sos-head .state")).to_contain_text("已有人接")

        page.keyboard.press("7")
        expect(page.locator("#call-120")).to_be_focused()
        page.keyboard.press("Enter")
        ambulance = outside.wait_incoming(60)
        assert ambulance.number == town.settings.hotline_number
        ambulance.answer()
        hears(resident, OTHER_HZ, ambulance)
        page_hears(page, ambulance, OTHER_HZ)
        hears(ambulance, OPERATOR_HZ)
        ambulance.hang_up()
        hear_each_other(page, resident, RESIDENT_HZ)
        resident.hang_up()  # were the operator to hang up now, people would be rung again
    telephone_is(page, "pause", "idle")
    [attempt] = eventually(lambda: alarms_of(town)[0]["attempts"])
    assert recorded(town.settings.recordings_dir / attempt["recording"], RESIDENT_HZ, OPERATOR_HZ, OTHER_HZ)
    page.keyboard.press("r")
    telephone_is(page, "ready", "idle")


def alarms_of(town: Town) -> list[dict[str, object]]:
    """The alarms of the resident's one-key phone that are not closed, the newest first."""
    return [one for one in town.linli("alarms") if one["device_id"] == DEVICE]
