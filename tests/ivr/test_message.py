"""A message's words are looked at in its pauses, and it is ended only by what calls for a person at once."""

import asyncio
from collections import deque

import pytest

from audio.recognizers import Hearing, Hypothesis
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.media.playback import Playback
from ivr.message import PIECE_MS, Message
from ivr.understanding.meaning import Heard
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.test_turn import ScriptedLine, silence


class Pieces:
    """Hears these words, a piece each, as `Conversation` would; None where a piece is not recognised."""

    def __init__(self, *words: str | None) -> None:
        self.coming = deque(words)
        self.lasted_ms: list[float] = []

    async def __call__(self, sound: bytes) -> Heard | None:
        self.lasted_ms.append(len(sound) / 16)
        words = self.coming.popleft()
        hearing = Hearing((Hypothesis(words or "", 0.0),))
        return Heard(hearing, PlainUnderstanding().mean(hearing)) if words else None


def leave(line: ScriptedLine, pieces: Pieces) -> tuple[Message, str, int]:
    """The message that the caller leaves on this line, the key that ended it, and when that was."""

    async def take() -> tuple[str, int]:
        key = await message.take()
        ended_ms = line.clock_ms
        await message.recognised()
        return key, ended_ms

    message = Message(line, Endpointer(VoiceActivity()), Playback(b""), pieces)
    return message, *asyncio.run(take())


def test_it_is_recognised_from_pause_to_pause_and_kept_whole(speech: bytes) -> None:
    pieces = Pieces("跟小陈说一声", "明天我不在家")
    message, key, ended_ms = leave(ScriptedLine(speech, silence(1_500), speech), pieces)
    assert (message.words, key) == ("跟小陈说一声，明天我不在家", "")
    assert len(message.sound) > 2 * 0.9 * len(speech) + len(silence(1_500))
    assert ended_ms > 2 * len(speech) / 16 + 1_500 + 2_900


@pytest.mark.parametrize("pieces", [("救命啊", "我摔倒了"), ("喂喂", "救命啊")])
def test_a_cry_for_help_ends_it_at_the_next_pause(speech: bytes, pieces: tuple[str, ...]) -> None:
    message, _, ended_ms = leave(ScriptedLine(speech, silence(1_000), speech), Pieces(*pieces))
    before = message.words.count("，") + 1
    assert message.calls_for_a_person
    assert ended_ms - (before * len(speech) / 16 + (before - 1) * 1_000) < 1_000


def test_a_wish_for_a_person_ends_it_where_the_caller_waits_for_one(speech: bytes) -> None:
    message, _, ended_ms = leave(ScriptedLine(speech), Pieces("转人工"))
    assert message.calls_for_a_person
    assert 1_400 <= ended_ms - len(speech) / 16 < 1_900


@pytest.mark.parametrize("words", [("跟话务员说一声", "明天我不在家"), ("麻烦你们的话务员给我回个电话",), ("转人工", None)])
def test_a_person_spoken_of_in_passing_does_not_end_it(speech: bytes, words: tuple[str | None, ...]) -> None:
    spoken = [speech, silence(1_000)] * len(words)
    message, _, ended_ms = leave(ScriptedLine(*spoken), Pieces(*words))
    assert not message.calls_for_a_person
    assert ended_ms > len(words) * len(speech) / 16 + (len(words) - 1) * 1_000 + 2_900


def test_who_never_pauses_is_heard_in_pieces_too(speech: bytes) -> None:
    times = PIECE_MS * 16 * 2 // len(speech)
    pieces = Pieces(*["好"] * 3)
    leave(ScriptedLine(speech * times), pieces)
    assert PIECE_MS - 20 <= max(pieces.lasted_ms) <= PIECE_MS + 20


def test_the_silence_after_it_is_not_recognised(speech: bytes) -> None:
    pieces = Pieces("跟小陈说一声")
    leave(ScriptedLine(speech), pieces)
    assert len(pieces.lasted_ms) == 1
