"""A conversation: say, ask, do. Silence, 0, 人工, again, slower, wait, emergencies: handled here, once for all dialogues."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from audio.prompts.catalogue import Wording
from audio.recognizers import Hearing, RecognitionError
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.errors import HandOver
from ivr.facts import facts_of
from ivr.hearing_along import Ear
from ivr.judging import NO_SPEECH_FROM, Answer, AnswerJudge, Anything
from ivr.keys import gather_keys
from ivr.media.line import Line
from ivr.media.playback import Playback
from ivr.message import Message
from ivr.question import MOST_TIMES_SAID, Question
from ivr.record import add_turn, keep_collected, remember_speaking_in_call, speaking_in_call
from ivr.slots.slot import Slot
from ivr.slots.yes_no import YesNoSlot
from ivr.speaking import Speaker, Voice
from ivr.turn import Key, Listen, Patience, Utterance, hear_turn
from ivr.turn_notes import TurnNotes
from ivr.understanding.clauses import wishes_in
from ivr.understanding.intents import EMERGENCY, LOUDER, OPERATOR, REPEAT, SLOWER, WAIT
from ivr.understanding.meaning import Heard, Understanding
from models.database import SessionMaker

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

OPERATOR_KEY = "0"
# Domain, section 2: never more than 3 s of silence. The turn has waited for nearly two before; after 请您稍等一下 it begins anew.
ONE_MOMENT_AFTER_S = (0.1, 2.0)
BLOCKING_WITHIN_S = 20.0
# Rule 6: so long after 等一下.
WAITS_MS = 30_000
# Who seems in danger for the third time is not asked again.
MOST_EMERGENCY_QUESTIONS = 2
STATEMENT = Anything()
STATEMENT_PATIENCE = Patience(first_ms=0)


@dataclass(frozen=True)
class Surroundings:
    """What every conversation of this process shares."""

    sessions: SessionMaker
    voice: Voice
    ear: Ear
    understanding: Understanding
    clock: Callable[[], datetime]  # aware, in the community's time zone


class Conversation:
    """One caller on one line. Its methods raise `CallerHungUp`, `CallEnded` and `HandOver`, which no dialogue catches."""

    def __init__(self, line: Line, call_id: int, surroundings: Surroundings, listen: Listen = hear_turn) -> None:
        self.call_id = call_id
        self._line = line
        self._listen = listen
        self._around = surroundings
        self._speaker = Speaker(line, surroundings.voice)
        self._endpointer = Endpointer(VoiceActivity())
        self._tuned = False
        self._emergency_questions = 0
        self._notes = TurnNotes(lambda **turn: self.do(add_turn, call_id, **turn))

    @property
    def now(self) -> datetime:
        """The time, in the community's time zone."""
        return self._around.clock()

    async def tune_in(self) -> None:
        """Speak as the call's resident wants it; to be repeated when it becomes known who that is."""
        self._tuned = True
        self._speaker.tune(*await self.do(speaking_in_call, self.call_id))

    async def say(self, prompt: str, /, **fields: str) -> None:
        """Say a prompt to its end; a key skips it, and what every state understands is heard in it too."""
        for _ in range(MOST_TIMES_SAID):
            answer = await self._hear(prompt, Wording.FIRST, fields, STATEMENT, STATEMENT_PATIENCE)
            if not await self._oblige(answer):
                return

    async def ask(self, prompt: str, slot: Slot[T], /, **fields: str) -> T:
        """Ask until the answer fits the slot, the second time in the prompt's simpler wording.

        Two failures in a row (silence or no match), 0, 人工 and words of emergency raise `HandOver`.
        """
        answer = await self._ask(prompt, slot, fields, must_answer=True)
        assert answer is not None  # noqa: S101 - silence raises when an answer is needed
        return answer

    async def ask_if_any(self, prompt: str, slot: Slot[T], /, **fields: str) -> T | None:
        """Ask once; silence is an answer too, and gives None."""
        answer = await self._ask(prompt, slot, fields, must_answer=False)
        await self._notes.written()
        return answer

    async def record(self, prompt: str, keep: Callable[[bytes, str], Awaitable[None]]) -> Message:
        """Let the caller speak freely. `keep` is given the sound at its end, also that of one who hangs up in it.

        With it go the words that are known by then. 0, 人工 said by itself and words of emergency raise `HandOver`.
        """
        question = Question(prompt)
        while True:
            playback, _ = await self._play(prompt, question.next_wording()[1], {})
            message = Message(self._line, self._endpointer, playback, self._hear_piece)
            try:
                key = await message.take()
            finally:
                if message.sound:
                    await keep(message.sound, message.words)
            if message.sound and (key == OPERATOR_KEY or message.calls_for_a_person):
                self._note_message(message, prompt, {"key": key} if key else {})
                await self.heed(message)
            if key == OPERATOR_KEY:
                await self._hand_over("asked")
            if message.sound:
                return message
            self._notes.add("caller", key, prompt, {"key": key} if key else {"silence": True})
            question.fail("silence")

    async def words_of(self, message: Message, prompt: str) -> str:
        """The words of a message, as recognised."""
        await message.recognised()
        self._note_message(message, prompt, {})
        return message.words

    async def heed(self, message: Message) -> None:
        """End the conversation where a message holds a cry for help or for a person."""
        if message.accepts(EMERGENCY):
            await self._hand_over("emergency", urgent=True)
        if message.accepts(OPERATOR):
            await self._hand_over("asked")

    async def tell_apart(self, hearing: Hearing, intent: str, possible: Collection[str]) -> dict[str, str]:
        """The wishes of a sentence with this intent, in the order in which they were said, each with its own words."""
        return await asyncio.to_thread(wishes_in, self._around.understanding, hearing.best, intent, possible)

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
        question = Question(prompt)
        patience = slot.patience
        while True:
            asked, wording = question.next_wording()
            answer = await self._hear(asked, wording, fields, slot, patience)
            patience = slot.patience
            obliged = await self._oblige(answer)
            if answer.value is not None:
                return answer.value
            if answer.is_silence and not must_answer:
                return None
            if obliged:
                question.excuse()
            elif answer.failed:
                question.ask_for_keys()
            elif answer.accepts(WAIT):
                question.excuse(say_instead="take_your_time")
                patience = replace(slot.patience, first_ms=WAITS_MS)
            else:
                question.fail("silence" if answer.is_silence else "not_understood")

    async def _hear(self, prompt: str, wording: Wording, fields: dict[str, str], slot: Slot[T], patience: Patience) -> Answer[T]:
        """Say the prompt and hear one answer; a wish for a person and an emergency end the conversation here."""
        playback, words = await self._play(prompt, wording, fields)
        judge = AnswerJudge(self._around.ear, self._around.understanding, self._around.clock, slot, words)
        turn = await self._listen(self._line, self._endpointer, playback, patience, judge)
        asked = wording.after(prompt)
        if isinstance(turn, Key):
            return await self._take_keys(turn, asked, slot)
        answer: Answer[T] = await self._answer_of(turn) if turn else Answer()
        if turn or slot is not STATEMENT:
            self._notes.add("caller", answer.words, asked, facts_of(answer, turn))
        if answer.accepts(EMERGENCY):
            await self._hand_over("emergency", urgent=True)
        if answer.accepts(OPERATOR):
            await self._hand_over("asked")
        return answer

    async def _hear_piece(self, sound: bytes) -> Heard | None:
        try:
            hearing = await self._around.ear.recognize(sound)
        except RecognitionError as error:
            log.warning("call %s: a piece of a message was not recognised: %s", self.call_id, error)
            return None
        meaning = await asyncio.to_thread(self._around.understanding.mean, hearing)
        is_noise = hearing.no_speech >= NO_SPEECH_FROM and not meaning.accepts(EMERGENCY)
        return None if is_noise else Heard(hearing, meaning)

    async def _take_keys(self, first: Key, asked: str, slot: Slot[T]) -> Answer[T]:
        keys = await gather_keys(self._line, first.digit, slot)
        self._notes.add("caller", keys, asked, {"key": keys})
        if keys == OPERATOR_KEY:
            await self._hand_over("asked")
        return Answer(slot.gathered(keys), key=keys)

    async def _answer_of(self, turn: Utterance) -> Answer[Any]:
        judgement = turn.judgement
        if judgement is None:
            # The recogniser is late: nearly two seconds of silence are over.
            for after_s in ONE_MOMENT_AFTER_S:
                done, _pending = await asyncio.wait([turn.judging], timeout=after_s)
                if done:
                    break
                playback, _words = await self._play("one_moment", Wording.FIRST, {})
                await playback
            judgement = await turn.judging
        return judgement.result if judgement else Answer(failed=True)

    async def _oblige(self, answer: Answer[Any]) -> bool:
        """Do what every state understands; whether the prompt is to be said again after it."""
        repeat = answer.means(REPEAT)
        if announcement := await self._retune(answer):
            repeat = True
            # Said into the announcement, it is done and not announced again: that could go on for ever.
            answer = await self._hear(announcement, Wording.FIRST, {}, STATEMENT, STATEMENT_PATIENCE)
            await self._retune(answer)
        if answer.means(OPERATOR):
            repeat = True
            answer = await self._offer_a_person()
        if answer.suggests(EMERGENCY):
            repeat = True
            await self._rule_out_emergency()
        return repeat

    async def _retune(self, answer: Answer[Any]) -> str:
        """Speak slower or louder if that is wanted, in later calls too if it surely is; the prompt that says so."""
        wanted = next((intent for intent in (SLOWER, LOUDER) if answer.means(intent)), "")
        if not wanted:
            return ""
        if wanted == SLOWER:
            self._speaker.slow_down()
        else:
            self._speaker.speak_up()
        if answer.accepts(wanted):
            await self.do(remember_speaking_in_call, self.call_id, self._speaker.pace_percent, self._speaker.louder_db)
        return "slower_now" if wanted == SLOWER else "louder_now"

    async def _offer_a_person(self) -> Answer[Any]:
        """Ask whether an operator is wanted, and bring one after a yes; what was answered otherwise."""
        slot = YesNoSlot()
        answer = await self._hear("confirm_operator", Wording.FIRST, {}, slot, slot.patience)
        if answer.value:
            await self._hand_over("asked")
        return answer

    async def _rule_out_emergency(self) -> None:
        """Ask whether there is danger; only a no goes on, and a needless alarm costs less than a missed one."""
        self._emergency_questions += 1
        if self._emergency_questions <= MOST_EMERGENCY_QUESTIONS:
            slot = YesNoSlot()
            with suppress(HandOver):  # whom 0 or 人工 would bring comes at once
                answer = await self._hear("confirm_emergency", Wording.FIRST, {}, slot, slot.patience)
                if answer.value is False:
                    return
        await self._hand_over("emergency", urgent=True)

    async def _play(self, prompt: str, wording: Wording, fields: dict[str, str]) -> tuple[Playback, str]:
        if not self._tuned:
            await self.tune_in()
        words = self._speaker.words(prompt, wording, fields)
        playback = await self._speaker.play(prompt, words)
        self._notes.add("system", words, wording.after(prompt), {"began_ms": self._line.clock_ms})
        return playback, words

    async def _hand_over(self, reason: str, urgent: bool = False) -> None:
        await self._notes.written()
        raise HandOver(reason, urgent)

    def _note_message(self, message: Message, prompt: str, heard: dict[str, Any]) -> None:
        self._notes.add("caller", message.words, prompt, {"seconds": len(message.sound) / 16_000} | heard)
