"""The resident orders a service: what, when, read back, an explicit yes, what happens next."""

from typing import Any

from dispatch.placing import OrderRequest, add_note, place_order
from dispatch.queue import JobQueue
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.errors import HandOver
from ivr.slots.note import NoteSlot
from ivr.slots.verdict import ChangeSlot, VerdictSlot
from ivr.slots.wish import WhenSlot, Wish, WishSlot
from ivr.when import say_when
from models.orders import Order

# A resident who has said no to so many read-backs is better off with a person.
MOST_READ_BACKS = 4


async def order_service(talk: Conversation, caller: Caller, queue: JobQueue, wish: Wish | None = None) -> Order | None:
    """Take one order and return it as it was placed; None when the resident wants nothing after all."""
    if wish is None:
        wish = await talk.ask(caller.welcome, WishSlot(caller.catalogue), **caller.welcome_fields)
    agreed = await agree(talk, caller, wish)
    if agreed is None:
        await talk.say("nothing_ordered")
        return None
    order = await talk.do(place_order, queue, _request(talk, caller, agreed), talk.now)
    await talk.collect(order=order.code)
    await talk.say("order_placed", **_in_words(talk, agreed))
    return order


async def agree(talk: Conversation, caller: Caller, wish: Wish) -> Wish | None:
    """Complete a wish and read it back until the resident says yes; None when they want nothing after all."""
    for _ in range(MOST_READ_BACKS):
        wish = await complete(talk, caller, wish)
        verdict = await talk.ask("read_back", VerdictSlot(caller.catalogue, wish), **_in_words(talk, wish))
        if verdict.right:
            return wish
        if verdict.forget_it:
            return None
        if verdict.instead != Wish():
            wish = wish.completed_by(verdict.instead)
            continue
        change = await talk.ask("what_to_change", ChangeSlot(caller.catalogue, wish))
        if change.forget_it:
            return None
        if change.service:
            wish = Wish(None, wish.when, wish.words)
        if change.when:
            wish = Wish(wish.service, None, wish.words)
        wish = wish.completed_by(change.instead)
    raise HandOver("not_agreed")


async def complete(talk: Conversation, caller: Caller, wish: Wish) -> Wish:
    """Ask for what is still missing of a wish, one thing at a time."""
    while wish.service is None:
        wish = wish.completed_by(await talk.ask("which_service", WishSlot(caller.catalogue)))
    await talk.collect(**_collected(wish))
    if wish.when is None:
        wish = wish.completed_by(await talk.ask("when", WhenSlot(), service=wish.service.name))
        await talk.collect(**_collected(wish))
    return wish


async def take_further_words(talk: Conversation, caller: Caller, order: Order) -> Wish | None:
    """Ask for anything else; a note is kept with the order, another wish is returned."""
    note = await talk.ask_if_any("anything_else", NoteSlot(caller.catalogue))
    if note is None:
        return None
    if note.words:
        await talk.do(add_note, order.id, note.words, talk.now)
        await talk.say("note_taken")
    return note.wish


def _request(talk: Conversation, caller: Caller, agreed: Wish) -> OrderRequest:
    assert caller.resident  # noqa: S101 - orders are taken from residents only
    assert agreed.service and agreed.when  # noqa: S101, PT018 - agreed means complete
    return OrderRequest(
        resident_id=caller.resident.id,
        service_id=agreed.service.id,
        starts_at=agreed.when.start,
        ends_at=agreed.when.end,
        when_words=say_when(agreed.when, talk.now),
        words=agreed.words,
        call_id=talk.call_id,
    )


def _in_words(talk: Conversation, wish: Wish) -> dict[str, str]:
    assert wish.service and wish.when  # noqa: S101, PT018 - completed before it is spoken
    return {"service": wish.service.name, "when": say_when(wish.when, talk.now)}


def _collected(wish: Wish) -> dict[str, Any]:
    collected: dict[str, Any] = {"words": wish.words}
    if wish.service:
        collected["service"] = wish.service.key
    if wish.when:
        collected["when"] = [wish.when.start.isoformat(), wish.when.end.isoformat()]
    return collected
