"""One conversation, held from its beginning up to where the caller's script ends. Fakes stand at the ports only."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from audio.prompts.catalogue import Wording, load_catalogue
from audio.recognizers import Hearing, Hypothesis, RecognitionError, RecognizerBusy
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.reception import reception
from ivr.endpointing import Endpointer
from ivr.errors import CallerHungUp, HandOver
from ivr.media.line import Digit, Frame
from ivr.media.messages import FRAME_BYTES
from ivr.media.playback import Playback
from ivr.record import add_turn, keep_collected, remember_speaking_in_call, speaking_in_call
from ivr.turn import Judge, Judgement, Key, Patience, Utterance
from tests.ivr.conftest import HANG_UP, NOW, SILENT
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.walk.inputs import BUSY, FAILING, LATE, NOISE
from tests.ivr.walk.state import State, waiting_state
from tests.ivr.walk.town import Snapshot, Town

CATALOGUE = load_catalogue()
UNDERSTANDING = PlainUnderstanding()
# What is written for others to read and changes nothing that a dialogue does: tests of its own look at it.
FOR_OTHERS = {add_turn: None, keep_collected: None, remember_speaking_in_call: None, speaking_in_call: (100, 0)}


class Paused(Exception):
    """The caller's script is at its end, and the conversation waits for more."""


@dataclass(frozen=True)
class Step:
    """One thing that the caller did, and what was heard of it; a message is listened to anew each time."""

    did: str
    heard: Utterance | Key | None = None


@dataclass
class Held:
    """What came of a conversation: where it waits, or how it ended, and all that was said and done."""

    steps: list[Step] = field(default_factory=list)
    done: list[Any] = field(default_factory=list)  # what the database answered
    said: list[tuple[str, str]] = field(default_factory=list)  # (prompt, or "" for the caller; words)
    state: State | None = None
    ending: BaseException | None = None
    last_patience_ms: int = 0
    town: Snapshot | None = None


class WalkedConversation(Conversation):
    """The real conversation; what the database answered up to the known state is remembered."""

    def __init__(self, line: "WalkedLine", around: Surroundings, town: Town, held: Held, known: Sequence[Any]) -> None:
        super().__init__(line, town.call_id, around, line.listen)
        self._town = town
        self._held = held
        self._known = deque(known)

    async def do(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if work in FOR_OTHERS:
            return FOR_OTHERS[work]
        answer = self._known.popleft() if self._known else self._town.ask(work, *args, **kwargs)
        self._held.done.append(answer)
        if isinstance(answer, Exception):
            raise answer
        return answer


class WalkedLine:
    """The caller, the line, the recogniser and the voice in one: prompts take no time, and the caller follows the script."""

    clock_ms = 0

    def __init__(self, held: Held, known: Sequence[Step], then: str | None, town: Town, speech: bytes) -> None:
        self._held = held
        self._known = deque(known)
        self._then = then
        self._town = town
        self._speech = [speech[at : at + FRAME_BYTES] for at in range(0, len(speech) - FRAME_BYTES, FRAME_BYTES)]
        self._prompt = ""
        self._saying = ""
        self._playing = False
        self._coming: deque[Frame | Digit | str] = deque()

    # The line

    def play(self, sound: bytes, more_to_come: bool = False) -> Playback:
        playback = Playback(sound)
        playback.stop()
        self._playing = True
        self._coming.clear()
        return playback

    async def listen(
        self, line: Any, endpointer: Endpointer, playback: Playback, patience: Patience, judge: Judge
    ) -> Utterance | Key | None:
        """One turn, without sound."""
        self._playing = False
        if self._known:
            step = self._known.popleft()
        else:
            did = self._next_of_script(patience.first_ms)
            step = Step(did, None if did == HANG_UP else await self._hear(did, judge))
        self._note(step)
        if step.did == HANG_UP:
            raise CallerHungUp
        return step.heard

    async def next(self, timeout_s: float) -> Frame | Digit:
        """A message, of which there is the sound."""
        await asyncio.sleep(0)
        if self._playing:
            self._playing = False
            step = self._known.popleft() if self._known else Step(self._next_of_script(0))
            self._note(step)
            self._take(step.did)
        if not self._coming:
            raise TimeoutError
        coming = self._coming.popleft()
        if coming == HANG_UP:
            raise CallerHungUp
        assert not isinstance(coming, str)
        return coming

    def _take(self, did: str) -> None:
        kind, _, key = did.partition(":")
        if did == HANG_UP:
            self._coming.append(did)
        elif kind == "key":
            self._coming.append(Digit(key))
        elif did not in (SILENT, NOISE):
            self._saying = did
            self._coming.extend(Frame(sound) for sound in self._speech)

    # The voice

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        words = CATALOGUE.text(name, wording=wording, **fields)
        self._prompt = name
        self._held.said.append((name, words))
        return words

    def pieces(self, name: str, text: str) -> Iterator[bytes]:
        yield b""

    def at(self, pace_percent: int, louder_db: int) -> "WalkedLine":
        return self

    # The recogniser

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        if self._saying == FAILING:
            raise RecognitionError("broken")
        if self._saying == BUSY:
            raise RecognizerBusy("busy")
        if self._saying == NOISE:
            return Hearing((Hypothesis("字幕", 0.0),), no_speech=0.9)
        return Hearing((Hypothesis(self._saying, 0.0),))

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        return before

    async def _hear(self, did: str, judge: Judge) -> Utterance | Key | None:
        kind, _, key = did.partition(":")
        if did == SILENT:
            return None
        if kind == "key":
            return Key(key)
        self._saying = did.removeprefix(LATE)
        if did.startswith(LATE):
            return Utterance(b"", None, asyncio.create_task(_late(judge)))
        judgement = await _last_of(judge)
        # What is nothing is dismissed, and then there is silence.
        return None if judgement.nothing else Utterance(b"", judgement, judging=None)

    def _next_of_script(self, patience_ms: int) -> str:
        if self._then is None:
            self._held.state = waiting_state(self._prompt, patience_ms, self._town.circumstances)
            raise Paused
        did, self._then = self._then, None
        self._held.last_patience_ms = patience_ms
        return did

    def _note(self, step: Step) -> None:
        self._held.steps.append(step)
        self._held.said.append(("", step.did))


async def _last_of(judge: Judge) -> Judgement:
    return [judgement async for judgement in judge(b"", False)][-1]


async def _late(judge: Judge) -> Judgement:
    await asyncio.sleep(1)
    return await _last_of(judge)


async def hold(town: Town, caller: Caller, desk: Desk, before: Held, then: str | None, speech: bytes) -> Held:
    """Hold the conversation `before` once more, let the caller do one thing more, and stop where they are waited for again."""
    held = Held()
    town.go_back(before.town)
    line = WalkedLine(held, before.steps, then, town, speech)
    around = Surroundings(town.sessions, line, line, UNDERSTANDING, lambda: NOW)
    talk = WalkedConversation(line, around, town, held, before.done)
    try:
        await reception(talk, caller, desk)
    except Paused:
        pass
    except Exception as ending:  # a crash is a finding too
        held.ending = ending.with_traceback(None) if isinstance(ending, HandOver | CallerHungUp) else ending
    held.town = town.snapshot()
    await asyncio.sleep(0)  # what is written beside the conversation
    return held
