"""A provider calls: what waits for their answer and what is theirs to do, one after the other, each with its keys."""

from dispatch.outbound.spoken import SpokenOrder, answer_by_telephone, orders_of_provider
from dispatch.progress import Outcome
from dispatch.reading import Verb
from ivr.conversation import Conversation
from ivr.dialogues.connect_call import put_through
from ivr.dialogues.desk import Desk
from ivr.dialogues.offer_call import MOST_TIMES_TOLD, answer_offer, in_words, when_words
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
        await (answer(talk, desk, settings, order) if order.is_open else report(talk, desk, settings, order))
    await talk.say("provider_goodbye")


async def answer(talk: Conversation, desk: Desk, settings: Settings, order: SpokenOrder) -> None:
    """One that waits for an answer."""
    await talk.say("line_offered")
    for _ in range(MOST_TIMES_TOLD):
        await talk.say("offer_told", **in_words(talk, order))
        wish = await talk.ask_if_any("offer_question", OfferSlot())
        if wish is None:
            return
        if wish is not Wish.AGAIN:
            await answer_offer(talk, desk, settings, order, wish)
            return


async def report(talk: Conversation, desk: Desk, settings: Settings, order: SpokenOrder) -> None:
    """One that is theirs to do."""
    for _ in range(MOST_TIMES_TOLD):
        await talk.say("line_yours", service=order.service, when=when_words(talk, order))
        await talk.say("line_address", address=order.address, resident=order.resident)
        wish = await talk.ask_if_any("line_question", ReportSlot())
        if wish is None:
            return
        if wish is Wish.CONNECT:
            await put_through(talk, order.order_id)
        if wish is not Wish.AGAIN:
            outcome = await talk.do(answer_by_telephone, desk.queue, settings, order.offer_id, verb=Verb(wish), now=talk.now)
            await talk.say(REPORTED.get(outcome, "line_not_now"))
            return
