"""A provider who wants to speak with the resident is rung: a person, and no voicemail, presses one."""

from ivr.conversation import Conversation
from ivr.errors import PutThroughToResident
from ivr.slots.yes_no import YesNoSlot
from models.outbound_calls import OutboundResult


async def connect_call(talk: Conversation, order_id: int, resident: str) -> OutboundResult:
    """Put the provider through once they are there."""
    if await talk.ask("connect_opening", YesNoSlot(), resident=resident):
        await talk.say("connect_ringing")
        raise PutThroughToResident(order_id)
    await talk.say("provider_goodbye")
    return OutboundResult.DONE
