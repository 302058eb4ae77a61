"""Care calls have no dead ends: from every state, everything that whoever picks up can do. Orders are walked elsewhere."""

import sys
from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dispatch.queue import JobQueue
from ivr.care_answers.meanings import CONCERNS
from ivr.conversation import Surroundings
from ivr.dialogues.caller import Caller, know_caller
from ivr.dialogues.care_asking import CareVisit
from ivr.dialogues.care_call import care_call
from ivr.dialogues.desk import Desk
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from ivr.slots.care_answer import HOW, MEAL, MEDICINE
from models.care_calls import CareAttempt, CareCall, CareReason, CareResult, CareStatus
from models.residents import residents_by_number
from models.settings import Settings
from tests.conftest import fresh_copy
from tests.ivr.conftest import HANG_UP, NOW, SILENT
from tests.ivr.plain_care import PlainCare
from tests.ivr.telling import ALONE
from tests.ivr.timeless import TimelessLoop
from tests.ivr.walk.held import UNDERSTANDING, Held, Paused, WalkedConversation, WalkedLine
from tests.ivr.walk.inputs import (
    ANYWHERE,
    BUSY,
    EMERGENCY,
    LATE,
    MAYBE_EMERGENCY,
    NOISE,
    OBSTINATE,
    OPERATOR,
    SLOWER,
    YES,
    ZERO,
)
from tests.ivr.walk.town import Town, contents_of

INPUTS = (
    *(*ANYWHERE, NOISE, "嗯", BUSY, SLOWER, "大声点", MAYBE_EMERGENCY, "好像要转人工", YES, f"{LATE}{YES}"),
    *("key:1", "key:2", "key:3", "key:#"),
    *("方便，你说", "我挺好的，吃过了", "头晕得很", "前天跌了一跤", "孤单得很", "没吃饭", "忘了吃药", "药没了", "没空"),
    *("奶奶不在", "我去叫奶奶", "打错了", "您拨打的电话无法接通，请留言", "不用", "要你们帮", "我家水管漏水了", "今天天气真好"),
    "那边到底是做什么的我怎么一句也没有听明白呢",
)
FAREWELLS = {"care_goodbye", "care_later", "care_thanks", "care_bad_line"}
# What is said into these has nothing to do with the question that they interrupt.
INTERRUPTIONS = {"slower_now", "louder_now", "confirm_emergency"}
ASIDES = {*INTERRUPTIONS, "take_your_time", "press_keys", "one_moment"}
# These ask nothing, and are said twice at most.
STATEMENTS = {*(FAREWELLS - {"care_goodbye"}), "care_told", "care_company", "care_take_medicine"}
MOST_TURNS = 25

State = Hashable


class CareLine(WalkedLine):
    """Whoever has picked up; the conversation's state is where it waits, what was told, and what was tried."""

    def _next_of_script(self, patience_ms: int) -> str:
        if self._then is None:
            said = sum(prompt == self._prompt for prompt, _ in self._held.said)
            self._held.state = _state(self._prompt, said)  # type: ignore[assignment]
            raise Paused
        did, self._then = self._then, None
        return did


def _state(prompt: str, said: int) -> State:
    place: list[Hashable] = [said if prompt in STATEMENTS else 0]
    frame = sys._getframe(1)
    while frame.f_code.co_name != "care_call":
        assert frame.f_back
        frame = frame.f_back
        if "/ivr/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
            place.append((Path(frame.f_code.co_filename).name, frame.f_code.co_name, frame.f_lineno))
            known = frame.f_locals
            place.append(
                tuple(sorted((name, str(value)) for name, value in vars(known["question"]).items())) if _asks(known) else ()
            )
    told = frame.f_locals["visit"].told
    # Only this of what was told decides how the conversation goes on.
    return prompt, tuple(place), tuple(not told.isdisjoint(one) for one in (HOW.likely, MEAL.likely, MEDICINE.likely, CONCERNS))


def _asks(known: dict[str, Any]) -> bool:
    return hasattr(known.get("question"), "next_wording")


