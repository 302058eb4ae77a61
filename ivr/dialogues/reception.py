"""The hotline's first voice: who is it, what do they need, is there anything else."""

from dataclasses import replace

from dispatch.queue import JobQueue
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller, Person
from ivr.dialogues.order_service import order_service, take_further_words
from ivr.errors import HandOver
from ivr.record import identify_resident
from ivr.slots.choice import ChoiceSlot
from ivr.slots.wish import LastWishSlot, Wish, WishSlot

# Rule 3 of domain.md: at most three choices are named.
MOST_NAMED = 3


async def reception(talk: Conversation, caller: Caller, queue: JobQueue) -> None:
    """Serve a caller until there is nothing more to do, and say goodbye."""
    if not caller.candidates:
        await receive_unknown(talk, caller)
    if caller.resident is None:
        caller = replace(caller, resident=await ask_who(talk, caller))
    wish = None
    while True:
        order = await order_service(talk, caller, queue, wish)
        wish = await take_further_words(talk, caller, order) if order else None
        wish = wish or await say_goodbye(talk, caller)
        if wish is None:
            return


async def say_goodbye(talk: Conversation, caller: Caller) -> Wish | None:
    """Say goodbye, and leave the line open for a last thing: rule 10 wants 10 s of grace."""
    wish = await talk.ask_if_any("goodbye", LastWishSlot(caller.catalogue))
    return wish if wish and wish.service else None


async def receive_unknown(talk: Conversation, caller: Caller) -> None:
    """Hear what an unregistered caller needs, so that the operator who enrols them knows it already."""
    wish = await talk.ask("welcome", WishSlot(caller.catalogue))
    await talk.collect(words=wish.words, service=wish.service.key if wish.service else "")
    await talk.say("unknown_caller")
    raise HandOver("unknown_number")


async def ask_who(talk: Conversation, caller: Caller) -> Person:
    """Ask which of the residents on this telephone is speaking."""
    people = caller.candidates[:MOST_NAMED]
    choices = [(person, (person.form_of_address, person.name)) for person in people]
    names = "。".join(f"{person.form_of_address}请按{key}" for person, key in zip(people, "一二三", strict=False))
    person = await talk.ask("which_resident", ChoiceSlot(choices), names=names)
    await talk.do(identify_resident, talk.call_id, person.id)
    return person
