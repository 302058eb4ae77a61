"""A call as its caller sees it: waiting, speaking, pressing keys, hearing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from linli.softphone.errors import CallOver, CallRefused, Unreachable, WaitedTooLong
from linli.softphone.hearing import Hearing, Span, last_loud_frame, seconds
from linli.softphone.messages import (
    Answer,
    Answered,
    Command,
    Ended,
    Event,
    HangUp,
    Heard,
    KeyHeard,
    Play,
    Played,
    Press,
    Progress,
)

KEY_FRAMES = 13
"""pjsua sends a key for 200 ms and leaves a gap."""

CUT_OFF_FRAMES = 30
"""A prompt that stops within 0.6 s of what we did was cut off by it; it is not the reply."""

SIGN_OF_LIFE_S = 5
"""A far end that is there says 100 Trying at once; without it SIP itself gives up after 32 s only (RFC 3261 timer B)."""

BUSY = 486

T = TypeVar("T")


class Phone(Protocol):
    """What a call needs of the phone that it is on."""

    def send(self, command: Command) -> None:
        """Tell the phone's process; raise `SoftphoneError` if that is gone."""
        ...

    def wait_for(self, seen: Callable[[], T], timeout_s: float) -> T:
        """Wait for something true; what was seen last. Raise `SoftphoneError` if the phone broke down."""
        ...


class Call:
    """One call on a softphone; all waits are bounded and raise `WaitedTooLong`, or `CallOver` when it ends meanwhile.

    Times in seconds count from the moment its sound first flowed and are places in `heard`.
    """

    def __init__(self, phone: Phone, name: str, number: str) -> None:
        self.phone = phone
        self.name = name
        self.number = number
        self.started_at = datetime.now(UTC)
        self.sound_began_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.ended: Ended | None = None
        self.progress = 0
        self.keys_heard = ""
        self.hearing = Hearing()
        self._asked_to_play = 0
        self._played: list[Played] = []
        self._acted_until = 0

    @property
    def heard(self) -> bytes:
        """Everything heard so far, 8 kHz 16-bit mono."""
        return bytes(self.hearing.sound)

    @property
    def speech(self) -> list[Span]:
        """When the far end spoke."""
        return self.hearing.speech

    @property
    def finished_speech(self) -> list[Span]:
        """When the far end spoke, without what it is still saying."""
        return self.hearing.finished_speech

    @property
    def quiet_for_s(self) -> float:
        """How long neither side has spoken or pressed a key."""
        ours = seconds(self._acted_until)
        return self.now_s - max([ours, *(span.end_s for span in self.speech[-1:])])

    @property
    def now_s(self) -> float:
        """How long the call's sound has been flowing."""
        return seconds(self.hearing.frames)

    def answer(self, timeout_s: float = 20) -> None:
        """Pick up an incoming call."""
        self.phone.send(Answer(self.name))
        self._wait(lambda: self.answered_at, timeout_s, "应答 / answering")

    def decline(self, status: int = BUSY) -> None:
        """Turn an incoming call away."""
        self.phone.send(HangUp(self.name, status))

    def hang_up(self, timeout_s: float = 20) -> Ended:
        """End the call; if it has ended already, say how."""
        if self.ended is None:
            self.phone.send(HangUp(self.name, 0))
        return self.wait_ended(timeout_s)

    def wait_answered(self, timeout_s: float) -> None:
        """Wait for the far end to answer; raise `CallRefused` when it does not want to, `Unreachable` when nothing is there."""
        if not self.phone.wait_for(lambda: self.progress or self.answered_at or self.ended, min(timeout_s, SIGN_OF_LIFE_S)):
            raise Unreachable(f"{self.number}: 没有任何回应 / nothing there at all")
        try:
            self._wait(lambda: self.answered_at, timeout_s, "应答 / an answer")
        except CallOver as over:
            raise CallRefused(over.status, over.reason) from None

    def wait_prompt_end(self, timeout_s: float) -> Span:
        """Wait until the far end has spoken since we last said or pressed something, and has then been silent for 1.2 s."""
        return self._wait(lambda: self._reply, timeout_s, "对方把话说完 / the end of a prompt")

    def wait_more_speech(self, quiet_s: float, timeout_s: float) -> bool:
        """Wait for the far end to finish speaking once more: True; False when neither side does anything for `quiet_s`."""
        so_far = len(self.finished_speech)
        self._wait(lambda: len(self.finished_speech) > so_far or self.quiet_for_s >= quiet_s, timeout_s, "安静 / silence")
        return len(self.finished_speech) > so_far

    def wait_keys(self, how_many: int, timeout_s: float) -> str:
        """Wait until the far end has pressed so many keys in all; all that it pressed."""
        return self._wait(lambda: self.keys_heard if len(self.keys_heard) >= how_many else "", timeout_s, "按键 / keys")

    def wait_ended(self, timeout_s: float) -> Ended:
        """Wait until the call is over, and tell how it ended."""
        ended = self.phone.wait_for(lambda: self.ended, timeout_s)
        if ended is None:
            raise WaitedTooLong(f"等了 {timeout_s:g} 秒仍未挂断 / the call was not over after {timeout_s:g} s")
        return ended

    def say(self, sound: bytes) -> Span:
        """Play a sound once, at once, and wait until all of it has gone out; when that was."""
        self._asked_to_play += 1
        mine = self._asked_to_play
        self.phone.send(Play(self.name, sound))
        self._wait(lambda: len(self._played) >= mine, 5 + len(sound) / 16000, "放音 / playing")
        played = self._played[mine - 1]
        self._acted_until = played.first_frame + last_loud_frame(sound)
        return Span(seconds(played.first_frame), seconds(played.end_frame))

    def press(self, keys: str) -> Span:
        """Send keys (0-9 * # A-D) and wait until they have gone out; when that was."""
        begin = self.hearing.frames
        end = begin + KEY_FRAMES * len(keys)
        self.phone.send(Press(self.name, keys))
        self._wait(lambda: self.hearing.frames >= end, 5 + seconds(end - begin), "发送按键 / sending keys")
        # The reply may come as soon as the last key is heard, before it has gone out whole.
        self._acted_until = end - KEY_FRAMES
        return Span(seconds(begin), seconds(end))

    def take(self, event: Event) -> None:
        """Note what the phone's process reports about this call; called by the phone alone."""
        match event:
            case Heard(_, frame):
                self.sound_began_at = self.sound_began_at or datetime.now(UTC)
                self.hearing.listen(frame)
            case Progress(_, status):
                self.progress = status
            case Answered(_, at):
                self.answered_at = at
            case Played():
                self._played.append(event)
            case KeyHeard(_, key):
                self.keys_heard += key
            case Ended():
                self.ended = event

    @property
    def _reply(self) -> Span | None:
        if not self.speech or self.finished_speech != self.speech:
            return None
        last = self.speech[-1]
        is_reply = last.start_s >= seconds(self._acted_until) or last.end_s > seconds(self._acted_until + CUT_OFF_FRAMES)
        return last if is_reply else None

    def _wait(self, seen: Callable[[], T | None], timeout_s: float, what: str) -> T:
        found = self.phone.wait_for(lambda: seen() or self.ended, timeout_s)
        if not found:
            raise WaitedTooLong(f"等了 {timeout_s:g} 秒没有等到{what} was not seen within {timeout_s:g} s")
        if isinstance(found, Ended):
            raise CallOver(found.status, found.reason, what)
        return found
