"""The open question: what a caller wants of us."""

from dataclasses import replace

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.errors import HandOver
from ivr.slots.request import NOT_OURS, Request, RequestSlot, SecondRequestSlot

# Who says no to a guess for the first time has taken so many turns at most, with who is speaking, the request and the no.
MOST_TURNS_UNTIL_A_NO = 3


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


async def hear_another(talk: Conversation, caller: Caller, turns: int) -> Request:
    """Ask openly after a no to what we guessed, `turns` into the request; after the second no a person hears better."""
    if turns > MOST_TURNS_UNTIL_A_NO:
        raise HandOver("not_understood")
    request = await hear_request(talk, caller, "which_service")
    return replace(request, turns=request.turns + turns)
