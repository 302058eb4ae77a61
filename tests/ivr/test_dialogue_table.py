"""Intents, dialogues and prompts are the same lists wherever they are written."""

import re
from pathlib import Path

import agi_scripts
import ivr
from audio.prompts.catalogue import load_catalogue
from ivr.dialogues.table import DIALOGUES, dialogue_for
from ivr.dialogues.where_is_it import TOLD
from ivr.slots.request import REQUESTS, Request
from ivr.understanding.intents import EVERYWHERE, NO, NONE, RESERVED, YES
from models.demo import read_demo
from models.orders import TO_BE_DONE, OrderStatus

SOURCES = {path: path.read_text() for package in (ivr, agi_scripts) for path in Path(package.__path__[0]).rglob("*.py")}
# Said by Asterisk itself, before or after our conversation.
PLAYED_BY_ASTERISK = {"care_sorry", "queue_welcome", "queue_wait", "sos_help_coming"} | {
    "connect_called",
    "connect_nobody",
    "family_called",
    "sos_called",
    "who_calls",
    "family_press_one",
    "sos_press_one",
    "desk_called",
    "desk_press_one",
    "desk_handing_on",
    "desk_handed_back",
    "desk_held",
    "desk_held_still",
}


def test_every_intent_is_answered_somewhere() -> None:
    assert set(DIALOGUES) == REQUESTS
    assert REQUESTS | EVERYWHERE | {YES, NO, NONE} == RESERVED


def test_every_other_intent_is_a_service_to_order() -> None:
    keys = {service.key for service in read_demo().services}
    assert not keys & RESERVED
    assert {dialogue_for(Request(key)).__name__ for key in keys} == {"order_service"}


def test_every_prompt_is_said_and_everything_said_is_a_prompt() -> None:
    named = {name for source in SOURCES.values() for name in re.findall(r'"([a-z]\w+)"', source)}
    prompts = set(load_catalogue().prompts)
    assert prompts - named <= PLAYED_BY_ASTERISK
    asked = {
        name for source in SOURCES.values() for name in re.findall(r'\btalk\.(?:ask|say|ask_if_any|record)\(\s*"(\w+)"', source)
    }
    assert "which_family" in asked
    assert asked <= prompts


def test_every_order_that_can_be_asked_after_is_spoken_of() -> None:
    assert {*TO_BE_DONE, OrderStatus.UNFILLED, OrderStatus.COMPLETED, OrderStatus.CONFIRMED} == set(TOLD)
    assert set(TOLD.values()) <= set(load_catalogue().prompts)


def test_a_dialogue_is_a_page_long() -> None:
    folder = Path(str(ivr.__path__[0])) / "dialogues"
    assert all(len(path.read_text().splitlines()) <= 120 for path in folder.glob("*.py"))
