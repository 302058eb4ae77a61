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


class SeveralTimesHeard:
    """An ear that hears one thing, then another, and at other paces a third; an empty one stands for no time."""

    def __init__(self, first: str, again: str, at_paces: str) -> None:
        self._first, self._again = Hearing((Hypothesis(first, -0.4),)), Hearing((Hypothesis(again, -0.4),))
        self._at_paces = at_paces

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        return self._first

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return self._again

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        return Hearing((Hypothesis(self._at_paces, -0.4),)) if self._at_paces else before


class Shares:
    """Means an emergency by the share that the words name (below 0.4 perhaps), and nothing else; every sentence is whole."""

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        share = float(hearing.best)
        if not share:
            return Meaning(NONE, Decision.AGAIN, {NONE: 1.0})
        in_doubt = share < 0.4
        return Meaning(EMERGENCY, Decision.CONFIRM if in_doubt else Decision.ACCEPT, {EMERGENCY: share}, in_doubt)

    def finished(self, text: str) -> bool:
        return True


def judged(first: str, again: str, at_paces: str = "") -> list[Judgement]:
    async def judge() -> list[Judgement]:
        answering = AnswerJudge(SeveralTimesHeard(first, again, at_paces), Shares(), lambda: NOW, Anything(), "")
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


@pytest.mark.parametrize(("at_paces", "alarm"), [("0.6", True), ("0", False)])
def test_what_may_be_a_cry_for_help_is_heard_at_other_paces_too(at_paces: str, alarm: bool) -> None:
    _, second, third = judged("0.3", "0.3", at_paces)
    assert second.result.suggests(EMERGENCY)
    assert not second.complete
    assert third.result.suggests(EMERGENCY) is alarm
    assert third.result.passes == 3


def test_where_there_is_no_time_for_other_paces_the_question_remains() -> None:
    *_, last = judged("0.3", "0.3")
    assert last.result.suggests(EMERGENCY)
    assert not last.complete
