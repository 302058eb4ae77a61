"""A recorded call as its exchanges: each thing that we said, and what the caller said or pressed after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.calls import Call, Turn

# Said because the recogniser was late: a replay waits for it.
NOT_ASKED = "one_moment"
HUNG_UP = "hung_up"


@dataclass(frozen=True)
class Reply:
    """What the caller said or pressed, and what was made of it then."""

    words: str
    heard: dict[str, Any]
    at: datetime

    @property
    def is_message(self) -> bool:
        """Whether this is a message, which no judge has heard."""
        return "seconds" in self.heard


@dataclass
class Exchange:
    """One prompt, and the answer if there was one. `number` counts the answers from 1, `began_ms` is by the line's clock."""

    prompt: str
    words: str
    at: datetime
    began_ms: int
    reply: Reply | None = None
    number: int = 0


@dataclass(frozen=True)
class Script:
    """What happened in a call, in its order."""

    call_id: int
    began: datetime
    outcome: str
    collected: dict[str, Any]
    exchanges: Sequence[Exchange]

    @property
    def replies(self) -> dict[int, Exchange]:
        """The exchanges that the caller answered, by their number."""
        return {exchange.number: exchange for exchange in self.exchanges if exchange.number}


def read_script(call: Call) -> Script:
    """Read a call's turns; an answer belongs to the last prompt of its name, for a message's words come later."""
    exchanges: list[Exchange] = []
    for turn in call.turns:
        if turn.speaker == "system" and turn.prompt != NOT_ASKED:
            exchanges.append(Exchange(turn.prompt, turn.words, turn.at, turn.heard.get("began_ms", 0)))
        elif turn.speaker == "caller":
            _answer(exchanges, turn)
    answered = [exchange for exchange in exchanges if exchange.reply]
    for number, exchange in enumerate(answered, start=1):
        exchange.number = number
    return Script(call.id, call.started_at, call.outcome.removeprefix("operator:"), call.collected, exchanges)


def _answer(exchanges: Sequence[Exchange], turn: Turn) -> None:
    for exchange in reversed(exchanges):
        if exchange.prompt == turn.prompt and exchange.reply is None:
            exchange.reply = Reply(turn.words, turn.heard, turn.at)
            return
