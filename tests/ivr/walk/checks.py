"""What must hold at every step of the walk, and for whoever does the same thing for ever."""

from collections.abc import Iterator

from ivr.errors import CallerHungUp, HandOver
from tests.ivr.conftest import HANG_UP
from tests.ivr.walk.graph import Step, Walk
from tests.ivr.walk.held import Held
from tests.ivr.walk.inputs import CANCELS, EMERGENCY, INPUTS, OBSTINATE, OPERATOR, YESES, ZERO
from tests.ivr.walk.state import State

MOST_TURNS = 25
GRACE_MS = 10_000
# What is said between a question and its answer.
ASIDES = frozenset(
    {"", "take_your_time", "press_keys", "one_moment", "slower_now", "louder_now", "confirm_emergency", "confirm_operator"}
)
READ_BACKS = ("read_back", "same_as_last")


class CounterExample(AssertionError):
    """A conversation that must not be; the message is its script."""

    def __init__(self, fault: str, held: Held) -> None:
        said = [f"  {'系统' if prompt else '来电'}：{words}" for prompt, words in held.said]
        super().__init__("\n".join([fault, *said, f"  结局：{held.ending!r}" if not held.state else "  ……"]))


def check_step(step: Step) -> None:
    """Raise `CounterExample` for what must not come of one step."""
    for fault in faults_in(step):
        raise CounterExample(f"{fault} ({step.kind.name})", step.after) from step.after.ending


def faults_in(step: Step) -> Iterator[str]:
    """Whatever is wrong with one step."""
    ending, before, after = step.after.ending, step.before, step.after
    if ending is not None and not isinstance(ending, HandOver | CallerHungUp):
        yield "the dialogue crashed"
    if (step.did == HANG_UP) != isinstance(ending, CallerHungUp):
        yield "a hang-up ends the conversation, and nothing else does"
    if step.did == EMERGENCY and not (isinstance(ending, HandOver) and ending.urgent and ending.reason == "emergency"):
        yield "an emergency was not heard"
    if step.did in (ZERO, OPERATOR) and not (isinstance(ending, HandOver) and ending.reason in ("asked", "emergency")):
        yield "a person was not to be had"
    if any(one == two == three for one, two, three in _threes([words for prompt, words in after.said if prompt])):
        yield "the same words three times in a row"
    placed, cancelled = (now - then for now, then in zip(after.town.orders, before.town.orders, strict=True))
    asked = next((prompt for prompt, _ in reversed(before.said) if prompt not in ASIDES), "")
    if placed and (step.did not in YESES or asked not in READ_BACKS or placed > 1):
        yield "an order without a yes to a read-back"
    if cancelled and (step.did not in YESES | CANCELS or asked != "which_order" or cancelled > 1):
        yield "an order was cancelled without a yes"
    if after.state is None and ending is None and (asked != "goodbye" or step.state.patience_ms < GRACE_MS):
        yield "we hung up without a goodbye and ten seconds"


def check_for_ever(walk: Walk) -> int:
    """Whoever does the same for ever, and whoever mixes what helps nobody, comes to an end; after so many turns at most."""
    longest = _longest_obstinacy(walk)
    counted: set[tuple[str, str]] = set()
    for state in walk.places:
        for did in INPUTS:
            turns, now = 1, walk.after(state, did)
            while isinstance(now, State) and turns <= MOST_TURNS:
                turns, now = turns + 1, walk.after(now, did)
            # Requests are not counted in a state: the conversation itself tells, once for each circle of them.
            if not isinstance(now, State) or (did, now.prompt) in counted:
                longest = max(longest, turns if not isinstance(now, State) else 0)
                continue
            counted.add((did, now.prompt))
            if (held := _go_on(walk, state, [did] * MOST_TURNS)).state:
                raise CounterExample(f"no end after {MOST_TURNS} turns of {did}", held)
            longest = MOST_TURNS
    return longest


def _longest_obstinacy(walk: Walk) -> int:
    """The longest way made of what helps nobody; a circle of it is a counter-example."""
    lengths: dict[State, int] = {}
    way: list[tuple[State, list[str]]] = []
    on_way: set[State] = set()
    for start in list(walk.nodes):
        way.append((start, list(OBSTINATE)))
        while way:
            state, left = way[-1]
            on_way.add(state)
            if not left or state in lengths:
                after = [walk.after(state, did) for did in OBSTINATE]
                lengths[state] = 1 + max((lengths[one] for one in after if isinstance(one, State)), default=0)
                on_way.discard(state)
                way.pop()
                continue
            after_this = walk.after(state, did := left.pop())
            if isinstance(after_this, State) and after_this in on_way:
                raise CounterExample(f"what helps nobody leads back here: {did}", _go_on(walk, state, [did]))
            if isinstance(after_this, State) and after_this not in lengths:
                way.append((after_this, list(OBSTINATE)))
    return max(lengths.values())


def _go_on(walk: Walk, state: State, dids: list[str]) -> Held:
    """The conversation itself, from a state on."""
    arrival, held = walk.nodes[state].arrival, walk.nodes[state].held
    for did in dids:
        if held.state:
            held = walk.go_on(arrival, held, did)
    return held


def _threes(words: list[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)
