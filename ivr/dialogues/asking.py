"""The open question: what a caller wants of us."""

from dataclasses import replace

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.errors import HandOver
from ivr.slots.request import NOT_OURS, Request, RequestSlot, SecondRequestSlot


async def hear_request(talk: Conversation, caller: Caller, prompt: str, **fields: str) -> Request:
    """Ask, and ask once more openly when it was nothing that we do; the second time a person helps."""
    request = await talk.ask(prompt, RequestSlot(caller.catalogue), **fields)
    if request != NOT_OURS:
        return request
    second = await talk.ask_if_any("not_ours", SecondRequestSlot(caller.catalogue))
    if second is None:
        raise HandOver("silence")
    if second == NOT_OURS:
        raise HandOver("not_ours")
    return replace(second, turns=2)
