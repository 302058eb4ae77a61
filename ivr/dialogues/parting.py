"""The end of a call that we have placed: goodbye, and whatever still comes to mind."""

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.care_asking import NotHeld, heard
from ivr.dialogues.desk import Desk
from ivr.dialogues.further import take_apart
from ivr.dialogues.reception import MOST_REQUESTS, serve
from ivr.errors import HandOver
from ivr.slots.request import NOT_OURS, LastRequestSlot, Request


async def part(talk: Conversation, caller: Caller, desk: Desk, goodbye: str, request: Request | None = None) -> None:
    """Serve the `request` if there is one, say goodbye in this prompt, and serve what comes to mind then, until nothing does."""
    for _ in range(MOST_REQUESTS):
        if not request and not (request := await say_goodbye(talk, caller, goodbye)):
            return
        request = await serve(talk, caller, desk, await take_apart(talk, caller, request))
    raise HandOver("many_requests")


async def say_goodbye(talk: Conversation, caller: Caller, goodbye: str) -> Request | None:
    """Say goodbye, and leave the line open for a last thing; nobody is brought for one that cannot be heard."""
    try:
        last = talk.ask_if_any(goodbye, LastRequestSlot(caller.catalogue))
        request = await heard(last)
    except NotHeld:
        return None
    return None if request == NOT_OURS else request
