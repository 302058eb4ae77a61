"""The caller leaves a message in their own voice, to be heard by a person within a day."""

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.mailbox import keep_message, word_message
from ivr.slots.request import Request


async def leave_message(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> None:
    """Keep what the caller says as sound, even if they hang up in the middle of it; its words come afterwards."""
    kept: list[int] = []

    async def keep(sound: bytes) -> None:
        kept.append(await talk.do(keep_message, desk.recordings_dir, talk.call_id, sound, talk.now))

    message = await talk.record("leave_message", keep)
    await talk.say("message_kept")
    await talk.do(word_message, kept[-1], await talk.words_of(message, "leave_message"))
