"""The resident asks after an order: how it stands, in words."""

from collections.abc import Sequence

from dispatch.finding import Standing, last_done, open_orders
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.errors import HandOver
from ivr.slots.open_order import orders_meant, wanted_span
from ivr.slots.request import Request
from ivr.spoken_times import say_day
from ivr.when import say_when
from models.orders import OrderStatus

MOST_TOLD = 2

TOLD = {
    OrderStatus.PLACED: "order_stands_placed",
    OrderStatus.OFFERED: "order_stands_placed",
    OrderStatus.ACCEPTED: "order_stands_accepted",
    OrderStatus.ON_THE_WAY: "order_stands_on_the_way",
    OrderStatus.ARRIVED: "order_stands_arrived",
    OrderStatus.COMPLETED: "order_stands_completed",
    OrderStatus.CONFIRMED: "order_stands_completed",
    OrderStatus.UNFILLED: "order_stands_unfilled",
}


async def where_is_it(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> None:
    """Say how the order stands that is meant, or the two nearest; one that nobody takes goes to a person."""
    assert caller.resident  # noqa: S101 - only residents have orders
    orders = await talk.do(open_orders, caller.resident.id, talk.now)
    told = _told_apart(orders_meant(request.hearing, orders, caller.catalogue, talk.now))[:MOST_TOLD]
    if not told and (done := await talk.do(last_done, caller.resident.id, talk.now)):
        told = [done]
    if not told:
        await talk.say("nothing_ordered_yet")
    for order in told:
        await talk.say(TOLD[order.status], **_in_words(talk, order))
    if any(order.status is OrderStatus.UNFILLED for order in told):
        raise HandOver("unfilled")


def _told_apart(orders: Sequence[Standing]) -> list[Standing]:
    """Without those of which nothing else would be said: only what is accepted is told with its time."""
    told = {
        (one.service, one.status, one.visit_at or one.starts_at if one.status is OrderStatus.ACCEPTED else None): one
        for one in reversed(orders)
    }
    return [one for one in orders if one in told.values()]


def _in_words(talk: Conversation, order: Standing) -> dict[str, str]:
    if order.visit_at:
        visit = order.visit_at.astimezone(talk.now.tzinfo)
        when = say_day(visit.date(), visit.hour * 60 + visit.minute, talk.now)
    else:
        when = say_when(wanted_span(order, talk.now), talk.now)
    return {"service": order.service, "provider": order.provider, "when": when}
