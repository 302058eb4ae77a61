"""A care call: is it a good moment, how is the resident, have they eaten, taken their medicine, do they need anything."""

from ivr.care_answers.meanings import CHILD, HERE, MACHINE, NEED, NOT_NOW, OTHER_PERSON
from ivr.conversation import Conversation
from ivr.dialogues.asking import hear_request
from ivr.dialogues.caller import Caller
from ivr.dialogues.care_asking import NOT_HEARD, CareVisit, NotHeld, ask, heard, keep
from ivr.dialogues.desk import Desk
from ivr.dialogues.parting import part
from ivr.slots.care_answer import FETCH, HOW, MEAL, MEDICINE, OPENING, CareReply, CareSlot, ComingSlot, OpeningSlot
from ivr.slots.care_need import NeedSlot
from ivr.slots.request import Request
from models.care_calls import CareResult


async def care_call(talk: Conversation, caller: Caller, desk: Desk, visit: CareVisit) -> CareResult:
    """Hold the conversation and return what came of the attempt; all that is answered is kept as it comes."""
    assert caller.resident  # noqa: S101 - a resident was called
    try:
        await reach(talk, caller, visit, caller.resident.form_of_address)
        await ask(talk, caller, visit, HOW)
        await ask(talk, caller, visit, MEAL)
        if visit.takes_medicine:
            await ask(talk, caller, visit, MEDICINE)
        request = visit.request or await ask_needs(talk, caller, visit)
    except NotHeld as why:
        if why.result in NOT_HEARD.values():
            await talk.say("care_bad_line")
        return why.result
    await part(talk, caller, desk, "care_goodbye", request)
    return CareResult.HELD


async def reach(talk: Conversation, caller: Caller, visit: CareVisit, resident: str) -> None:
    """Speak to the resident themselves; a machine is told nothing, and whoever else is there is asked to fetch them."""
    reply = await heard(talk.ask("care_opening", OpeningSlot(visit.understanding, caller.catalogue, OPENING), resident=resident))
    if reply.has(MACHINE):
        raise NotHeld(CareResult.MACHINE)
    if is_somebody_else(reply):
        reply = await fetch(talk, caller, visit, resident)
    if is_somebody_else(reply):
        await talk.say("care_thanks")
        raise NotHeld(CareResult.OTHER_PERSON)
    if reply.is_a_residents:
        await keep(talk, visit, OPENING.name, reply)
    if reply.has(NOT_NOW):
        await talk.say("care_later")
        raise NotHeld(CareResult.NOT_NOW)


async def fetch(talk: Conversation, caller: Caller, visit: CareVisit, resident: str) -> CareReply:
    """Ask whoever picked up for the resident, and wait; what the resident says then, or that they do not come."""
    nobody = CareReply("", (OTHER_PERSON,))
    reply = await heard(talk.ask("care_fetch", CareSlot(visit.understanding, caller.catalogue, FETCH), resident=resident))
    if not reply.has(HERE):
        return nobody
    coming = talk.ask_if_any("care_wait_for", ComingSlot(), resident=resident)
    if not await heard(coming):
        return nobody
    return await heard(talk.ask("care_opening", CareSlot(visit.understanding, caller.catalogue, OPENING), resident=resident))


async def ask_needs(talk: Conversation, caller: Caller, visit: CareVisit) -> Request | None:
    """What the resident wants of us, if anything."""
    need = await heard(talk.ask("care_need", NeedSlot(visit.understanding, caller.catalogue)))
    await keep(talk, visit, "care_need", need.reply)
    if need.request is None and need.reply.has(NEED):
        return await hear_request(talk, caller, "which_service")
    return need.request


def is_somebody_else(reply: CareReply) -> bool:
    """Whether a child, a relative or a stranger has picked up. Who speaks of their own health is the resident."""
    return reply.has(CHILD, OTHER_PERSON) and not reply.is_a_residents
