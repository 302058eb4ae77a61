"""Whole conversations in one line: what the caller says, and what becomes of it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from dispatch.queue import JobQueue
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import know_caller, residents_calling
from ivr.dialogues.desk import Desk
from ivr.dialogues.reception import reception
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from models.calls import Call, Turn
from models.database import SessionMaker
from models.orders import Order
from tests.ivr.conftest import NOW, FakeEar, FakeLine, SilentVoice
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.timeless import run_timeless

# 王秀英 alone calls from here.
ALONE = "13800000001"


@dataclass
class Told:
    """What a conversation left behind. `words` is all that was said to the caller, prompt by prompt as `prompts` names them."""

    ending: str
    prompts: list[str]
    words: list[str]
    orders: list[Order]
    call: Call
    turns: list[Turn]
    tuned: tuple[int, int]  # how fast (percent) and how much louder (dB) we spoke at the end
    handed_over: HandOver | None = None

    @property
    def collected(self) -> dict[str, object]:
        """What was kept for whoever takes over."""
        return self.call.collected

    @property
    def callers_turns(self) -> int:
        """How often the caller had to say something before the order stood."""
        before = self.prompts.index("order_placed")
        return sum(prompt not in ("one_moment", "no_last_order") for prompt in self.prompts[:before])


def hold(
    sessions: SessionMaker, queue: JobQueue, recordings_dir: Path, speech: bytes, answers: Sequence[str], number: str = ALONE
) -> Told:
    """Hold one conversation with whoever calls from this number and says these things."""
    line = FakeLine(deque(answers), speech)
    voice = SilentVoice()
    around = Surroundings(sessions, voice, FakeEar(line), PlainUnderstanding(), lambda: NOW)
    handed_over = None
    with sessions() as session:
        calling = residents_calling(session, number, None)
        caller = know_caller(session, calling)
        channel_id = f"test.{session.scalar(select(Call.id).order_by(Call.id.desc()).limit(1)) or 0}"
        call = begin_call(session, channel_id, number, None, calling)
    try:
        run_timeless(reception(Conversation(line, call.id, around), caller, Desk(queue, recordings_dir)))
        ending = "goodbye"
    except HandOver as over:
        ending, handed_over = f"operator:{over.reason}", over
    except CallerHungUp:
        ending = "hung up"
    with sessions() as session:
        orders = list(session.scalars(select(Order).order_by(Order.id)))
        for order in orders:
            assert order.service
            assert order.history
        call = session.get_one(Call, call.id)
        turns = list(call.turns)
        words = [turn.words for turn in turns if turn.speaker == "system"]
        return Told(ending, voice.said, words, orders, call, turns, voice.tuned, handed_over)
