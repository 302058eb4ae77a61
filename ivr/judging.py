"""What an utterance comes to: recognised, understood and read as the answer to one question."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from audio.recognizers import Hearing, RecognitionError
from ivr.hearing_along import Ear, HearingAlong
from ivr.slots.slot import Slot
from ivr.turn import Judgement
from ivr.understanding.intents import EMERGENCY, EVERYWHERE, OBLIGING, OPERATOR
from ivr.understanding.meaning import Decision, Heard, Understanding
from ivr.understanding.pinyin import found_in, syllables
from ivr.understanding.suspicion import cries_among

log = logging.getLogger(__name__)

T = TypeVar("T")

# Whisper is at least this sure that nobody spoke on every clip of mere noise, and less sure on every clip of speech.
NO_SPEECH_FROM = 0.6
# Such a cry for help waits for nothing. A less plain one is heard again, and as long as an unfinished answer: the first words
# of 我头晕，想咨询一下 alone were taken for one.
PLAIN_FROM = 0.7
# What people hum while they think, and what recognisers make of a cough; two of them (嗯嗯) are an answer.
HUMS = frozenset("嗯啊哦呃额唔哼咳哎唉诶欸噢呵")
# So many syllables of the prompt itself, heard while it plays, are its echo. Answers that a prompt names are shorter.
ECHO_SYLLABLES = 5
ECHO_LIKENESS = 0.85


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What one turn of the caller's came to: a value, words without one, or (with neither) silence."""

    value: T | None = None
    heard: Heard | None = None
    key: str = ""
    passes: int = 0
    failed: bool = False  # the recogniser, not the caller

    def accepts(self, intent: str) -> bool:
        """Whether this is to be acted upon at once as that intent."""
        return self.heard is not None and self.heard.meaning.accepts(intent)

    def suggests(self, intent: str) -> bool:
        """Whether this is that intent, surely or perhaps."""
        return self.heard is not None and self.heard.meaning.suggests(intent)

    def means(self, intent: str) -> bool:
        """Whether this is no answer to the question, but, surely or perhaps, that intent."""
        return self.value is None and self.suggests(intent)

    @property
    def leaves_alarm_in_doubt(self) -> bool:
        """Whether this may or may not have been a cry for help."""
        return self.heard is not None and self.heard.meaning.alarm_in_doubt

    @property
    def words(self) -> str:
        """What was heard, as text."""
        return self.heard.hearing.best if self.heard else ""

    @property
    def is_silence(self) -> bool:
        """Whether nothing was said or pressed."""
        return self.heard is None and not self.key and not self.failed


class AnswerJudge(Generic[T]):
    """Judges the answer to one question; every judgement's `result` is an `Answer`."""

    def __init__(self, ear: Ear, understanding: Understanding, clock: Callable[[], datetime], slot: Slot[T], asked: str) -> None:
        self._ear = ear
        self._along = HearingAlong(ear, slot.hints, slot.answers)
        self._understanding = understanding
        self._clock = clock
        self._slot = slot
        self._asked = asked

    def take(self, sound: bytes) -> None:
        """Take the next piece of what is being said, before it is judged."""
        self._along.take(sound)

    def forget(self) -> None:
        """What was taken is done with, or was nothing."""
        self._along.forget()

    async def __call__(self, sound: bytes, by_prompt: bool) -> AsyncIterator[Judgement]:
        """Hear once; and, where that does not settle it, again while the caller is given time.

        Where it stays in doubt whether this was a cry for help, it is heard at other paces too; without time for that, what the
        second hearing came to stands. There is nothing further: a value that is not quite sure is the slot's to confirm.
        """
        try:
            first = await self._along.hear(sound)
        except RecognitionError as error:
            log.warning("recognition failed: %s", error)
            yield Judgement(result=Answer[T](failed=True))
            return
        # On a thread: it takes some 20 ms, and the loop carries everybody's sound.
        judgement, settled = await asyncio.to_thread(self._judge, first, 1, by_prompt)
        yield judgement
        if settled:
            return
        again = await self._ear.recognize_again(sound, first, self._slot.hints)
        if again is not first:
            judgement, _ = await asyncio.to_thread(self._judge, again, 2, by_prompt)
        if judgement.result.leaves_alarm_in_doubt:
            yield replace(judgement, complete=False)
            last = await self._ear.recognize_at_other_paces(sound, again, cries_among(self._slot.hints))
            if last is not again:
                judgement, _ = await asyncio.to_thread(self._judge, last, 3, by_prompt)
        whole = judgement.understood and not judgement.result.suggests(EMERGENCY) and self._is_whole(judgement.result)
        yield replace(judgement, whole=whole)

    def _judge(self, hearing: Hearing, passes: int, by_prompt: bool) -> tuple[Judgement, bool]:
        """What this hearing comes to, and whether another could not change it."""
        meaning = self._understanding.mean(hearing, self._slot.likely)
        heard = Heard(hearing, meaning)
        # Before anything is dismissed as noise: a needless alarm costs less than a missed one.
        if meaning.accepts(EMERGENCY):
            plain = meaning.share >= PLAIN_FROM
            return Judgement(understood=True, complete=plain, result=Answer[T](None, heard, passes=passes)), plain
        if self._is_nothing(hearing, by_prompt):
            return Judgement(nothing=True, result=Answer[T](passes=passes)), True
        if meaning.intent in EVERYWHERE and meaning.decision is Decision.ACCEPT:
            answer = Answer[T](None, heard, passes=passes)
            return Judgement(understood=True, complete=self._is_whole(answer), result=answer), True
        value = self._slot.read(heard, self._clock())
        answer = Answer(value, heard, passes=passes)
        by_itself = value is not None and self._slot.is_whole(value) is not None
        sure = value is not None and (by_itself or meaning.decision is not Decision.CONFIRM) and not meaning.suggests(EMERGENCY)
        understood = value is not None or any(meaning.suggests(intent) for intent in (EMERGENCY, OPERATOR, *OBLIGING))
        return Judgement(understood=understood, complete=sure and self._is_whole(answer), result=answer), sure

    def _is_whole(self, answer: Answer[T]) -> bool:
        if answer.heard is None:
            return False
        whole = None if answer.value is None else self._slot.is_whole(answer.value)
        return self._understanding.finished(answer.heard.hearing.best) if whole is None else whole

    def _is_nothing(self, hearing: Hearing, by_prompt: bool) -> bool:
        if not hearing.hypotheses or hearing.no_speech >= NO_SPEECH_FROM:
            return True
        said = syllables(hearing.best)
        if is_hum(hearing.best):
            return True
        return by_prompt and len(said) >= ECHO_SYLLABLES and found_in(said, syllables(self._asked)) >= ECHO_LIKENESS


def is_hum(text: str) -> bool:
    """Whether this is one 嗯 or the like, and no word."""
    characters = [character for character in text if character.isalnum()]
    return len(characters) <= 1 and all(character in HUMS for character in characters)


class Anything(Slot[Any]):
    """No answer is waited for: only what every state understands counts."""

    def read(self, heard: Heard, now: datetime) -> None:
        """Nothing."""
