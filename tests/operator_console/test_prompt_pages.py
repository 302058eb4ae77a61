"""A prompt in a person's own voice: recorded, listened to, put live, taken off."""

import io
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from audio.loudness import PROMPT_LUFS, loudness_lufs
from audio.sound import from_samples, read_wav, to_samples, write_wav
from models.operators import Operator, Role
from models.prompt_voices import PromptVoice
from models.settings import Settings
from tests.operator_console.forms import form_token

NAME = "goodbye"
RATE_HZ = 8000


@pytest.fixture(autouse=True)
def supervisor(operator: Operator, facts: Session) -> Operator:
    operator.role = Role.SUPERVISOR
    facts.commit()
    return operator


def a_voice(folder: Path, seconds: float, level: float = 0.2) -> bytes:
    """A hum that comes and goes, as a sound file."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    samples = level * np.sin(2 * np.pi * 440 * at) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * at))
    write_wav(folder / "hum.wav", from_samples(samples.astype(np.float32)))
    return (folder / "hum.wav").read_bytes()


def keep(client: FlaskClient, sound: bytes) -> TestResponse:
    fields = {"csrf_token": form_token(client, f"/prompts/{NAME}"), "sound": (io.BytesIO(sound), "voice.webm")}
    return client.post(f"/prompts/{NAME}/voices", data=fields, content_type="multipart/form-data", follow_redirects=True)


def press(client: FlaskClient, what: str, voice: PromptVoice) -> None:
    token = form_token(client, f"/prompts/{NAME}")
    assert client.post(f"/prompts/voices/{voice.id}/{what}", data={"csrf_token": token}).status_code == 303


def test_a_recording_is_made_fit_for_the_telephone_heard_live_and_taken_off_again(
    client: FlaskClient, facts: Session, settings: Settings, tmp_path: Path
) -> None:
    heard = settings.data_dir / "sounds/linli" / f"{NAME}.wav"
    spoken = from_samples(np.full(RATE_HZ, 0.1, dtype=np.float32))
    write_wav(heard, spoken)
    assert NAME in client.get("/prompts/").text

    assert "录好了" in keep(client, a_voice(tmp_path, 2)).text
    voice = facts.scalars(select(PromptVoice)).one()
    facts.commit()
    assert loudness_lufs(to_samples(read_wav(settings.data_dir / voice.path))) == pytest.approx(PROMPT_LUFS, abs=1.5)
    with client.get(f"/prompts/voices/{voice.id}") as sound:
        assert sound.mimetype == "audio/wav"
    assert read_wav(heard) == spoken  # not live yet

    press(client, "live", voice)
    recorded = settings.prompts_dir / "recorded" / f"{NAME}.wav"
    assert read_wav(recorded) == read_wav(heard) == read_wav(settings.data_dir / voice.path)
    assert "正在用" in client.get(f"/prompts/{NAME}").text

    press(client, "off", voice)
    assert not recorded.exists()
    assert read_wav(heard) == spoken


@pytest.mark.parametrize(("seconds", "level", "words"), [(20, 0.2, "12 秒"), (0.1, 0.2, "0.5"), (2, 0.001, "几乎没有声音")])
def test_what_nobody_should_hear_is_refused_in_words(
    client: FlaskClient, facts: Session, tmp_path: Path, seconds: float, level: float, words: str
) -> None:
    assert words in keep(client, a_voice(tmp_path, seconds, level)).text
    assert facts.scalar(select(PromptVoice.id)) is None


def test_what_is_no_sound_is_refused(client: FlaskClient) -> None:
    assert "不是录音" in keep(client, b"<html>").text
    assert client.get("/prompts/no_such_prompt").status_code == 404


def test_a_recording_of_other_words_does_not_go_live(client: FlaskClient, facts: Session, tmp_path: Path) -> None:
    keep(client, a_voice(tmp_path, 2))
    voice = facts.scalars(select(PromptVoice)).one()
    voice.words = "从前的话"
    facts.commit()
    press(client, "live", voice)
    facts.refresh(voice)
    assert voice.live_since is None
