"""The walk: from every state, everything that a caller can do, once."""

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path

from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from tests.ivr.timeless import TimelessLoop
from tests.ivr.walk.callers import KINDS, Kind, arrive
from tests.ivr.walk.held import Held, hold
from tests.ivr.walk.inputs import ANYWHERE, INPUTS
from tests.ivr.walk.state import State
from tests.ivr.walk.town import Town

# What is said into these has nothing to do with the question that they interrupt: everything is tried in each of them once.
INTERRUPTIONS = frozenset({"slower_now", "louder_now", "confirm_emergency", "confirm_operator"})

GOODBYE = "goodbye"
# Where a conversation waits next, or how it ended.
Next = State | BaseException | str


@dataclass
class Arrival:
    """A caller of one kind, in a town of their own."""

    kind: Kind
    town: Town
    caller: Caller


@dataclass
class Node:
    """A state, the shortest way to it, and what comes of each input from there."""

    arrival: Arrival
    held: Held
    next: dict[str, Next] = field(default_factory=dict)


@dataclass
class Step:
    """One thing that a caller did in a state, and what came of it."""

    kind: Kind
    state: State
    before: Held
    did: str
    after: Held


class NoQueue:
    """A queue that takes everything and does nothing."""

    def nudge(self, *job: object, **when: object) -> None:
        """Nothing."""


class Walk:
    """All states that any caller can bring about."""

    def __init__(self, content: bytes, recordings: Path, speech: bytes, check: Callable[[Step], None]) -> None:
        self.nodes: dict[State, Node] = {}
        self.steps = 0
        self._content = content
        self._speech = speech
        self._desk = Desk(NoQueue(), recordings)
        # What a caller can do is tried once in every place, and what is understood anywhere once after every row of tries.
        self._thorough: dict[Hashable, State] = {}
        self._tried: dict[Hashable, State] = {}
        self._waiting: deque[State] = deque()
        self._check = check
        self._loop = TimelessLoop()

    def go(self) -> None:
        """Go everywhere, the nearest states first."""
        for kind in KINDS:
            arrival, root = self.call(kind)
            self._come_to(root, arrival)
            while self._waiting:
                self._leave(self._waiting.popleft())

    def call(self, kind: Kind) -> tuple[Arrival, Held]:
        """A caller of this kind calls, and is waited for."""
        town, caller, before = arrive(kind, self._content)
        arrival = Arrival(kind, town, caller)
        return arrival, self.go_on(arrival, before, None)

    def go_on(self, arrival: Arrival, before: Held, did: str | None) -> Held:
        """The conversation with one thing more that the caller did."""
        return self._loop.run_until_complete(hold(arrival.town, arrival.caller, self._desk, before, did, self._speech))

    @property
    def places(self) -> list[State]:
        """The states from which everything was tried."""
        return list(self._thorough.values())

    def close(self) -> None:
        """End it."""
        self._loop.close()

    def after(self, state: State, did: str) -> Next:
        """Where it leads; what leaves a question does so after any tries, the rest is tried after as many in another place."""
        tried, thorough = self._tried.setdefault((state.prompt, state.tries), state), self._thorough[_place(state)]
        for one in (state, tried):
            if did in self.nodes[one].next:
                return self.nodes[one].next[did]
        there = self.nodes[thorough].next[did]
        if isinstance(there, State) and there.place == thorough.place:
            self._step(tried, did)
            return self.nodes[tried].next[did]
        return there

    def _leave(self, state: State) -> None:
        tried = self._tried.setdefault((state.prompt, state.tries), state) == state
        thorough = self._thorough.setdefault(_place(state), state) == state
        for did in INPUTS if thorough else ANYWHERE if tried else ():
            self._step(state, did)

    def _step(self, state: State, did: str) -> None:
        node = self.nodes[state]
        after = self.go_on(node.arrival, node.held, did)
        self.steps += 1
        self._check(Step(node.arrival.kind, state, node.held, did, after))
        node.next[did] = after.state or after.ending or GOODBYE
        self._come_to(after, node.arrival)

    def _come_to(self, held: Held, arrival: Arrival) -> None:
        if held.state and held.state not in self.nodes:
            self.nodes[held.state] = Node(arrival, held)
            self._waiting.append(held.state)


def _place(state: State) -> Hashable:
    return state.prompt if state.prompt in INTERRUPTIONS else state.place
