"""What callers can ask for, and the dialogue that does it: one line each. Every other intent is a service to be ordered."""

from collections.abc import Awaitable, Callable

from ivr.conversation import Conversation
from ivr.dialogues.call_family import call_family
from ivr.dialogues.caller import Caller
from ivr.dialogues.cancel_order import cancel_order
from ivr.dialogues.desk import Desk
from ivr.dialogues.leave_message import leave_message
from ivr.dialogues.order_service import order_service
from ivr.dialogues.same_again import same_again
from ivr.dialogues.where_is_it import where_is_it
from ivr.slots.request import Request
from ivr.understanding.intents import CANCEL, CONTACT, MESSAGE, QUERY, SAME_AGAIN

# A dialogue returns what else the caller asked for at its end, if anything.
Dialogue = Callable[[Conversation, Caller, Desk, Request], Awaitable[Request | None]]

DIALOGUES: dict[str, Dialogue] = {
    CANCEL: cancel_order,
    QUERY: where_is_it,
    MESSAGE: leave_message,
    CONTACT: call_family,
    SAME_AGAIN: same_again,
}


def dialogue_for(request: Request) -> Dialogue:
    """The dialogue that a request is for."""
    return DIALOGUES.get(request.intent, order_service)
