"""The hotline's first voice: who is it, what do they need, is there anything else."""

from dataclasses import replace

from ivr.conversation import Conversation
from ivr.dialogues.asking import hear_request
from ivr.dialogues.caller import Caller, Person
from ivr.dialogues.desk import Desk
from ivr.dialogues.further import offer_further, take_apart
from ivr.dialogues.naming import MOST_NAMED, named_with_keys
from ivr.dialogues.table import dialogue_for
from ivr.errors import HandOver
from ivr.record import identify_resident
from ivr.slots.introduction import IntroductionSlot
from ivr.slots.request import NOT_OURS, LastRequestSlot, Request
from ivr.understanding.intents import CONTACT, MESSAGE

# Who still wants something after so many requests in one call is better off with a person.
MOST_REQUESTS = 6


async def reception(talk: Conversation, caller: Caller, desk: Desk) -> None:
    """Serve a caller until there is nothing more to do, and say goodbye."""
    if caller.has_left:  # no machine greets the family of somebody who died
        raise HandOver("left")
    request: Request | None = None
    if len(caller.candidates) > 1:
        caller, request = await ask_who(talk, caller)
    if request is None:
        turns = 1 if len(caller.candidates) > 1 else 0
        request = await hear_request(talk, caller, caller.welcome, **caller.welcome_fields)
        request = replace(request, turns=request.turns + turns)
    for _ in range(MOST_REQUESTS):
        request = await take_apart(talk, caller, request)
        if caller.resident is None:
            await enrol(talk, request)
        following = await serve(talk, caller, desk, request) or await say_goodbye(talk, caller)
        if following is None:
            return
        request = following
    raise HandOver("many_requests")


async def serve(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> Request | None:
    """Do what one request wants; return what is to be done next, be it of the same sentence."""
    if request.intent == CONTACT and request.also:  # who is put through does not come back
        offered = await offer_further(talk, caller, request)
        if offered:
            return replace(offered, also=(*offered.also, replace(request, also=())))
        request = replace(request, also=())
    following = await dialogue_for(request)(talk, caller, desk, request)
    if following:
        return replace(following, also=(*following.also, *request.also))
    return await offer_further(talk, caller, request)


async def say_goodbye(talk: Conversation, caller: Caller) -> Request | None:
    """Say goodbye, and leave the line open for a last thing: rule 10 wants 10 s of grace."""
    request = await talk.ask_if_any("goodbye", LastRequestSlot(caller.catalogue))
    return None if request == NOT_OURS else request


async def enrol(talk: Conversation, request: Request) -> None:
    """Hand an unregistered caller to an operator, who sees what they need and registers them; a message they may leave."""
    if request.intent == MESSAGE:
        return
    wish = request.wish
    await talk.collect(intent=request.intent, words=wish.words, service=wish.service.key if wish.service else "")
    await talk.say("unknown_caller" if wish.service else "enrol")
    raise HandOver("enrol")


async def ask_who(talk: Conversation, caller: Caller) -> tuple[Caller, Request | None]:
    """Ask which of the residents on this telephone is speaking; the same sentence may say what they need."""
    people = caller.candidates[:MOST_NAMED]
    names = named_with_keys([person.form_of_address for person in people])
    introduction = await talk.ask("which_resident", IntroductionSlot(caller.catalogue, people), names=names)
    person: Person = introduction.person
    await talk.do(identify_resident, talk.call_id, person.id)
    await talk.tune_in()
    return replace(caller, resident=person), introduction.request
