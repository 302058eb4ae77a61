"""The resident orders a service: what, its own question, when, read back, an explicit yes, what happens next."""

from dataclasses import replace

from dispatch.placing import OrderRequest, add_note, place_order
from ivr.conversation import Conversation
from ivr.dialogues.agreeing import agree, ask_particular, in_words
from ivr.dialogues.asking import hear_another
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.slots.confirmation import ConfirmationSlot
from ivr.slots.note import NoteSlot
from ivr.slots.request import Request
from ivr.slots.wish import Wish
from ivr.understanding.services import Offering
from ivr.when import say_when
from models.orders import Order


async def order_service(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> Request | None:
    """Take one order; return what else the resident asks for."""
    wish, turns = request.wish, request.turns
    if wish.service and not request.sure and wish.when is None:  # with a time the read-back itself asks whether it was meant
        confirmed = await confirm(talk, caller, wish.service)
        turns += 1
        if confirmed.service is None:
            return await hear_another(talk, caller, turns)
        wish = wish.completed_by(confirmed)
    if wish.service and (request.sure or turns > request.turns):
        wish = await ask_particular(talk, wish, turns)
    return await place(talk, caller, desk, request, wish)


async def confirm(talk: Conversation, caller: Caller, service: Offering) -> Wish:
    """Ask whether this service was meant."""
    return await talk.ask("confirm_service", ConfirmationSlot(caller.catalogue, service), service=service.name)


async def place(
    talk: Conversation, caller: Caller, desk: Desk, request: Request, wish: Wish, *, read_back: str = "read_back"
) -> Request | None:
    """Agree on a request's wish and place it as an order; return what else the resident asks for."""
    agreed = await agree(talk, caller, wish, read_back)
    if agreed is None:
        await talk.say("nothing_ordered")
        return None
    order = await talk.do(place_order, desk.queue, _as_ordered(talk, caller, agreed), talk.now)
    await talk.collect(order=order.code)
    await talk.say("order_placed", service=in_words(talk, agreed)["service"])
    assert agreed.service  # noqa: S101 - agreed means complete
    if request.also:  # the next question is about these
        return None
    return await take_further_words(talk, caller, order, agreed.service)


async def take_further_words(talk: Conversation, caller: Caller, order: Order, ordered: Offering) -> Request | None:
    """Ask for anything else; a note is kept with the order, another request is returned."""
    note = await talk.ask_if_any("anything_else", NoteSlot(caller.catalogue, ordered))
    if note is None:
        return None
    if note.request and note.request.sure:
        return note.request
    if note.request and note.request.wish.service:
        confirmed = await confirm(talk, caller, note.request.wish.service)
        if confirmed.service:
            wish = note.request.wish.completed_by(confirmed)
            return replace(note.request, intent=confirmed.service.key, wish=wish, sure=True, turns=2)
    if note.words:
        await talk.do(add_note, order.id, note.words, talk.now)
        await talk.say("note_taken")
    return None


def _as_ordered(talk: Conversation, caller: Caller, agreed: Wish) -> OrderRequest:
    assert caller.resident  # noqa: S101 - orders are taken from residents only
    assert agreed.service and agreed.when  # noqa: S101, PT018 - agreed means complete
    return OrderRequest(
        resident_id=caller.resident.id,
        service_id=agreed.service.id,
        starts_at=agreed.when.start,
        ends_at=agreed.when.end,
        when_words=say_when(agreed.when, talk.now),
        words=agreed.words,
        details={agreed.service.question["about"]: agreed.detail} if agreed.detail else {},
        call_id=talk.call_id,
    )
