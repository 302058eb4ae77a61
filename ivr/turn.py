"""One turn of the caller's: play a prompt, and hear what is said or pressed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ivr.endpointing import Endpointer
from ivr.media.line import Digit, Frame
from ivr.media.messages import FRAME_MS
from ivr.media.playback import Playback

# Rule 11: speech interrupts after 300 ms of it, a cough does not.
INTERRUPTS_AFTER_MS = 300
# A silence this short may be the end: what was said so far is recognised, just in case. The detector is 60 to 150 ms late itself.
JUDGED_AFTER_MS = 100
# What was no answer is forgotten, and a prompt that it interrupted goes on.
NOTHING_AFTER_MS = 600
# A second hearing that is not ready by the end of the patience is given so long.
SECOND_WITHIN_MS = 250
# Who is loud again at the end of the patience, though not surely speaking, is given so long to show it.
LOUDER_AGAIN_MS = 400
# The recogniser is late: the caller is told to wait.
LATE_AFTER_MS = 1_900
LONGEST_MS = 20_000
# A prompt that is talked over again and again stops at last.
MOST_FALSE_ALARMS = 3
THINKS_ON_MS = 4_000
# What begins so soon after a prompt may be its echo.
ECHO_AFTER_MS = 700
# Where a phone sends nothing in silence, time passes without frames.
NEXT_WITHIN_S = 0.1


class Incoming(Protocol):
    """The caller's side of a line: `ivr.media.line.Line`, or a recorded caller."""

    @property
    def clock_ms(self) -> int:
        """How long the line has been open."""
        ...

    async def next(self, timeout_s: float) -> Frame | Digit:
        """Wait for the next frame or key; raises `TimeoutError`, `CallerHungUp` or `CallEnded`."""
        ...


@dataclass(frozen=True)
class Patience:
    """How long to wait, in milliseconds: for the first word (rule 6), and in silence after the last one (rule 7).

    `end_ms` is for an answer that may go on, `complete_ms` for a whole one, `unsure_ms` for a whole one that would be asked
    about: a wish often follows its reason (医生给我开了个方子，没人去抓药), and a comma takes 0.5 s. The detector's silence
    begins 60 to 150 ms late, but where a word ends faintly and the next begins so (二……上), a pause of 1 s comes to 1.3 s.
    """

    first_ms: int = 8_000
    end_ms: int = 1_500
    complete_ms: int = 380
    unsure_ms: int = 800


@dataclass(frozen=True)
class Judgement:
    """What an utterance came to so far: nothing (a cough, 嗯), words that are no answer, or an answer, maybe a whole one.

    An answer that is `whole` is `complete` where it is also sure.
    """

    nothing: bool = False
    understood: bool = False
    whole: bool = False
    complete: bool = False
    result: Any = None


# Takes a sound, and whether it was heard while a prompt was, or just after it; gives one judgement after the other, each better
# than the one before, and at least one.
Judge = Callable[[bytes, bool], AsyncIterator[Judgement]]


@runtime_checkable
class HearsAlong(Protocol):
    """A judge that is given the sound as it comes, so that a streaming engine has done most of its work by the end."""

    def take(self, sound: bytes) -> None:
        """Take the next piece; what is then judged is all that was taken since the last `forget` or judgement."""
        ...

    def forget(self) -> None:
        """What was taken was nothing, or is dealt with."""
        ...


@dataclass(frozen=True)
class Utterance:
    """What the caller said, and what it came to; where the recogniser is late, `judging` tells. Times are by the line's clock."""

    sound: bytes
    judgement: Judgement | None
    judging: "asyncio.Task[Judgement | None]"
    times: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """A key the caller pressed."""

    digit: str


# How one turn is heard: `hear_turn`, or a recorded call's turn once more.
Listen = Callable[[Incoming, Endpointer, Playback, Patience, Judge], Awaitable[Utterance | Key | None]]


async def hear_turn(
    line: Incoming, ear: Endpointer, playback: Playback, patience: Patience, judge: Judge
) -> Utterance | Key | None:
    """Wait out the prompt, or let a key or 300 ms of speech cut it, and hear one answer; None is silence.

    Speech pauses the prompt; when it turns out to be nothing, or no answer, the prompt goes on. Raises `CallerHungUp` or
    `CallEnded`.
    """
    turn = _Turn(ear, playback, patience, judge)
    try:
        while not turn.over:
            try:
                heard = await line.next(NEXT_WITHIN_S)
            except TimeoutError:
                ear.pass_silence(int(NEXT_WITHIN_S * 1000))
                turn.consider(int(NEXT_WITHIN_S * 1000))
                continue
            if isinstance(heard, Digit):
                playback.stop()
                return Key(heard.key)
            ear.take(heard)
            turn.consider(FRAME_MS)
        playback.stop()
        return turn.utterance(line.clock_ms)
    finally:
        turn.end()


