"""Telling a provider an order, and hearing what is wanted of it."""

from collections.abc import Mapping, Sequence

from dispatch.outbound.spoken import SpokenOrder
from ivr.conversation import Conversation
from ivr.dialogues.tell_call import spoken_pieces
from ivr.slots.provider_keys import WhileTold, Wish
from ivr.slots.slot import Slot
from ivr.when import Span, say_when

# Nobody needs to hear an order more often; a key that is stuck would ask for it for ever.
MOST_TIMES_TOLD = 5

Prompt = tuple[str, Mapping[str, str]]


async def wish_while_told(talk: Conversation, prompts: Sequence[Prompt], slot: Slot[Wish]) -> Wish | None:
    """Say these; what is answered before their end, or None."""
    for prompt, fields in prompts:
        wish = await talk.ask_if_any(prompt, WhileTold(slot), **fields)
        if wish and wish is not Wish.LISTENS:
            return wish
    return None


def offer_in_words(talk: Conversation, order: SpokenOrder) -> list[Prompt]:
    """What, when and about where, and how much of it; whoever has not taken it need not know at whose door."""
    told: Prompt = ("offer_told", {"service": order.service, "when": when_words(talk, order), "area": order.area})
    return [told, *(("tell_words", {"words": words}) for words in spoken_pieces(order.details))]


def order_in_words(talk: Conversation, order: SpokenOrder) -> list[Prompt]:
    """What, when and for whom. The address they have by SMS: a number can be forged, and is no key to a door."""
    what = {"service": order.service, "when": when_words(talk, order)}
    return [("line_yours", what), ("line_whose", {"resident": order.resident, "area": order.area})]


def when_words(talk: Conversation, order: SpokenOrder) -> str:
    """When it is wanted, in the community's own time."""
    zone = talk.now.tzinfo
    return say_when(Span(order.starts_at.astimezone(zone), order.ends_at.astimezone(zone)), talk.now)
