"""The resident takes an order back: which one, read back, an explicit yes."""

from collections.abc import Sequence

from dispatch.finding import Standing, open_orders
from dispatch.placing import cancel_order as cancel
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.naming import MOST_NAMED, named_with_keys, short_names
from ivr.errors import HandOver
from ivr.slots.cancellation import CancellationSlot
from ivr.slots.open_order import OpenOrderSlot, orders_meant, wanted_span
from ivr.slots.request import Request
from ivr.when import say_when
from models.orders import IllegalTransition, OrderStatus

# Who has set out is called back by a person, not by an SMS that is read at the door.
SET_OUT = (OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)


async def cancel_order(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> None:
    """Cancel one open order; whoever was to come is told."""
    assert caller.resident  # noqa: S101 - only residents have orders
    orders = await talk.do(open_orders, caller.resident.id, talk.now)
    if not orders:
        await talk.say("nothing_to_cancel")
        return
    meant = orders_meant(request.hearing, orders, caller.catalogue, talk.now)
    order = meant[0] if len(meant) == 1 else await choose(talk, caller, meant)
    when = say_when(wanted_span(order, talk.now), talk.now)
    if not await talk.ask("which_order", CancellationSlot(), service=order.service, when=when):
        await talk.say("order_kept", service=order.service)
        return
    await talk.collect(cancel=order.code)
    if order.status in SET_OUT:
        await talk.say("cancel_by_person")
        raise HandOver("cancel")
    try:
        await talk.do(cancel, desk.queue, order.order_id, "resident", talk.now)
    except IllegalTransition:  # it was done meanwhile
        raise HandOver("cancel") from None
    await talk.say("cancelled", service=order.service)


async def choose(talk: Conversation, caller: Caller, orders: Sequence[Standing]) -> Standing:
    """Name the nearest orders and hear which one it is."""
    named = orders[:MOST_NAMED]
    names = named_with_keys(short_names(named, talk.now))
    return await talk.ask("which_to_cancel", OpenOrderSlot(caller.catalogue, named), names=names)