class _Turn:
    """What came of one turn so far."""

    def __init__(self, ear: Endpointer, playback: Playback, patience: Patience, judge: Judge) -> None:
        self.over = False
        self._ear = ear
        self._playback = playback
        self._patience = patience
        self._judge = judge
        self._along = judge if isinstance(judge, HearsAlong) else None
        self._taken_ms = 0
        self._judging: asyncio.Task[Judgement | None] | None = None
        self._latest: Judgement | None = None
        self._silent_ms = 0
        self._judgings = 0
        self._false_alarms = 0
        self._by_prompt = False
        self._judged_ms = 0
        self._given_ms = 0
        ear.forget()

    def consider(self, ms: int) -> None:
        """Decide what the last `ms` of sound or silence come to."""
        self._hear_along()
        if not self._ear.begun:
            self._wait_for_speech(ms)
        elif self._ear.quiet_ms == 0:
            self._follow_speech()
        elif self._ear.is_speech:
            self._weigh_silence()
        elif self._ear.quiet_ms >= NOTHING_AFTER_MS:
            self._dismiss()

    def utterance(self, now_ms: int) -> Utterance | None:
        """What was said, or None."""
        if self._judging is None:
            return None
        if self._latest:
            self._judging.cancel()
        times = {
            "speech_began_ms": self._ear.began_ms,
            "speech_ended_ms": self._ear.ended_ms,
            "decided_ms": now_ms,
            "waited_ms": self._ear.quiet_ms,
            "sound_from_ms": self._ear.sound_from_ms,
            "sound_to_ms": self._ear.sound_from_ms + self._ear.sound_ms,
            "judgings": self._judgings,
            "false_alarms": self._false_alarms,
            "judged_to_ms": self._ear.sound_from_ms + self._judged_ms,
            "by_prompt": int(self._by_prompt),
        }
        utterance = Utterance(self._ear.sound, self._latest, self._judging, times)
        self._judging = None
        return utterance

    def end(self) -> None:
        """Leave nothing at work."""
        self._stop_judging()
        self._forget_along()

    def _hear_along(self) -> None:
        if self._along and self._judging is None and self._ear.is_speech:
            self._along.take(self._ear.sound_from(self._taken_ms))
            self._taken_ms = self._ear.sound_ms

    def _wait_for_speech(self, ms: int) -> None:
        if self._playback.over:
            self._silent_ms += ms
            self.over = self._silent_ms >= self._patience.first_ms

    def _follow_speech(self) -> None:
        self._stop_judging()
        self._given_ms = 0
        if self._ear.speech_ms >= INTERRUPTS_AFTER_MS:
            self._playback.pause()
        if self._ear.sound_ms >= LONGEST_MS:
            self._start_judging()
            self.over = True

    def _weigh_silence(self) -> None:
        quiet_ms, latest = self._ear.quiet_ms, self._latest
        if self._judging is None:
            if quiet_ms >= JUDGED_AFTER_MS:
                self._start_judging()
        elif latest is None:
            self.over = self._judging.done() or quiet_ms >= LATE_AFTER_MS
        elif latest.nothing:
            if quiet_ms >= NOTHING_AFTER_MS:
                self._dismiss()
        elif latest.complete:
            self.over = quiet_ms >= self._patience.complete_ms
        elif quiet_ms >= self._patience_ms(second=not self._judging.done()) and not self._goes_on():
            if latest.understood or self._playback.over or self._false_alarms >= MOST_FALSE_ALARMS:
                self.over = True
            else:
                self._dismiss()

    def _patience_ms(self, second: bool) -> int:
        """How long the caller may be silent, while a second hearing is at work or not."""
        whole = self._latest is not None and self._latest.whole
        usual_ms = self._patience.unsure_ms if whole else self._patience.end_ms
        return usual_ms + self._given_ms + (SECOND_WITHIN_MS if second else 0)

    def _goes_on(self) -> bool:
        """Whether the caller may have begun to speak again; what is merely loud again is believed once."""
        if not self._given_ms and self._ear.is_louder_again:
            self._given_ms = LOUDER_AGAIN_MS
            return True
        return self._ear.sounds_again

    def _dismiss(self) -> None:
        """What was said is no answer: go on as if it had not been said."""
        self._stop_judging()
        if self._playback.over:
            self._silent_ms += self._ear.sound_ms
            # Who hums is thinking, and is given time for it; but not for ever.
            if self._ear.is_speech and self._false_alarms < MOST_FALSE_ALARMS:
                self._silent_ms = min(self._silent_ms, max(0, self._patience.first_ms - THINKS_ON_MS))
        self._false_alarms += self._ear.is_speech
        self._forget_along()
        self._ear.forget()
        self._playback.resume()

    def _start_judging(self) -> None:
        self._judgings += 1
        self._by_prompt = not self._playback.over or self._silent_ms < ECHO_AFTER_MS
        self._judged_ms = self._ear.sound_ms
        self._judging = asyncio.create_task(self._follow(self._judge(self._ear.sound, self._by_prompt)))

    def _stop_judging(self) -> None:
        if self._judging:
            self._judging.cancel()
            self._forget_along()
        self._judging = self._latest = None

    def _forget_along(self) -> None:
        self._taken_ms = 0
        if self._along:
            self._along.forget()

    async def _follow(self, judgements: AsyncIterator[Judgement]) -> Judgement | None:
        async for judgement in judgements:
            self._latest = judgement
        return self._latest