@dataclass
class Walk:
    """All states of a care call, the shortest way to each, and where each input leads."""

    town: Town
    caller: Caller
    desk: Desk
    attempt_id: int
    medicine: bool
    speech: bytes
    loop: TimelessLoop
    ways: dict[State, Held] = field(default_factory=dict)
    tried: set[Hashable] = field(default_factory=set)
    next: dict[tuple[Hashable, str], Hashable | None] = field(default_factory=dict)

    def go(self) -> None:
        start = Held(town=self.town.begin())
        root = self.hold(start, None)
        waiting = deque([self._come_to(root)])
        # Everything is tried once at every prompt; what is understood anywhere, once after every row of tries.
        thorough: set[str] = set()
        while waiting:
            state = waiting.popleft()
            before = self.ways[state]
            asked = before.said[-1][0]
            for did in ANYWHERE if asked in thorough | INTERRUPTIONS else INPUTS:
                after = self.hold(before, did)
                check(before, did, after)
                goes_on = after.state and not _orders(after.state)
                if goes_on and _tries(after.state) not in self.tried:
                    waiting.append(after.state)
                self.next[_tries(state), did] = _tries(self._come_to(after)) if goes_on else None
            thorough.add(asked)

    def hold(self, before: Held, did: str | None) -> Held:
        """The conversation `before` once more, and then one thing more."""
        held = Held()
        self.town.go_back(before.town)
        line = CareLine(held, before.steps, did, self.town, self.speech)
        around = Surroundings(self.town.sessions, line, line, UNDERSTANDING, lambda: NOW)
        talk = WalkedConversation(line, around, self.town, held, before.done)
        visit = CareVisit(self.attempt_id, self.medicine, PlainCare())
        held.ending = self.loop.run_until_complete(_end_of(care_call(talk, self.caller, self.desk, visit)))
        held.town = self.town.snapshot()
        return held

    def _come_to(self, held: Held) -> State:
        self.ways.setdefault(held.state, held)
        self.tried.add(_tries(held.state))
        return held.state


def _tries(state: State) -> Hashable:
    """Where it is and after which tries, whatever was told before."""
    prompt, place, _told = state  # type: ignore[misc]
    return prompt, place


async def _end_of(conversation: Any) -> Any:
    try:
        return await conversation
    except Paused:
        return None
    except Exception as ending:  # a crash is a finding too
        return ending


def _orders(state: State) -> bool:
    """Whether another dialogue has begun, which is walked by itself."""
    _prompt, place, _told = state  # type: ignore[misc]
    files = {one[0] for one in place if isinstance(one, tuple) and one and isinstance(one[0], str)}
    return bool(files & {"order_service.py", "agreeing.py", "call_family.py", "leave_message.py", "where_is_it.py"})


def check(before: Held, did: str, after: Held) -> None:
    """Whatever must not come of one step, with its script."""
    script = [f"  {'系统' if prompt else '居民'}：{words}" for prompt, words in after.said]
    for fault in faults(before, did, after):
        raise AssertionError("\n".join([fault, *script, f"  结局：{after.ending!r}"]))


def faults(before: Held, did: str, after: Held) -> Iterator[str]:
    ending = after.ending
    if isinstance(ending, Exception) and not isinstance(ending, HandOver | CallerHungUp):
        yield "the dialogue crashed"
    if (did == HANG_UP) != isinstance(ending, CallerHungUp):
        yield "a hang-up ends the conversation, and nothing else does"
    handed_over = ending.reason if isinstance(ending, HandOver) else ""
    if did == EMERGENCY and not (handed_over == "emergency" and ending.urgent):
        yield "an emergency was not heard"
    if did in (ZERO, OPERATOR) and handed_over not in ("asked", "emergency"):
        yield "a person was not to be had"
    prompts = [prompt for prompt, _ in after.said if prompt and prompt not in ASIDES]
    words = [said for prompt, said in after.said if prompt]
    if any(one == two == three for one, two, three in zip(words, words[1:], words[2:], strict=False)):
        yield "the same words three times in a row"
    if isinstance(ending, CareResult) and ending is not CareResult.MACHINE and prompts[-1] not in FAREWELLS:
        yield "we hung up without a goodbye"
    if ending is CareResult.MACHINE and set(prompts) - {
        "care_opening",
        "slower_now",
        "louder_now",
        "take_your_time",
        "press_keys",
    } - {"confirm_emergency"}:
        yield "a machine was told more than who calls"
    if handed_over in ("silence", "not_understood", "recognition") and "which_service" not in prompts:
        yield "a bad line was given to an operator"


@pytest.fixture
def walk_of(demo_sqlite: Path, settings: Settings, tmp_path: Path, speech: bytes) -> Iterator[Any]:
    fresh_copy(demo_sqlite, tmp_path / "linli.db")
    loop = TimelessLoop()

    def walk(medicine: bool) -> Walk:
        town = Town(contents_of(tmp_path / "linli.db"))
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
        return Walk(town, caller, desk, attempt.id, medicine, speech[:16_000], loop)

    yield walk
    loop.close()


@pytest.mark.timeout(300)
def test_every_care_call_comes_to_a_proper_end_whatever_is_done_in_it(walk_of: Any) -> None:
    walk = walk_of(medicine=True)
    walk.go()
    longest = max(_turns(walk, state, did) for state in walk.tried for did in OBSTINATE)
    print(f"{len(walk.next)} steps from {len(walk.tried)} states; at most {longest} turns to an end")
    assert len(walk.tried) > 50
    assert longest <= MOST_TURNS
    assert SILENT in OBSTINATE


def _turns(walk: Walk, state: Hashable, did: str) -> int:
    """How long whoever does the same for ever is kept on the line."""
    turns = 0
    now: Hashable | None = state
    way = []
    while now is not None:
        assert turns <= MOST_TURNS, f"no end of {did}: {way}"
        turns, now = turns + 1, walk.next.get((now, did))
        way.append(now and now[0])
    return turns
