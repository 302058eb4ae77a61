"""Asking in a care call: a line on which nothing is heard is called again, answers are kept, and a worry is answered at once."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from dispatch.care.tasks import keep_answer
from ivr.care_answers.meanings import CONCERNS, LOW, MEDICINE_MISSED
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.errors import HandOver
from ivr.slots.care_answer import CareQuestion, CareReply, CareSlot
from ivr.slots.request import Request
from ivr.understanding.meaning import Understanding
from models.care_calls import CareResult

T = TypeVar("T")

# What on the hotline brings a person is the line's fault here: nobody has called us, and we call again.
NOT_HEARD = {"silence": CareResult.SILENT, "not_understood": CareResult.BAD_LINE, "recognition": CareResult.BAD_LINE}


@dataclass
class CareVisit:
    """One attempt at a care call, what was told in it so far (`ivr.care_answers.meanings`), and wished for in passing."""

    attempt_id: int
    takes_medicine: bool
    understanding: Understanding
    told: frozenset[str] = frozenset()
    request: Request | None = None


class NotHeld(Exception):
    """The conversation did not come about; the result says why."""

    def __init__(self, result: CareResult) -> None:
        super().__init__(result)
        self.result = result


async def heard(asking: Awaitable[T]) -> T:
    """The answer to what is asked; raises `NotHeld` where a hotline would bring a person for want of one."""
    try:
        return await asking
    except HandOver as over:
        if over.reason in NOT_HEARD:
            raise NotHeld(NOT_HEARD[over.reason]) from None
        raise


async def ask(talk: Conversation, caller: Caller, visit: CareVisit, question: CareQuestion) -> None:
    """Ask one question, unless it was answered unasked, and keep the answer."""
    if visit.told.isdisjoint(question.likely):
        slot = CareSlot(visit.understanding, caller.catalogue, question)
        await keep(talk, visit, question.name, await heard(talk.ask(question.name, slot)))


async def keep(talk: Conversation, visit: CareVisit, question: str, reply: CareReply) -> None:
    """Keep an answer, with a task for each worry in it, and say what becomes of the first."""
    worries = {one: CONCERNS[one] for one in reply.said if one in CONCERNS}
    await talk.do(
        keep_answer,
        visit.attempt_id,
        question=question,
        words=reply.words,
        meanings=reply.said,
        concerns=list(worries.values()),
        now=talk.now,
    )
    first = worries and visit.told.isdisjoint(CONCERNS)
    visit.told |= {*reply.said}
    visit.request = reply.request or visit.request
    if first:
        await talk.say("care_company" if worries.keys() == {LOW} else "care_told")
    elif reply.has(MEDICINE_MISSED):
        await talk.say("care_take_medicine")
