"""A follow-up call: was the work done, how was it, and what was wrong with it."""

from dataclasses import dataclass

from ivr.care_answers.meanings import MACHINE, NOT_NOW
from ivr.complaints import keep_sound
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.care_asking import NotHeld, heard
from ivr.dialogues.desk import Desk
from ivr.dialogues.follow_up_keeping import FollowUpVisit, Told, keep, leave
from ivr.dialogues.parting import part
from ivr.errors import CallEnded, HandOver
from ivr.slots.work_answer import MarksSlot, WorkDoneSlot
from models.outbound_calls import OutboundResult


@dataclass(frozen=True)
class FollowUpOutcome:
    """DONE where no further call is to be placed: the resident has told, or a person sees to it. SILENT: call again later."""

    result: OutboundResult


async def follow_up_call(talk: Conversation, caller: Caller, desk: Desk, visit: FollowUpVisit) -> FollowUpOutcome:
    """Hold the conversation and write down what is told, also by one who hangs up or wants a person in the middle of it.

    What it raises comes after that: a hang-up before the first answer has left nothing, and the resident may be called again.
    """
    told = visit.told
    try:
        if not await ask_whether_done(talk, caller, visit):
            return FollowUpOutcome(OutboundResult.SILENT)
        await ask_how(talk, visit)
        if told.is_bad:
            await ask_what_was_wrong(talk, desk, told)
    except CallEnded:
        if told.was_done is not None:
            await keep(talk, desk, visit)
        raise
    except HandOver:
        await (keep(talk, desk, visit) if told.is_bad else leave(talk, visit))
        raise
    if told.was_done and told.score is None:
        await leave(talk, visit)
        await talk.say("follow_up_by_hand")
        return FollowUpOutcome(OutboundResult.DONE)
    await keep(talk, desk, visit)
    await part(talk, caller, desk, "follow_up_sorry" if told.complains else "follow_up_goodbye")
    return FollowUpOutcome(OutboundResult.DONE)


async def ask_whether_done(talk: Conversation, caller: Caller, visit: FollowUpVisit) -> bool:
    """Ask the first question; False where nobody is there to answer it, or has time, or can be heard."""
    assert caller.resident  # noqa: S101 - a resident was called
    slot = WorkDoneSlot(visit.understanding)
    try:
        opening = talk.ask("follow_up_done", slot, resident=caller.resident.form_of_address, service=visit.service)
        reply = await heard(opening)
    except NotHeld:
        await talk.say("care_bad_line")
        return False
    if reply.elsewhere:
        if reply.elsewhere != MACHINE:
            await talk.say("care_later" if reply.elsewhere == NOT_NOW else "care_thanks")
        return False
    visit.told.was_done, visit.told.score = reply.done, reply.score if reply.done else None
    visit.told.words.append(reply.words)
    return True


async def ask_how(talk: Conversation, visit: FollowUpVisit) -> None:
    """Ask for marks, unless they were given unasked, or nothing was done that could be given any."""
    told = visit.told
    if told.was_done and told.score is None:
        try:
            given = await heard(talk.ask("follow_up_marks", MarksSlot()))
        except NotHeld:
            return
        told.score = given.score
        told.words.append(given.words)


async def ask_what_was_wrong(talk: Conversation, desk: Desk, told: Told) -> None:
    """Let the resident say it in their own words; they are kept as sound too, also those of one who hangs up in them."""

    async def keep_it(sound: bytes, words: str) -> None:
        told.complaint, told.complained = words, True
        await talk.do(keep_sound, desk.recordings_dir, talk.call_id, sound)

    try:
        message = await heard(talk.record("follow_up_what", keep_it))
    except NotHeld:
        return
    told.complaint = await talk.words_of(message, "follow_up_what")
    await talk.heed(message)
