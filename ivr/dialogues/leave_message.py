"""The caller leaves a message in their own voice, to be heard by a person within a day."""

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.errors import HandOver
from ivr.mailbox import keep_message, word_message
from ivr.record import callers_number
from ivr.slots.digits import DigitsSlot
from ivr.slots.request import Request
from ivr.slots.yes_no import YesNoSlot

# A local number without its area code, and a mobile number with the country's.
NUMBER = DigitsSlot(least=7, most=14)
MOST_READ_BACKS = 2


async def leave_message(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> None:
    """Keep what the caller says as sound, even if they hang up in the middle of it; its words come afterwards."""
    kept: list[int] = []

    async def keep(sound: bytes, words: str) -> None:
        kept.append(await talk.do(keep_message, desk.recordings_dir, talk.call_id, sound, words=words, at=talk.now))

    message = await talk.record("leave_message", keep)
    if caller.resident is None and not await talk.do(callers_number, talk.call_id):
        await ask_number(talk)
    await talk.say("message_kept")
    await talk.do(word_message, kept[-1], await talk.words_of(message, "leave_message"))
    await talk.heed(message)


async def ask_number(talk: Conversation) -> None:
    """Ask a stranger whose number is withheld where to call back; who says nothing need not tell."""
    for _ in range(MOST_READ_BACKS):
        number = await talk.ask_if_any("call_back_number", NUMBER)
        if number is None:
            return
        if await talk.ask("call_back_right", YesNoSlot(), number=number):
            await talk.collect(call_back=number)
            return
    raise HandOver("not_agreed")
