"""Dead ends cannot exist: every dialogue is walked through, from every state by everything that a caller can do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.demo import read_demo
from models.settings import Settings
from tests.conftest import fresh_copy
from tests.ivr.conftest import SILENT
from tests.ivr.walk.callers import KINDS, Kind
from tests.ivr.walk.checks import MOST_TURNS, check_for_ever, check_step
from tests.ivr.walk.graph import Step, Walk
from tests.ivr.walk.inputs import ANYWHERE, INPUTS, YES
from tests.ivr.walk.town import contents_of

ANSWERS = {
    "which_resident": "key:1",
    "particular": "两份",
    "confirm_service": "是的",
    "when": "明天上午九点",
    "read_back": "是的",
}
SERVICES = read_demo().services
DETAILS = {"meal": "两份", "shopping": "两斤苹果", "medicine": "降压药", "escort": "去人民医院", "payment": "电费"}


@pytest.fixture
def walk(demo_sqlite: Path, settings: Settings, tmp_path: Path, speech: bytes) -> Iterator[Walk]:
    fresh_copy(demo_sqlite, tmp_path / "linli.db")
    walk = Walk(contents_of(tmp_path / "linli.db"), settings.recordings_dir, speech[:9_600], check_step)
    yield walk
    walk.close()


@pytest.mark.timeout(600)
def test_every_conversation_comes_to_a_proper_end_whatever_the_caller_does(walk: Walk) -> None:
    walk.go()
    longest = check_for_ever(walk)
    print(f"{walk.steps} steps from {len(walk.nodes)} states in {len(walk.places)} places; at most {longest} turns to an end")
    assert longest <= MOST_TURNS
    assert len(walk.places) > 150  # all dialogues were reached


def turns_until_an_order(walk: Walk, kind: str, first: str) -> int:
    """How often a caller who answers what is asked must speak until their order stands."""
    arrival, held = walk.call(next(one for one in KINDS if one.name == kind))
    before, turns = held.town.orders, 0
    while held.state and held.town.orders == before:
        asked = held.state.prompt
        held = walk.go_on(arrival, held, first if asked == "welcome_resident" else ANSWERS[asked])
        turns += 1
    assert held.state
    assert held.state.prompt == "order_placed"
    return turns


@pytest.mark.parametrize("kind", ["one resident who never ordered anything", "two residents on one telephone"])
def test_a_plain_order_takes_four_turns_at_most(walk: Walk, kind: str) -> None:
    turns = {service.key: turns_until_an_order(walk, kind, service.spoken[0]) for service in SERVICES}
    assert not {key: number for key, number in turns.items() if number > 4}


def test_an_order_said_in_one_sentence_takes_two_turns(walk: Walk) -> None:
    sentences = {one.key: f"{one.spoken[0]}，{DETAILS.get(one.key, '')}，明天上午九点" for one in SERVICES}
    kind = "one resident who never ordered anything"
    turns = {key: turns_until_an_order(walk, kind, sentence) for key, sentence in sentences.items()}
    assert not {key: number for key, number in turns.items() if number > 2}


@pytest.mark.parametrize(
    ("kind", "way", "question", "dids"),
    [
        (KINDS[0], ("我家水管漏水了，再订一份午饭", "明天上午九点", YES, SILENT), "also_wanted", INPUTS),
        (KINDS[-1], ("我要留言", "我是送水的"), "call_back_number", (*ANYWHERE, "key:1", "幺三八一二三四五六七八")),
    ],
)
def test_questions_that_few_are_asked_are_no_dead_ends(
    walk: Walk, kind: Kind, way: tuple[str, ...], question: str, dids: tuple[str, ...]
) -> None:
    arrival, asked = walk.call(kind)
    for did in way:
        asked = walk.go_on(arrival, asked, did)
    assert asked.state
    assert asked.state.prompt == question
    for did in dids:
        held = walk.go_on(arrival, asked, did)
        check_step(Step(kind, asked.state, asked, did, held))
        turns = 1
        while held.state:
            assert (turns := turns + 1) <= MOST_TURNS, held.said
            held = walk.go_on(arrival, held, did)
