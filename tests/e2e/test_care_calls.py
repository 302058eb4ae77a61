"""Linli calls residents to ask how they are: real calls, with real speech, to a real telephone."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from audio.sound import read_wav
from dispatch.care.rounds import ask_for_call
from dispatch.queue import JobQueue
from linli.softphone import CallOver, Identity, Softphone
from linli.softphone.call import Call
from models.base import utc_now
from models.database import session_maker
from models.secrets import own_secret
from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

READY = "方便的，你说吧"
ANSWERS = {
    "care_opening": READY,
    "care_how": "我想请人上门来给我理个头发",
    "care_eaten": "今天吃过饭了",
    "anything_else": "没有了",
}
TOMORROW, AGREED = "明天下午两点", "好的，可以"
GREETING = "您好，您拨打的电话暂时无法接通，请在滴声后留言，留言时间为一分钟，谢谢您的来电"


@pytest.fixture(scope="module")
def telephone(town: Town) -> Iterator[Softphone]:
    """The demo's carrier: every telephone that Linli calls."""
    with Softphone(
        f"127.0.0.1:{town.settings.sip_port}", Identity("carrier-demo", secret=own_secret(town.settings, "carrier-demo"))
    ) as phone:
        phone.register()
        yield phone


def call_for(town: Town, number: str) -> int:
    """Have whoever calls from this number called, as an operator does in the console; the care call's id."""
    [resident] = [one for one in town.linli("residents") if one["numbers"] == [number]]
    sessions = session_maker(town.settings.database)
    with sessions() as session:
        care_call = ask_for_call(session, JobQueue(town.settings.redis), resident["id"], utc_now())
    sessions.kw["bind"].dispose()
    return care_call.id


def care_call(town: Town, care_call_id: int) -> Any:
    return next(one for one in town.linli("care") if one["id"] == care_call_id)


def sound_of(town: Town, sentence: str) -> bytes:
    return read_wav(Path(town.script(sentence)[1]))


@contextmanager
def answered(telephone: Softphone) -> Iterator[Call]:
    """Answer the next call; at the end hang up, or the next test finds the line engaged."""
    call = telephone.wait_incoming(60)
    try:
        call.answer()
        yield call
    finally:
        call.hang_up()


def test_a_resident_who_says_that_they_are_unwell_is_for_a_person_with_their_very_words(town: Town, telephone: Softphone) -> None:
    sounds = [sound_of(town, words) for words in (READY, "这几天一直头晕")]
    asked = call_for(town, "13800000033")
    with answered(telephone) as call:
        town.answer(call, *sounds)
        [task] = eventually(lambda: care_call(town, asked)["tasks"])
    assert task["concern"] == "unwell"
    told = eventually(lambda: care_call(town, asked) if care_call(town, asked)["status"] == "held" else None)
    [attempt] = told["attempts"]
    assert attempt["result"] == "held"
    [spoken] = [one for one in town.linli("calls") if one["id"] == attempt["call_id"] == task["call_id"]]
    assert task["words"] in [turn["words"] for turn in spoken["turns"] if turn["speaker"] == "caller"]


def test_a_care_call_can_end_in_an_order(town: Town, telephone: Softphone) -> None:
    sounds = {words: sound_of(town, words) for words in (*ANSWERS.values(), TOMORROW, AGREED)}
    asked = call_for(town, "13800000034")
    with answered(telephone) as call, suppress(CallOver):  # which ends by itself once all is said
        while not orders_of(town, asked):
            call.wait_prompt_end(60)
            turn = town.said_last()
            if turn["prompt"] == "one_moment":  # which a busy recogniser says; its question is still to come
                call.wait_more_speech(60, 60)
            else:
                call.say(sounds[answer_to(turn)])
    [order] = eventually(lambda: orders_of(town, asked))
    assert order["service"]["key"] == "haircut"
    assert care_call(town, asked)["tasks"] == []


def answer_to(turn: Any) -> str:
    """What the resident says to what was asked last, as who listens does; one asked in vain hears it again."""
    if turn["prompt"].startswith("read_back"):
        return AGREED if "两点" in turn["words"] else TOMORROW
    return ANSWERS[turn["prompt"].removesuffix("_again")]


def orders_of(town: Town, asked: int) -> list[Any]:
    """The orders that were placed in a care call."""
    calls = {attempt["call_id"] for attempt in care_call(town, asked)["attempts"]} - {None}
    return [order for order in town.linli("orders") if order["call_id"] in calls]


def test_who_is_never_reached_is_for_a_person_after_three_attempts(town: Town, telephone: Softphone) -> None:
    asked = call_for(town, "13800000035")
    telephone.wait_incoming(60).decline()
    machine = telephone.wait_incoming(60)
    machine.answer()
    machine.say(sound_of(town, GREETING))
    machine.wait_ended(60)
    telephone.wait_incoming(60).decline()
    told = eventually(lambda: care_call(town, asked) if care_call(town, asked)["status"] == "unreached" else None)
    assert [attempt["result"] for attempt in told["attempts"]] == ["busy", "machine", "busy"]
    assert [task["concern"] for task in told["tasks"]] == ["unreached"]
