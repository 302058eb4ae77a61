import asyncio
from collections import deque

import pytest

from audio.voice_activity import VoiceActivity
from ivr.errors import CallerHungUp
from ivr.media.line import Digit, Frame
from ivr.media.messages import FRAME_BYTES, SILENCE
from ivr.media.playback import Playback
from ivr.turn import Key, Patience, Utterance, hear_turn

QUICK = Patience(first_ms=1_000, end_ms=400)


class ScriptedLine:
    """Gives these frames and keys one after the other, then silence for ever; the prompt plays on meanwhile."""

    def __init__(self, *parts: bytes | str | type[BaseException]) -> None:
        self.coming: deque[Frame | Digit | type[BaseException]] = deque()
        self.playback = Playback(b"")
        for part in parts:
            if isinstance(part, bytes):
                self.coming.extend(
                    Frame(part[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")) for at in range(0, len(part), FRAME_BYTES)
                )
            else:
                self.coming.append(Digit(part) if isinstance(part, str) else part)

    async def next(self, timeout_s: float) -> Frame | Digit:
        self.playback.next_frame()
        item = self.coming.popleft() if self.coming else Frame(SILENCE)
        if isinstance(item, type):
            raise item
        return item


def silence(ms: int) -> bytes:
    return bytes(ms * 16)


def hear(line: ScriptedLine, prompt: bytes = b"", patience: Patience = QUICK) -> Utterance | Key | None:
    line.playback = Playback(prompt)
    return asyncio.run(hear_turn(line, VoiceActivity(), line.playback, patience))


def test_what_is_said_is_heard_whole(speech: bytes) -> None:
    heard = hear(ScriptedLine(silence(300), speech))
    assert isinstance(heard, Utterance)
    assert len(speech) * 0.8 <= len(heard.sound) <= len(speech) + 16_000


def test_nothing_said_is_silence() -> None:
    assert hear(ScriptedLine()) is None


def test_a_short_noise_is_not_speech(speech: bytes) -> None:
    assert hear(ScriptedLine(silence(200), speech[:1_600], silence(300))) is None


def test_a_key_is_heard_at_once_and_cuts_the_prompt() -> None:
    line = ScriptedLine(silence(100), "1")
    assert hear(line, prompt=silence(5_000)) == Key("1")
    assert line.playback.over
    assert line.playback.played_ms < 200


def test_speech_cuts_the_prompt(speech: bytes) -> None:
    line = ScriptedLine(silence(500), speech)
    assert isinstance(hear(line, prompt=silence(20_000)), Utterance)
    assert line.playback.played_ms < 5_000


def test_the_silence_allowance_begins_when_the_prompt_has_ended(speech: bytes) -> None:
    line = ScriptedLine(silence(3_500), speech)
    assert isinstance(hear(line, prompt=silence(3_000)), Utterance)


def test_a_pause_inside_an_answer_does_not_end_it(speech: bytes) -> None:
    heard = hear(ScriptedLine(speech, silence(500), speech), patience=Patience(1_000, 1_000))
    assert isinstance(heard, Utterance)
    assert len(heard.sound) > 1.8 * len(speech)


def test_a_hang_up_ends_the_turn(speech: bytes) -> None:
    with pytest.raises(CallerHungUp):
        hear(ScriptedLine(speech, CallerHungUp))
