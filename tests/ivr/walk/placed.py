"""Walking a call that we have placed: from every state, everything that whoever picks up can do. Orders are walked elsewhere."""

import sys
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivr.conversation import Conversation, Surroundings
from ivr.errors import CallerHungUp, HandOver
from tests.ivr.conftest import HANG_UP, NOW
from tests.ivr.timeless import TimelessLoop
from tests.ivr.walk.held import UNDERSTANDING, Held, Paused, WalkedConversation, WalkedLine
from tests.ivr.walk.inputs import (
    ANYWHERE,
    BUSY,
    EMERGENCY,
    LATE,
    MAYBE_EMERGENCY,
    NOISE,
    OPERATOR,
    SLOWER,
    YES,
    ZERO,
)
from tests.ivr.walk.town import Town

INPUTS = (
    *(*ANYWHERE, NOISE, "嗯", BUSY, SLOWER, "大声点", MAYBE_EMERGENCY, "好像要转人工", YES, f"{LATE}{YES}"),
    *("key:1", "key:2", "key:3", "key:#", "我家水管漏水了", "今天天气真好", "那边到底是做什么的我怎么一句也没有听明白呢"),
)
# What is said into these has nothing to do with the question that they interrupt.
INTERRUPTIONS = {"slower_now", "louder_now", "confirm_emergency", "confirm_operator"}
ASIDES = {*INTERRUPTIONS, "take_your_time", "press_keys", "one_moment"}
MOST_TURNS = 25
OTHER_DIALOGUES = frozenset({"order_service.py", "agreeing.py", "call_family.py", "leave_message.py", "where_is_it.py"})

State = Hashable


@dataclass(frozen=True)
class PlacedCall:
    """One kind of call: how a conversation is held, and what of a state's facts decides how it goes on."""

    dialogue: Callable[[Conversation], Awaitable[Any]]
    name: str  # the dialogue's own function
    told: Callable[[Mapping[str, Any]], Hashable]  # of what stands in its variables
    statements: frozenset[str]  # prompts that ask nothing, and are said twice at most


class PlacedLine(WalkedLine):
    """Whoever has picked up; the conversation's state is where it waits, what was told, and what was tried."""

    call: PlacedCall

    def _next_of_script(self, patience_ms: int) -> str:
        if self._then is None:
            said = sum(prompt == self._prompt for prompt, _ in self._held.said)
            self._held.state = _state(self.call, self._prompt, said)  # type: ignore[assignment]
            raise Paused
        did, self._then = self._then, None
        return did


def _state(call: PlacedCall, prompt: str, said: int) -> State:
    place: list[Hashable] = [said if prompt in call.statements else 0]
    frame = sys._getframe(1)
    while frame.f_code.co_name != call.name:
        assert frame.f_back
        frame = frame.f_back
        if "/ivr/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
            place.append((Path(frame.f_code.co_filename).name, frame.f_code.co_name, frame.f_lineno))
            known = frame.f_locals
            place.append(
                tuple(sorted((name, str(value)) for name, value in vars(known["question"]).items())) if _asks(known) else ()
            )
    return prompt, tuple(place), call.told(frame.f_locals)


def _asks(known: Mapping[str, Any]) -> bool:
    return hasattr(known.get("question"), "next_wording")


@dataclass
class Walk:
    """All states of a call, the shortest way to each, and where each input leads."""

    town: Town
    call: PlacedCall
    inputs: Sequence[str]
    check: Callable[[Held, str, Held], None]
    speech: bytes
    loop: TimelessLoop
    ways: dict[State, Held] = field(default_factory=dict)
    tried: set[Hashable] = field(default_factory=set)
    next: dict[tuple[Hashable, str], Hashable | None] = field(default_factory=dict)

    def go(self) -> None:
        """Walk all of it."""
        root = self.hold(Held(town=self.town.begin()), None)
        waiting = deque([self._come_to(root)])
        # Everything is tried once at every prompt; what is understood anywhere, once after every row of tries.
        thorough: set[str] = set()
        while waiting:
            state = waiting.popleft()
            before = self.ways[state]
            asked = before.said[-1][0]
            for did in ANYWHERE if asked in thorough | INTERRUPTIONS else self.inputs:
                after = self.hold(before, did)
                self.check(before, did, after)
                goes_on = after.state and not _orders(after.state)
                if goes_on and _tries(after.state) not in self.tried:
                    waiting.append(after.state)
                self.next[_tries(state), did] = _tries(self._come_to(after)) if goes_on else None
            thorough.add(asked)

    def hold(self, before: Held, did: str | None) -> Held:
        """The conversation `before` once more, and then one thing more."""
        held = Held()
        self.town.go_back(before.town)
        line = PlacedLine(held, before.steps, did, self.town, self.speech)
        line.call = self.call
        around = Surroundings(self.town.sessions, line, line, UNDERSTANDING, lambda: NOW)
        talk = WalkedConversation(line, around, self.town, held, before.done)
        held.ending = self.loop.run_until_complete(_end_of(self.call.dialogue(talk)))
        held.town = self.town.snapshot()
        return held

    def turns(self, state: Hashable, did: str) -> int:
        """How long whoever does the same for ever is kept on the line."""
        turns = 0
        now: Hashable | None = state
        way = []
        while now is not None:
            assert turns <= MOST_TURNS, f"no end of {did}: {way}"
            turns, now = turns + 1, self.next.get((now, did))
            way.append(now and now[0])
        return turns

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
    return bool(files & OTHER_DIALOGUES)


def faults_of_any(did: str, after: Held) -> list[str]:
    """What must not come of one step of any call."""
    ending, faults = after.ending, []
    handed_over = ending.reason if isinstance(ending, HandOver) else ""
    if isinstance(ending, Exception) and not isinstance(ending, HandOver | CallerHungUp):
        faults.append("the dialogue crashed")
    if (did == HANG_UP) != isinstance(ending, CallerHungUp):
        faults.append("a hang-up ends the conversation, and nothing else does")
    if did == EMERGENCY and not (handed_over == "emergency" and ending.urgent):
        faults.append("an emergency was not heard")
    if did in (ZERO, OPERATOR) and handed_over not in ("asked", "emergency"):
        faults.append("a person was not to be had")
    words = [said for prompt, said in after.said if prompt]
    if any(one == two == three for one, two, three in zip(words, words[1:], words[2:], strict=False)):
        faults.append("the same words three times in a row")
    if handed_over in ("silence", "not_understood", "recognition") and "which_service" not in prompts_of(after):
        faults.append("a bad line was given to an operator")
    return faults


def prompts_of(held: Held) -> list[str]:
    """The prompts that belong to the dialogue, in order."""
    return [prompt for prompt, _ in held.said if prompt and prompt not in ASIDES]


def script_of(fault: str, held: Held) -> str:
    """A fault with the conversation that shows it."""
    script = [f"  {'系统' if prompt else '居民'}：{words}" for prompt, words in held.said]
    return "\n".join([fault, *script, f"  结局：{held.ending!r}"])
