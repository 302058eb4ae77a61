"""When a cry for help is acted upon, and when it is heard once more."""

import asyncio
from collections.abc import Sequence

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.judging import AnswerJudge, Anything
from ivr.turn import Judgement
from ivr.understanding.intents import EMERGENCY, NONE
from ivr.understanding.meaning import Decision, Meaning
from tests.ivr.conftest import NOW


class TwiceHeard:
    """An ear that hears one thing, and then another."""

    def __init__(self, first: str, again: str) -> None:
        self._first, self._again = Hearing((Hypothesis(first, -0.4),)), Hearing((Hypothesis(again, -0.4),))

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        return self._first

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return self._again


class Shares:
    """Means an emergency by the share that the words name, and nothing else; every sentence is whole."""

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        share = float(hearing.best)
        return Meaning(EMERGENCY, Decision.ACCEPT, {EMERGENCY: share}) if share else Meaning(NONE, Decision.AGAIN, {NONE: 1.0})

    def finished(self, text: str) -> bool:
        return True


def judged(first: str, again: str) -> list[Judgement]:
    async def judge() -> list[Judgement]:
        answering = AnswerJudge(TwiceHeard(first, again), Shares(), lambda: NOW, Anything(), "")
        return [judgement async for judgement in answering(b"", False)]

    return asyncio.run(judge())


def test_a_plain_cry_for_help_waits_for_nothing() -> None:
    (only,) = judged("0.9", "0")
    assert only.complete
    assert only.result.accepts(EMERGENCY)


@pytest.mark.parametrize(("again", "alarm"), [("0.5", True), ("0", False)])
def test_a_less_plain_one_is_heard_again_before_it_is_acted_upon(again: str, alarm: bool) -> None:
    first, second = judged("0.5", again)
    assert not first.complete
    assert not (second.complete and alarm)
    assert second.result.accepts(EMERGENCY) is alarm
