"""Follow-up calls have no dead ends: from every state, everything that whoever picks up can do, and none is lost."""

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.follow_ups.asking import after_completion
from dispatch.queue import JobQueue
from ivr.conversation import Conversation
from ivr.dialogues.caller import know_caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.follow_up_call import FollowUpOutcome, follow_up_call
from ivr.dialogues.follow_up_keeping import FollowUpVisit
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from models.follow_ups import Complaint, FollowUpStatus, OrderFollowUp
from models.orders import Order, OrderStatus
from models.outbound_calls import OutboundResult
from models.residents import residents_by_number
from models.settings import Settings
from tests.conftest import fresh_copy
from tests.ivr.conftest import NOW
from tests.ivr.orders import place
from tests.ivr.plain_care import PlainCare
from tests.ivr.telling import ALONE
from tests.ivr.timeless import TimelessLoop
from tests.ivr.walk.held import Held
from tests.ivr.walk.inputs import OBSTINATE
from tests.ivr.walk.placed import INPUTS, MOST_TURNS, PlacedCall, Walk, faults_of_any, prompts_of, script_of
from tests.ivr.walk.town import Town, contents_of

SAID = (
    *(
        "修好了",
        "修好了，很满意",
        "没来",
        "修好了，可是不太满意，他晚来了两个钟头",
        "满意",
        "一般",
        "不满意",
        "五分",
        "给个两分",
        "key:5",
    ),
    *("奶奶不在", "打错了", "没空", "您拨打的电话无法接通，请留言", "不用", "我要投诉"),
)
GOODBYES = {"follow_up_goodbye", "follow_up_sorry"}
FAREWELLS = {*GOODBYES, "follow_up_by_hand", "care_later", "care_thanks", "care_bad_line"}
ENDS = {FollowUpStatus.HELD, FollowUpStatus.BY_HAND}


def told(known: Mapping[str, Any]) -> Hashable:
    """Only this of what was told decides how the conversation goes on."""
    said = known["visit"].told
    return said.was_done, said.is_bad, said.complains


@pytest.fixture
def walk(demo_sqlite: Path, settings: Settings, tmp_path: Path, speech: bytes) -> Iterator[Walk]:
    fresh_copy(demo_sqlite, tmp_path / "linli.db")
    loop, town = TimelessLoop(), Town(contents_of(tmp_path / "linli.db"))
    with town.sessions() as session:
        [resident] = residents_by_number(session, ALONE)
        caller = know_caller(session, [resident])
        order = session.get_one(Order, place(session, resident.id, "repair", NOW, OrderStatus.COMPLETED))
        [planned] = after_completion(session, settings, order, NOW)
        call = begin_call(session, "walk.1", ALONE, None, [resident])
        session.commit()
        town.call_id = call.id
    desk = Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), settings.recordings_dir)

    async def dialogue(talk: Conversation) -> FollowUpOutcome:
        assert planned.follow_up_id
        return await follow_up_call(talk, caller, desk, FollowUpVisit(planned.follow_up_id, "水电维修", PlainCare()))

    def check(before: Held, did: str, after: Held) -> None:
        for fault in faults(town, did, after):
            raise AssertionError(script_of(fault, after))

    placed = PlacedCall(dialogue, "follow_up_call", told, frozenset(FAREWELLS - GOODBYES))
    yield Walk(town, placed, (*INPUTS, *SAID), check, speech[:16_000], loop)
    loop.close()


def faults(town: Town, did: str, after: Held) -> Iterator[str]:
    """Whatever must not come of one step."""
    yield from faults_of_any(did, after)
    if after.ending is None:
        return
    follow_up, complaints = town.ask(_left_behind)
    ending, prompts = after.ending, prompts_of(after)
    is_machine = any("请留言" in words for prompt, words in after.said if not prompt)
    if isinstance(ending, FollowUpOutcome) and prompts[-1] not in FAREWELLS and not is_machine:
        yield "we hung up without a goodbye"
    answered = "follow_up_marks" in prompts or "follow_up_what" in prompts
    if not isinstance(ending, CallerHungUp) and (answered or isinstance(ending, HandOver)) and follow_up.status not in ENDS:
        yield "it was told and is lost"
    if isinstance(ending, FollowUpOutcome) and (ending.result is OutboundResult.DONE) != (follow_up.status in ENDS):
        yield "it is called again, or not, against what is written down"
    if isinstance(ending, CallerHungUp) and answered and follow_up.status not in ENDS:
        yield "who hung up was not heard"
    if follow_up.was_done is False and follow_up.status is FollowUpStatus.HELD and not complaints:
        yield "work that was not done is no complaint"
    if complaints and follow_up.was_done and (follow_up.score or 5) > 2:
        yield "a complaint by one who is satisfied"


def _left_behind(session: Session) -> tuple[OrderFollowUp, int]:
    return session.scalars(select(OrderFollowUp)).one(), len(session.scalars(select(Complaint)).all())


@pytest.mark.timeout(300)
def test_every_follow_up_call_comes_to_a_proper_end_whatever_is_done_in_it(walk: Walk) -> None:
    walk.go()
    longest = max(walk.turns(state, did) for state in walk.tried for did in OBSTINATE)
    print(f"{len(walk.next)} steps from {len(walk.tried)} states; at most {longest} turns to an end")
    assert len(walk.tried) > 30
    assert longest <= MOST_TURNS
