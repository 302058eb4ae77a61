"""A provider is rung about an order that waits for somebody: one key takes it, another leaves it."""

from dispatch.outbound.spoken import SpokenOrder, answer_by_telephone
from dispatch.progress import Outcome
from dispatch.reading import Verb
from ivr.conversation import Conversation
from ivr.dialogues.desk import Desk
from ivr.dialogues.telling_orders import MOST_TIMES_TOLD, offer_in_words, wish_while_told
from ivr.errors import HandOver
from ivr.slots.provider_keys import OfferSlot, Wish
from models.outbound_calls import OutboundResult
from models.settings import Settings

TOLD = {Outcome.ACCEPTED: "offer_taken", Outcome.REFUSED: "offer_declined", Outcome.GIVEN_BACK: "offer_declined"}


async def offer_call(talk: Conversation, desk: Desk, settings: Settings, order: SpokenOrder) -> OutboundResult:
    """Tell the order until it is taken or left. A voicemail does neither."""
    await talk.say("offer_opening")
    slot = OfferSlot()
    for _ in range(MOST_TIMES_TOLD):
        wish = await wish_while_told(talk, offer_in_words(talk, order), slot)
        if wish is None:
            wish = await talk.ask("offer_question", slot)
        if wish is not Wish.AGAIN:
            await answer_offer(talk, desk, settings, order, wish)
            await talk.say("provider_goodbye")
            return OutboundResult.DONE
    raise HandOver("not_agreed")


async def answer_offer(talk: Conversation, desk: Desk, settings: Settings, order: SpokenOrder, wish: Wish) -> None:
    """Do what was said, and say what came of it."""
    outcome = await talk.do(answer_by_telephone, desk.queue, settings, order.offer_id, verb=Verb(wish), now=talk.now)
    await talk.say(TOLD.get(outcome, "offer_gone"))
