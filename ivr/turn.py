"""One turn of the caller's: play a prompt, and hear what is said or pressed."""

from collections import deque
from dataclasses import dataclass

from audio.voice_activity import VoiceActivity
from ivr.media.line import Digit, Frame, Line
from ivr.media.messages import FRAME_MS
from ivr.media.playback import Playback

# Speech begins at the first and goes on until the second: a lone word rises late, and its end is faint; noise stays below 0.2.
SPEECH_FROM = 0.4
SPEECH_UNTIL = 0.25
# Rule 11: speech interrupts after 300 ms of it, a cough does not.
INTERRUPTS_AFTER_MS = 300
# The detector lengthens a sound by 60 to 150 ms: 不 comes to 220 ms, a cough of 100 ms to 180 ms.
LEAST_SPEECH_MS = 200
BEFORE_SPEECH_MS = 500
LONGEST_MS = 20_000
# Where a phone sends nothing in silence, time passes without frames.
NEXT_WITHIN_S = 0.1


@dataclass(frozen=True)
class Patience:
    """How long to wait, in milliseconds: for the first word (rule 6), and in silence after the last one (rule 7)."""

    first_ms: int = 8_000
    end_ms: int = 1_000


@dataclass(frozen=True)
class Utterance:
    """What the caller said: sound with a little of the quiet around it."""

    sound: bytes


@dataclass(frozen=True)
class Key:
    """A key the caller pressed."""

    digit: str


async def hear_turn(line: Line, ear: VoiceActivity, playback: Playback, patience: Patience) -> Utterance | Key | None:
    """Wait out the prompt, or let a key or 300 ms of speech cut it, and hear one answer; None is silence.

    Raises `CallerHungUp` or `CallEnded`.
    """
    turn = _Turn(line, ear, patience)
    while True:
        try:
            heard = await line.next(NEXT_WITHIN_S)
        except TimeoutError:
            heard = None
        if isinstance(heard, Digit):
            playback.stop()
            return Key(heard.key)
        if heard is None:
            turn.pass_silence(int(NEXT_WITHIN_S * 1000), in_prompt=not playback.over)
        else:
            turn.take(heard, in_prompt=not playback.over)
        if turn.interrupts and not playback.over:
            playback.stop()
        if turn.over and playback.over:
            return turn.utterance


class _Turn:
    """What has been heard of one turn so far."""

    def __init__(self, line: Line, ear: VoiceActivity, patience: Patience) -> None:
        self._ear = ear
        self._patience = patience
        self._before: deque[bytes] = deque(maxlen=BEFORE_SPEECH_MS // FRAME_MS)
        self._sound: list[bytes] = []
        self._speech_ms = 0
        self._quiet_ms = 0
        self._speaking = False

    def take(self, frame: Frame, in_prompt: bool) -> None:
        """Take 20 ms of sound."""
        self._speaking = self._ear.feed(frame.sound) >= (SPEECH_UNTIL if self._speaking else SPEECH_FROM)
        if self._speaking:
            if not self._sound:
                self._sound.extend(self._before)
            self._speech_ms += FRAME_MS
            self._quiet_ms = 0
        else:
            self.pass_silence(FRAME_MS, in_prompt)
        if self._sound:
            self._sound.append(frame.sound)
        self._before.append(frame.sound)

    def pass_silence(self, ms: int, in_prompt: bool) -> None:
        """Let time pass in which the caller says nothing; what was too short to be speech is forgotten."""
        self._quiet_ms += ms
        if self._sound and self._quiet_ms >= self._patience.end_ms and self._speech_ms < LEAST_SPEECH_MS:
            self._sound.clear()
            self._speech_ms = 0
        if in_prompt and not self._sound:
            self._quiet_ms = 0  # the allowance begins when the prompt has ended

    @property
    def interrupts(self) -> bool:
        """Whether this is speech enough to cut a prompt."""
        return self._speech_ms >= INTERRUPTS_AFTER_MS

    @property
    def over(self) -> bool:
        """Whether the caller has finished, has gone on for too long, or has said nothing at all."""
        if self._sound and len(self._sound) * FRAME_MS >= LONGEST_MS:
            return True
        return self._quiet_ms >= (self._patience.end_ms if self._sound else self._patience.first_ms)

    @property
    def utterance(self) -> Utterance | None:
        """What was said, or None."""
        return Utterance(b"".join(self._sound)) if self._speech_ms >= LEAST_SPEECH_MS else None
