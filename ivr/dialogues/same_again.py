"""还是老样子: the last order once more, of the service that is named or of any."""

from datetime import datetime, timedelta

from dispatch.finding import Standing, last_order
from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.order_service import place
from ivr.slots.open_order import wanted_span
from ivr.slots.request import Request
from ivr.slots.wish import Wish, read_when
from ivr.understanding.named import services_named
from ivr.understanding.services import Offering
from ivr.when import Span


async def same_again(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> Request | None:
    """Offer the last order again at the time said, or at its usual time of day; without one, take an order as any."""
    assert caller.resident  # noqa: S101 - only residents have orders
    named = services_named(request.hearing, caller.catalogue.offerings)
    service = named[0] if len(named) == 1 else None
    last = await talk.do(last_order, caller.resident.id, service.id if service else None)
    if last is None:
        await talk.say("no_last_order")
        wish = Wish(service, read_when(request.hearing, talk.now), words=request.hearing.best)
        return await place(talk, caller, desk, request, wish)
    offering = next(one for one in caller.catalogue.offerings if one.id == last.service_id)
    when = read_when(request.hearing, talk.now) or usual_time(last, offering, talk.now)
    detail = last.details.get(offering.question.get("about", ""), "")
    wish = Wish(offering, when, detail, request.hearing.best)
    return await place(talk, caller, desk, request, wish, read_back="same_as_last")


def usual_time(last: Standing, offering: Offering, now: datetime) -> Span:
    """The next day's span at the same time of day that leaves whoever comes the time that the service needs."""
    span = wanted_span(last, now)
    lasts = span.end - span.start
    start = datetime.combine(now.date(), span.start.timetz())
    if start < now + timedelta(minutes=offering.lead_time_min):
        start += timedelta(days=1)
    return Span(start, start + lasts)
