"""A call that follows a script: each thing is said when the system has finished its prompt."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from audio.sound import read_wav, write_wav
from linli.call_screen import CallScreen
from linli.softphone import Call, CallOver, CallRefused, Identity, Softphone, SoftphoneError, Span, Unreachable

ANSWERED_WITHIN_S = 60
PROMPT_WITHIN_S = 60
LONGEST_STAY_S = 600

# What the hotline says when it is not done yet; whoever answered that would talk into its next question.
NOT_DONE = "one_moment"

REFUSALS = {
    401: "密码不对 / the secret is wrong",
    403: "不允许呼叫 / calling is not allowed",
    404: "没有这个号码 / there is no such number",
    408: "没有任何回应 / nothing answers",
    480: "暂时没有人接听 / nobody can answer now",
    486: "占线 / busy",
    503: "热线暂停服务 / the hotline is out of service",
    603: "拒绝接听 / declined",
}


class Kind(StrEnum):
    """What is done in a call."""

    SAY = "say"
    WAV = "wav"
    DTMF = "dtmf"


@dataclass
class Action:
    """One thing to say or press: words, a sound file or keys; `span` is when that was, once it is done."""

    kind: Kind
    value: str
    span: Span | None = None


@dataclass
class CallReport:
    """What became of a call. `error` says why it went wrong, in words; seconds count from `sound_began_at`."""

    from_number: str
    to_number: str
    actions: list[Action]
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    sound_began_at: datetime | None = None
    hung_up_by: str | None = None
    heard: list[Span] = field(default_factory=list)
    recording: Path | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The document that `linli call --json` prints."""
        return {
            "from": self.from_number,
            "to": self.to_number,
            "started_at": _iso(self.started_at),
            "answered_at": _iso(self.answered_at),
            "ended_at": _iso(self.ended_at),
            "hung_up_by": self.hung_up_by,
            "actions": [{"kind": action.kind, "value": action.value, **self._when(action.span)} for action in self.actions],
            "heard": [asdict(span) for span in self.heard],
            "recording": str(self.recording) if self.recording else None,
            "error": self.error,
        }

    def _when(self, span: Span | None) -> dict[str, Any]:
        if span is None or self.sound_began_at is None:
            return {"at": None, "start_s": None, "end_s": None}
        return {"at": _iso(self.sound_began_at + timedelta(seconds=span.start_s)), **asdict(span)}


def place_call(
    actions: Sequence[Action],
    *,
    server: str,
    identity: Identity,
    number: str,
    speak: Callable[[str], bytes],
    screen: CallScreen,
    stay_s: float = 12,
    record: Path | None = None,
) -> CallReport:
    """Call, say and press everything in turn, stay while the system still speaks, and hang up.

    Never raises for what happens on the line: the report's `error` tells it. `speak` makes sound of words. `record`
    is where what was heard is written. Raises `SoundError` or `SynthesisError` before dialling.
    """
    report = CallReport(identity.number, number, list(actions))
    # All sound is made before the call, so that the system never waits for it.
    sounds = [_sound_of(action, speak) for action in actions]
    screen.show_note(f"拨打 / calling {number} ({identity.number})")
    try:
        with Softphone(server, identity) as phone:
            call = phone.dial(number)
            with _noted(call, report, screen, record):
                _follow_script(call, report.actions, sounds, screen, stay_s)
    except SoftphoneError as error:
        report.error = _in_words(error, server)
    return report


def _sound_of(action: Action, speak: Callable[[str], bytes]) -> bytes:
    match action.kind:
        case Kind.SAY:
            return speak(action.value)
        case Kind.WAV:
            return read_wav(action.value)
        case Kind.DTMF:
            return b""


def _follow_script(call: Call, actions: Sequence[Action], sounds: Sequence[bytes], screen: CallScreen, stay_s: float) -> None:
    call.wait_answered(ANSWERED_WITHIN_S)
    screen.show_note("已接通 / answered")
    try:
        for action, sound in zip(actions, sounds, strict=True):
            _hear_out(call, screen)
            screen.show_ours(action.value)
            action.span = call.press(action.value) if action.kind is Kind.DTMF else call.say(sound)
        while call.wait_more_speech(stay_s, LONGEST_STAY_S):
            screen.show_theirs(call.finished_speech)
    except CallOver:
        pass  # the system's right: the report says who hung up and what was still to be said


def _hear_out(call: Call, screen: CallScreen) -> None:
    call.wait_prompt_end(PROMPT_WITHIN_S)
    screen.show_theirs(call.speech)
    while screen.last_prompt == NOT_DONE and call.wait_more_speech(PROMPT_WITHIN_S, PROMPT_WITHIN_S):
        screen.show_theirs(call.speech)


@contextmanager
def _noted(call: Call, report: CallReport, screen: CallScreen, record: Path | None) -> Iterator[None]:
    """Whatever becomes of the call, it is hung up, the report tells it and what was heard is kept."""
    report.started_at = call.started_at
    try:
        yield
    finally:
        if call.answered_at:
            with suppress(SoftphoneError):  # what went wrong before is what counts
                call.hang_up(5)
        report.answered_at = call.answered_at
        report.sound_began_at = call.sound_began_at
        report.heard = call.speech
        if call.ended:
            report.ended_at = call.ended.at
            report.hung_up_by = "system" if call.ended.by_far_end else "caller"
        if record:
            write_wav(record, call.heard)
            report.recording = record
        screen.show_theirs(call.speech)


def _in_words(error: SoftphoneError, server: str) -> str:
    match error:
        case Unreachable():
            return f"热线没有任何回应，邻里在运行吗？ / nothing answers at {server}: is Linli running (make run)?"
        case CallRefused(status=status):
            reason = REFUSALS.get(status, error.reason)
            return f"热线没有接听：{reason} / the hotline did not take the call: SIP {status}"
        case _:
            return str(error)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
