"""A provider is rung about an order that waits for somebody: one key takes it, another leaves it."""

from dispatch.outbound.spoken import SpokenOrder, answer_by_telephone
from dispatch.progress import Outcome
from dispatch.reading import Verb
from ivr.conversation import Conversation
from ivr.dialogues.desk import Desk
from ivr.errors import HandOver
from ivr.slots.provider_keys import OfferSlot, Wish
from ivr.when import Span, say_when
from models.outbound_calls import OutboundResult
from models.settings import Settings

# Nobody needs to hear an order more often; a key that is stuck would ask for it for ever.
MOST_TIMES_TOLD = 5
TOLD = {Outcome.ACCEPTED: "offer_taken", Outcome.REFUSED: "offer_declined", Outcome.GIVEN_BACK: "offer_declined"}


async def offer_call(talk: Conversation, desk: Desk, settings: Settings, order: SpokenOrder) -> OutboundResult:
    """Tell the order until it is taken or left. A voicemail does neither."""
    await talk.say("offer_opening")
    for _ in range(MOST_TIMES_TOLD):
        await talk.say("offer_told", **in_words(talk, order))
        wish = await talk.ask("offer_question", OfferSlot())
        if wish is not Wish.AGAIN:
            await answer_offer(talk, desk, settings, order, wish)
            await talk.say("provider_goodbye")
            return OutboundResult.DONE
    raise HandOver("not_agreed")


async def answer_offer(talk: Conversation, desk: Desk, settings: Settings, order: SpokenOrder, wish: Wish) -> None:
    """Do what was said, and say what came of it."""
    outcome = await talk.do(answer_by_telephone, desk.queue, settings, order.offer_id, verb=Verb(wish), now=talk.now)
    await talk.say(TOLD.get(outcome, "offer_gone"))


def in_words(talk: Conversation, order: SpokenOrder) -> dict[str, str]:
    """What, when and about where: whoever has not taken it need not know at whose door."""
    return {"service": order.service, "when": when_words(talk, order), "area": order.area}


def when_words(talk: Conversation, order: SpokenOrder) -> str:
    """When it is wanted, in the community's own time."""
    zone = talk.now.tzinfo
    return say_when(Span(order.starts_at.astimezone(zone), order.ends_at.astimezone(zone)), talk.now)
