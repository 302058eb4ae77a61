"""A conversation: say, ask, do. Silence, no-match, keys, 人工, again and emergencies are handled here, once for all dialogues."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.orm import Session

from audio.prompts.catalogue import Wording
from audio.recognizers import Hearing, RecognitionError
from audio.voice_activity import VoiceActivity
from ivr.errors import HandOver
from ivr.media.line import Line
from ivr.record import add_turn, keep_collected
from ivr.slots.slot import Slot
from ivr.turn import Key, Patience, Utterance, hear_turn
from ivr.understanding.answers import is_emergency, wants_operator, wants_repeat
from models.database import SessionMaker

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

OPERATOR_KEY = "0"
# Rule 8: two failures in a row bring a person.
MOST_FAILURES = 2
# Domain, section 2: never more than 3 s of silence.
ONE_MOMENT_AFTER_S = 2.0
BLOCKING_WITHIN_S = 20.0
# Whisper is at least this sure that nobody spoke on every clip of mere noise, and less sure on every clip of speech.
NO_SPEECH_FROM = 0.6


class Voice(Protocol):
    """What gives prompts their words and their sound."""

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        """The words of a prompt."""
        ...

    def sound(self, name: str, text: str) -> bytes:
        """The sound of these words; blocks while it is made."""
        ...


class Ear(Protocol):
    """What recognises speech without blocking the loop."""

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; raise `RecognitionError`, also when it takes too long."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What every conversation of this process shares."""

    sessions: SessionMaker
    voice: Voice
    ear: Ear
    clock: Callable[[], datetime]  # aware, in the community's time zone


@dataclass(frozen=True)
class _Heard:
    """What one turn of the caller's came to."""

    key: str = ""
    hearing: Hearing | None = None


class Conversation:
    """One caller on one line. Its methods raise `CallerHungUp`, `CallEnded` and `HandOver`, which no dialogue catches."""

    def __init__(self, line: Line, call_id: int, surroundings: Surroundings) -> None:
        self.call_id = call_id
        self._line = line
        self._around = surroundings
        self._voice_activity = VoiceActivity()

    @property
    def now(self) -> datetime:
        """The time, in the community's time zone."""
        return self._around.clock()

    async def say(self, prompt: str, /, **fields: str) -> None:
        """Say a prompt to its end; a key that is pressed meanwhile waits for the next question."""
        await self._play(prompt, fields)

    async def ask(self, prompt: str, slot: Slot[T], /, **fields: str) -> T:
        """Ask until the answer fits the slot, the second time in the prompt's simpler wording.

        Two failures in a row (silence or no match), 0, 人工 and words of emergency raise `HandOver`.
        """
        answer = await self._ask(prompt, slot, fields, must_answer=True)
        assert answer is not None  # noqa: S101 - silence raises when an answer is needed
        return answer

    async def ask_if_any(self, prompt: str, slot: Slot[T], /, **fields: str) -> T | None:
        """Ask once; silence is an answer too, and gives None."""
        return await self._ask(prompt, slot, fields, must_answer=False)

    async def do(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run blocking database work on a thread, in a session of its own; it commits what it wants kept."""

        def run() -> T:
            with self._around.sessions() as session:
                return work(session, *args, **kwargs)

        async with asyncio.timeout(BLOCKING_WITHIN_S):
            return await asyncio.to_thread(run)

    async def collect(self, **slots: Any) -> None:
        """Keep what was understood so far in the call's file, for whoever takes the call over."""
        await self.do(keep_collected, self.call_id, slots)

    async def _ask(self, prompt: str, slot: Slot[T], fields: dict[str, str], must_answer: bool) -> T | None:
        wording = Wording.FIRST
        for failures in range(1, MOST_FAILURES + 1):
            heard = await self._hear(prompt, wording, fields, slot)
            # On a thread: looking for hundreds of phrases takes some milliseconds, and the loop carries everybody's sound.
            answer = await asyncio.to_thread(self._read, heard, slot)
            if answer is not None:
                return answer
            if heard.hearing is None and not heard.key and not must_answer:
                return None
            if failures < MOST_FAILURES:
                wanted_again = heard.hearing is not None and wants_repeat(heard.hearing)
                wording = Wording.FIRST if wanted_again else Wording.AGAIN
        raise HandOver("not_understood" if heard.hearing or heard.key else "silence")

    def _read(self, heard: _Heard, slot: Slot[T]) -> T | None:
        if heard.key:
            return slot.press(heard.key)
        if heard.hearing is None or wants_repeat(heard.hearing):
            return None
        return slot.read(heard.hearing, self.now)

    async def _hear(self, prompt: str, wording: Wording, fields: dict[str, str], slot: Slot[Any]) -> _Heard:
        """Say the prompt and hear one answer; what every state understands is acted upon here."""
        turn = await self._play(prompt, fields, slot.patience, wording)
        asked = wording.after(prompt)
        if isinstance(turn, Key):
            await self._note("caller", turn.digit, asked, {"key": turn.digit})
            if turn.digit == OPERATOR_KEY:
                raise HandOver("asked")
            return _Heard(key=turn.digit)
        if turn is None:
            await self._note("caller", "", asked, {"silence": True})
            return _Heard()
        hearing = await self._recognise(turn, slot)
        await self._note("caller", hearing.best, asked, _as_facts(hearing, turn))
        # Before anything is dismissed as noise: a needless alarm costs less than a missed one.
        if is_emergency(hearing):
            raise HandOver("emergency", urgent=True)
        if not hearing.hypotheses or hearing.no_speech >= NO_SPEECH_FROM:
            return _Heard()
        if wants_operator(hearing):
            raise HandOver("asked")
        return _Heard(hearing=hearing)

    async def _recognise(self, utterance: Utterance, slot: Slot[Any]) -> Hearing:
        recognising = asyncio.ensure_future(self._around.ear.recognize(utterance.sound, slot.hints, slot.answers))
        done, _ = await asyncio.wait([recognising], timeout=ONE_MOMENT_AFTER_S)
        if not done:
            await self._play("one_moment", {})
        try:
            return await recognising
        except RecognitionError:
            log.exception("call %s: recognition failed", self.call_id)
            raise HandOver("recognition") from None

    async def _play(
        self, prompt: str, fields: dict[str, str], patience: Patience | None = None, wording: Wording = Wording.FIRST
    ) -> Utterance | Key | None:
        """Say a prompt; with patience given, hear the caller's turn too."""
        words = self._around.voice.text(prompt, wording, **fields)
        sound = await asyncio.to_thread(self._around.voice.sound, prompt, words)
        playback = self._line.play(sound)
        await self._note("system", words, wording.after(prompt), {})
        if patience is None:
            await playback
            return None
        return await hear_turn(self._line, self._voice_activity, playback, patience)

    async def _note(self, speaker: str, words: str, prompt: str, heard: dict[str, Any]) -> None:
        await self.do(add_turn, self.call_id, speaker=speaker, words=words, prompt=prompt, heard=heard)


def _as_facts(hearing: Hearing, utterance: Utterance) -> dict[str, Any]:
    return {
        "hypotheses": [{"text": h.text, "score": round(h.score, 3), "biased": h.biased} for h in hearing.hypotheses],
        "answers": [{"text": a.text, "score": round(a.score, 3)} for a in hearing.answers[:3]],
        "answers_fit": round(hearing.answers_fit, 4),
        "no_speech": round(hearing.no_speech, 3),
        "seconds": len(utterance.sound) / 16_000,
    }
