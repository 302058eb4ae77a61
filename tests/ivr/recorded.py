"""Calls with a recording, made without a telephone, and the ear that knows their sounds again."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update

from audio.recognizers import Hearing, Hypothesis
from audio.sound import from_samples, to_samples
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import know_caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.reception import reception
from ivr.errors import CallerHungUp, HandOver
from ivr.media.line import Digit, Frame
from ivr.record import begin_call, callers_recording, finish_call, hand_over_call
from ivr.recorder import CallersSide, Recorder
from models.calls import Call, Turn
from models.database import SessionMaker
from models.residents import residents_by_number
from tests.ivr.conftest import NOW, FakeLine, SilentVoice
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.telling import ALONE
from tests.ivr.timeless import run_timeless


@dataclass
class TappedLine(FakeLine):
    """A line whose caller's side is recorded; each answer is said a little softer than the one before."""

    side: CallersSide | None = None
    loudness: float = 1.0
    last_said: str = ""

    async def next(self, timeout_s: float) -> Frame | Digit:
        item = await super().next(timeout_s)
        if isinstance(item, Digit):
            return item
        if self.saying != self.last_said:
            self.last_said, self.loudness = self.saying, self.loudness * 0.95
        softer = from_samples(to_samples(item.sound) * self.loudness)
        frame = Frame(softer, at_ms=item.at_ms)
        assert self.side
        self.side.take(frame)
        return frame


@dataclass
class KeenEar:
    """Hears what the caller says, and knows every sound again that it has heard; another cut of one by its loudness."""

    line: TappedLine | None = None
    known: dict[bytes, str] = field(default_factory=dict)
    cut_otherwise: int = 0

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        if self.line:
            self.known[sound] = self.line.saying
        if sound not in self.known:
            self.cut_otherwise += 1
            sound = min(self.known, key=lambda known: abs(loudest(known) - loudest(sound)))
        return Hearing((Hypothesis(self.known[sound], 0.0),))

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        return before


def loudest(sound: bytes) -> float:
    """The loudest sample."""
    return float(abs(to_samples(sound)).max())


def hold_recorded(
    sessions: SessionMaker,
    desk: Desk,
    speech: bytes,
    answers: Sequence[str],
    number: str = ALONE,
    at: datetime = NOW,
) -> tuple[int, KeenEar]:
    """Hold a call and record it, as the hotline does; the call's id, and the ear that heard it."""
    recorder = Recorder(desk.recordings_dir)
    with sessions() as session:
        calling = residents_by_number(session, number)
        caller = know_caller(session, calling)
        call = begin_call(session, f"replay.{len(list(desk.recordings_dir.glob('*')))}", number, None, calling)
    ear = KeenEar()
    with recorder.begin(callers_recording(call.channel_id)) as side:
        line = ear.line = TappedLine(deque(answers), speech, side=side)
        around = Surroundings(sessions, SilentVoice(), ear, PlainUnderstanding(), lambda: at)
        outcome = run_timeless(_hold(Conversation(line, call.id, around), caller, desk))
    ear.line = None
    recorder.close()
    with sessions() as session:
        if outcome in ("goodbye", "hung_up"):
            finish_call(session, call.channel_id, outcome, at)
        else:
            hand_over_call(session, call.channel_id, outcome, at)
        # The wall's clock is not the conversation's here.
        session.execute(update(Turn).where(Turn.call_id == call.id).values(at=at))
        session.execute(update(Call).where(Call.id == call.id).values(started_at=at))
        session.commit()
    return call.id, ear


async def _hold(talk: Conversation, caller, desk: Desk) -> str:
    outcome = "goodbye"
    try:
        await reception(talk, caller, desk)
    except HandOver as over:
        outcome = over.reason
    except CallerHungUp:
        outcome = "hung_up"
    # What was said last is still being written down.
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    return outcome
