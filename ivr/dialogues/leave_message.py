"""The caller leaves a message in their own voice."""

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.errors import HandOver
from ivr.slots.request import Request


async def leave_message(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> None:
    """Keep what the caller says as sound, for a person to hear within a day."""
    raise HandOver("message")
