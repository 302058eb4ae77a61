"""The voice of one conversation: slower, louder, sentence by sentence, and remembered."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from audio.loudness import loudness_lufs
from audio.pace import louder, slower
from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import Wording, load_catalogue
from audio.sound import RATE_HZ, duration_s, from_samples, to_samples, write_wav
from ivr.record import remember_speaking
from ivr.voice import PromptVoice
from models.database import SessionMaker
from models.demo import load_demo
from models.residents import Resident
from models.settings import Settings

READ_BACK = {"service": "送餐", "when": "明天十一月二十四号上午九点到十点"}


class Hum:
    """Hums as long as the words take, and remembers what it was asked."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def speak(self, text: str) -> bytes:
        self.spoken.append(text)
        return a_hum(seconds=0.3 * len(text))


def a_hum(seconds: float) -> bytes:
    return from_samples((0.16 * np.sin(np.arange(int(seconds * RATE_HZ)) * 2 * np.pi * 440 / RATE_HZ)).astype(np.float32))


@pytest.fixture
def hum() -> Hum:
    return Hum()


@pytest.fixture
def voice(tmp_path: Path, hum: Hum) -> PromptVoice:
    return PromptVoice(load_catalogue(), PromptCache(tmp_path, hum, "hum"))


def test_rule_5_one_who_asked_for_slower_speech_hears_every_prompt_slower(voice: PromptVoice) -> None:
    words = voice.text("welcome")
    usual = duration_s(voice.sound("welcome", words))
    slow = voice.at(slower(100), 0)
    assert duration_s(slow.sound("welcome", words)) == pytest.approx(usual / 0.85, rel=0.02)
    assert duration_s(voice.sound("welcome", words)) == usual


def test_one_who_asked_for_louder_speech_hears_every_prompt_louder(voice: PromptVoice) -> None:
    words = voice.text("welcome")
    usual, loud = (loudness_lufs(to_samples(one.sound("welcome", words))) for one in (voice, voice.at(100, louder(0))))
    assert loud - usual > 4


def test_slower_and_louder_speak_nothing_anew(voice: PromptVoice, hum: Hum) -> None:
    words = voice.text("read_back", **READ_BACK)
    voice.sound("read_back", words)
    spoken = len(hum.spoken)
    voice.at(75, 12).sound("read_back", words)
    assert len(hum.spoken) == spoken


def test_a_prompt_comes_sentence_by_sentence_before_the_next_is_made(voice: PromptVoice, hum: Hum) -> None:
    words = voice.text("read_back", **READ_BACK)
    pieces = voice.pieces("read_back", words)
    first = next(pieces)
    assert hum.spoken == ["好的，送餐。"]
    assert first + b"".join(pieces) == voice.sound("read_back", words)


def test_a_persons_recording_of_a_wording_wins_and_is_slowed_too(voice: PromptVoice, hum: Hum, tmp_path: Path) -> None:
    write_wav(tmp_path / "recorded" / "when_again.wav", a_hum(seconds=2))
    words = voice.text("when", Wording.AGAIN, service="送餐")
    assert duration_s(voice.sound("when", words)) == pytest.approx(2)
    assert duration_s(voice.at(85, 0).sound("when", words)) == pytest.approx(2 / 0.85, rel=0.02)
    assert hum.spoken == []


def test_how_a_resident_wants_to_be_spoken_to_is_remembered(sessions: SessionMaker, settings: Settings) -> None:
    with sessions.begin() as session:
        load_demo(session, settings)
    with sessions() as session:
        remember_speaking(session, first_resident(session).id, slower(100), louder(0))
    with sessions() as session:
        resident = first_resident(session)
        assert (resident.speech_pace_percent, resident.louder_db) == (85, 6)


def first_resident(session: Session) -> Resident:
    return session.query(Resident).order_by(Resident.id).limit(1).one()
