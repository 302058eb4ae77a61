"""One recorded caller, heard as in a call."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audio.sound import frames, read_wav, silence
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.hearing_along import Ear
from ivr.judging import Answer, AnswerJudge
from ivr.media.line import Frame
from ivr.media.messages import FRAME_MS, SILENCE
from ivr.media.playback import Playback
from ivr.turn import Judgement, Utterance, hear_turn
from ivr.understanding.meaning import Understanding
from linli.evaluation.manifest import Recorded
from linli.evaluation.states import Decided, State

# Callers take a moment before they speak. It also tells the turn that what it hears is no echo of its prompt.
BEFORE_S = 1.0


@dataclass(frozen=True)
class Result:
    """What became of one file; `seconds` is how long recogniser and understanding worked on the utterance."""

    recorded: Recorded
    understood: str | None
    decision: Decided
    transcript: str
    seconds: float


async def hear(recorded: Recorded, state: State, ear: Ear, understanding: Understanding, now: datetime) -> Result:
    """Hear the first utterance of a file in this state."""
    judge = _WatchedJudge(AnswerJudge(ear, understanding, lambda: now, state.slot, asked=""))
    line = RecordedLine(silence(BEFORE_S) + await asyncio.to_thread(read_wav, recorded.file), judge)
    said_before = Playback(b"")
    said_before.stop()
    turn = await hear_turn(line, Endpointer(VoiceActivity()), said_before, state.slot.patience, judge)
    answer: Answer[Any] = Answer()
    if isinstance(turn, Utterance):
        judgement = turn.judgement or await turn.judging
        answer = judgement.result if judgement else Answer(failed=True)
    understood, decision = state.outcome(answer)
    return Result(recorded, understood, decision, answer.words, round(judge.seconds, 3))


class RecordedLine:
    """A line that gives a file's sound, then silence for ever.

    Nobody waits for time to pass but where it matters: while an utterance is being judged the file goes on at its own pace, as a
    caller would, and the silence after it waits. So a slow machine, or one with other work, changes the seconds and nothing else.
    """

    def __init__(self, sound: bytes, judge: "_WatchedJudge") -> None:
        self.clock_ms = 0
        self._frames = frames(sound)
        self._judge = judge

    async def next(self, timeout_s: float) -> Frame:
        """The next 20 ms."""
        sound = next(self._frames, None)
        if self._judge.idle.is_set():
            await asyncio.sleep(0)
        elif sound is None:
            await self._judge.idle.wait()
        else:
            await asyncio.sleep(FRAME_MS / 1000)
        self.clock_ms += FRAME_MS
        return Frame(sound or SILENCE, at_ms=self.clock_ms)


class _WatchedJudge:
    """A judge that tells whether it is at work, and how long it worked the last time."""

    def __init__(self, judge: AnswerJudge[Any]) -> None:
        self.idle = asyncio.Event()
        self.idle.set()
        self.seconds = 0.0
        self._judge = judge
        self._at_work = 0

    async def __call__(self, sound: bytes, by_prompt: bool) -> AsyncIterator[Judgement]:
        began = time.perf_counter()
        self._at_work += 1
        self.idle.clear()
        try:
            async for judgement in self._judge(sound, by_prompt):
                yield judgement
        finally:
            self.seconds = time.perf_counter() - began
            self._at_work -= 1
            if not self._at_work:
                self.idle.set()
