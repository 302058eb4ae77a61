"""A provider calls: what waits for their answer and what is theirs to do, one after the other, each with its keys."""

from dispatch.outbound.spoken import SpokenOrder, answer_by_telephone, call_back_to_connect, orders_of_provider
from dispatch.progress import Outcome
from dispatch.reading import Verb
from ivr.conversation import Conversation
from ivr.dialogues.desk import Desk
from ivr.dialogues.offer_call import answer_offer
from ivr.dialogues.telling_orders import MOST_TIMES_TOLD, offer_in_words, order_in_words, wish_while_told
from ivr.slots.provider_keys import OfferSlot, ReportSlot, Wish
from models.settings import Settings

# Whoever has more waiting calls again, or looks at their SMS.
MOST_TOLD = 6
REPORTED = {Outcome.ARRIVED: "line_arrived", Outcome.COMPLETED: "line_completed"}


async def provider_line(talk: Conversation, desk: Desk, settings: Settings, provider_id: int) -> None:
    """Go through them; who says nothing to one hears the next."""
    await talk.say("line_opening")
    orders = await talk.do(orders_of_provider, provider_id, MOST_TOLD)
    if not orders:
        await talk.say("line_nothing")
    for order in orders:
        wish = await hear_wish(talk, order)
        if wish is Wish.CONNECT:
            if await talk.do(call_back_to_connect, desk.queue, order.offer_id, talk.now):
                await talk.say("line_calls_back")
                return
            await talk.say("line_not_now")
        elif wish and order.is_open:
            await answer_offer(talk, desk, settings, order, wish)
        elif wish:
            outcome = await talk.do(answer_by_telephone, desk.queue, settings, order.offer_id, verb=Verb(wish), now=talk.now)
            await talk.say(REPORTED.get(outcome, "line_not_now"))
    await talk.say("provider_goodbye")


async def hear_wish(talk: Conversation, order: SpokenOrder) -> Wish | None:
    """Tell one order until something is wanted of it, or nothing."""
    if order.is_open:
        await talk.say("line_offered")
    for _ in range(MOST_TIMES_TOLD):
        wish = await (hear_answer(talk, order) if order.is_open else hear_report(talk, order))
        if wish is not Wish.AGAIN:
            return wish
    return None


async def hear_answer(talk: Conversation, order: SpokenOrder) -> Wish | None:
    """One that waits for an answer."""
    slot = OfferSlot()
    wish = await wish_while_told(talk, offer_in_words(talk, order), slot)
    if wish is None:
        wish = await talk.ask_if_any("offer_question", slot)
    return wish


async def hear_report(talk: Conversation, order: SpokenOrder) -> Wish | None:
    """One that is theirs to do."""
    slot = ReportSlot()
    wish = await wish_while_told(talk, order_in_words(talk, order), slot)
    if wish is None:
        wish = await talk.ask_if_any("line_question", slot)
    return wish
