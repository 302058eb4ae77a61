"""What else was wished for in the same sentence: offered by name after the first wish, and never ordered without a yes."""

from dataclasses import replace

from audio.recognizers import Hearing, Hypothesis
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.slots.confirmation import ConfirmationSlot
from ivr.slots.request import REQUESTS, Request
from ivr.slots.wish import read_wish
from ivr.slots.yes_no import YesNoSlot
from ivr.understanding.intents import CANCEL, CONTACT, MESSAGE, QUERY, SAME_AGAIN

# What is no service, as it is named to the caller.
NAMES = {
    CANCEL: "取消订单",
    QUERY: "问订单",
    MESSAGE: "留言",
    CONTACT: "给家里人打电话",
    SAME_AGAIN: "照上次的再订",
}
# What is offered has taken two turns: the sentence, and the yes.
TURNS_UNTIL_OFFERED = 2


async def take_apart(talk: Conversation, caller: Caller, request: Request) -> Request:
    """The first of a sentence's wishes with what was said of it, and the others with theirs: `Request.also`."""
    possible = {offering.key for offering in caller.catalogue.offerings} | REQUESTS
    wishes = await talk.tell_apart(request.hearing, request.intent, possible)
    told = [_request(talk, caller, intent, words) for intent, words in wishes.items()] if len(wishes) > 1 else [request]
    first = replace(told[0], sure=request.sure) if told[0].intent == request.intent else told[0]
    also = {one.intent: one for one in (*told[1:], *request.also) if one.intent != first.intent}
    if also:
        await talk.collect(also="，".join(_name(caller, one) for one in also.values()))
    return replace(first, turns=request.turns, also=tuple(also.values()))


async def offer_further(talk: Conversation, caller: Caller, request: Request) -> Request | None:
    """Ask whether the other wishes of the sentence are wanted, until one is; it takes those after it along."""
    for at, other in enumerate(request.also, start=1):
        wanted = replace(other, turns=TURNS_UNTIL_OFFERED, also=request.also[at:])
        service = caller.catalogue.service(other.intent)
        if service is None:
            if await talk.ask("also_wanted", YesNoSlot(), wish=_name(caller, other)):
                return wanted
            continue
        confirmed = await talk.ask("also_wanted", ConfirmationSlot(caller.catalogue, service), wish=service.name)
        if confirmed.service:
            return replace(wanted, intent=confirmed.service.key, wish=other.wish.completed_by(confirmed))
    return None


def _request(talk: Conversation, caller: Caller, intent: str, words: str) -> Request:
    hearing = Hearing((Hypothesis(words, 0.0),))
    return Request(intent, read_wish(caller.catalogue.service(intent), hearing, talk.now), hearing)


def _name(caller: Caller, request: Request) -> str:
    service = caller.catalogue.service(request.intent)
    return service.name if service else NAMES[request.intent]
