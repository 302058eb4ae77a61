"""Care calls have no dead ends: from every state, everything that whoever picks up can do."""

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dispatch.queue import JobQueue
from ivr.care_answers.meanings import CONCERNS
from ivr.conversation import Conversation
from ivr.dialogues.caller import know_caller
from ivr.dialogues.care_asking import CareVisit
from ivr.dialogues.care_call import care_call
from ivr.dialogues.desk import Desk
from ivr.record import begin_call
from ivr.slots.care_answer import HOW, MEAL, MEDICINE
from models.care_calls import CareAttempt, CareCall, CareReason, CareResult, CareStatus
from models.residents import residents_by_number
from models.settings import Settings
from tests.conftest import fresh_copy
from tests.ivr.conftest import NOW, SILENT
from tests.ivr.plain_care import PlainCare
from tests.ivr.telling import ALONE
from tests.ivr.timeless import TimelessLoop
from tests.ivr.walk.held import Held
from tests.ivr.walk.inputs import OBSTINATE
from tests.ivr.walk.placed import ASIDES, INPUTS, MOST_TURNS, PlacedCall, Walk, faults_of_any, prompts_of, script_of
from tests.ivr.walk.town import Town, contents_of

SAID = (
    *("方便，你说", "我挺好的，吃过了", "头晕得很", "前天跌了一跤", "孤单得很", "没吃饭", "忘了吃药", "药没了", "没空"),
    *("奶奶不在", "我去叫奶奶", "打错了", "您拨打的电话无法接通，请留言", "不用", "要你们帮"),
)
FAREWELLS = {"care_goodbye", "care_later", "care_thanks", "care_bad_line"}
STATEMENTS = frozenset({*(FAREWELLS - {"care_goodbye"}), "care_told", "care_company", "care_take_medicine"})


def told(known: Mapping[str, Any]) -> Hashable:
    """Only this of what was told decides how the conversation goes on."""
    said = known["visit"].told
    return tuple(not said.isdisjoint(one) for one in (HOW.likely, MEAL.likely, MEDICINE.likely, CONCERNS))


def check(before: Held, did: str, after: Held) -> None:
    """Whatever must not come of one step, with its script."""
    for fault in faults(did, after):
        raise AssertionError(script_of(fault, after))


def faults(did: str, after: Held) -> Iterator[str]:
    yield from faults_of_any(did, after)
    ending, prompts = after.ending, prompts_of(after)
    if isinstance(ending, CareResult) and ending is not CareResult.MACHINE and prompts[-1] not in FAREWELLS:
        yield "we hung up without a goodbye"
    if ending is CareResult.MACHINE and {*prompts} - {"care_opening"} - ASIDES:
        yield "a machine was told more than who calls"


@pytest.fixture
def walk(demo_sqlite: Path, settings: Settings, tmp_path: Path, speech: bytes) -> Iterator[Walk]:
    fresh_copy(demo_sqlite, tmp_path / "linli.db")
    loop, town = TimelessLoop(), Town(contents_of(tmp_path / "linli.db"))
    with town.sessions() as session:
        [resident] = residents_by_number(session, ALONE)
        caller = know_caller(session, [resident])
        call = begin_call(session, "walk.1", ALONE, None, [resident])
        called = CareCall(resident_id=resident.id, reason=CareReason.ROUTINE, status=CareStatus.CALLING, due_at=NOW)
        attempt = CareAttempt(care_call=called, way=ALONE, began_at=NOW, call_id=call.id)
        session.add(attempt)
        session.commit()
        town.call_id = call.id
    desk = Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), settings.recordings_dir)

    async def dialogue(talk: Conversation) -> CareResult:
        return await care_call(talk, caller, desk, CareVisit(attempt.id, True, PlainCare()))

    placed = PlacedCall(dialogue, "care_call", told, STATEMENTS)
    yield Walk(town, placed, (*INPUTS, *SAID), check, speech[:16_000], loop)
    loop.close()


@pytest.mark.timeout(300)
def test_every_care_call_comes_to_a_proper_end_whatever_is_done_in_it(walk: Walk) -> None:
    walk.go()
    longest = max(walk.turns(state, did) for state in walk.tried for did in OBSTINATE)
    print(f"{len(walk.next)} steps from {len(walk.tried)} states; at most {longest} turns to an end")
    assert len(walk.tried) > 50
    assert longest <= MOST_TURNS
    assert SILENT in OBSTINATE
