"""A message that no SMS brings is spoken, twice: a voicemail may have taken the first time for its greeting."""

import re

from dispatch.outbound.spoken import note_told
from ivr.conversation import Conversation
from models.outbound_calls import OutboundResult

# What one prompt says without a pause; a longer sentence is cut at its commas.
MOST_CHARACTERS = 32
_SIGNATURE = re.compile(r"^(【[^】]*】|\[[^\]]*\]\s*)")
# Nobody can press what an address on the web says.
_ADDRESS = re.compile(r"(网页：|Page: )?https?://\S+")
# An order's number, or the code that a resident is to say: digit by digit, and no year, room or price.
_CODE = re.compile(r"(?<![\d.])\d{4}(?![\d.年号室元])")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_CLAUSE = re.compile(r"[^，,：:]+[，,：:]*")


async def tell_call(talk: Conversation, message_id: int, body: str) -> OutboundResult:
    """Speak the message; it has been told once it was spoken to its end."""
    await talk.say("tell_opening")
    await speak(talk, body)
    await talk.do(note_told, message_id, talk.now)
    await talk.say("tell_once_more")
    await speak(talk, body)
    await talk.say("tell_goodbye")
    return OutboundResult.DONE


async def speak(talk: Conversation, body: str) -> None:
    """Every piece of it."""
    for words in spoken_pieces(body):
        await talk.say("tell_words", words=words)


def spoken_pieces(body: str) -> list[str]:
    """A message's sentences without its signature and without addresses on the web, none much too long to be followed."""
    text = _ADDRESS.sub("", _SIGNATURE.sub("", body.strip()))
    text = _CODE.sub(lambda code: " ".join(code[0]), text)
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        piece = ""
        for clause in _CLAUSE.findall(sentence.strip()):
            if piece and len(piece) + len(clause) > MOST_CHARACTERS:
                pieces.append(_ended(piece))
                piece = ""
            piece += clause
        if piece:
            pieces.append(_ended(piece))
    return pieces


def _ended(piece: str) -> str:
    told = re.sub(r"[，,：:；;\s]*$", "", piece)
    return told if told.endswith(tuple("。！？!?")) else f"{told}。"
