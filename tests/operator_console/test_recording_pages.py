"""A recording's page: the story by the sound's clock, the machine's decisions in words, the waveform, and the sound in step."""

import math
import struct
import wave
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from audio.sealing import seal
from models.calls import Call, CallStatus, Recording, Turn
from models.operators import Operator
from models.orders import Order
from models.secrets import own_secret
from models.services import Service
from models.settings import Settings
from operator_console.decisions import decisions
from operator_console.words import Said
from tests.operator_console.conftest import NOW


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def write_sound(path: Path, seconds: int) -> None:
    """Quiet, and loud in its second half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = [int(math.sin(n / 5) * (16_000 if n >= seconds * 4000 else 1_600)) for n in range(seconds * 8000)]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


@pytest.fixture
def recorded(call: Call, operator: Operator, order: Order, service: Service, facts: Session, settings: Settings) -> Call:
    """A call whose line was opened one second into the recording."""
    began = call.started_at
    facts.add(Recording(call_id=call.id, path="1790000000.1.wav", made_at=began))
    call.status, call.outcome, call.ended_at = CallStatus.ENDED, "operator:asked", NOW
    call.handed_over_at, call.operator_at = began + timedelta(seconds=30), began + timedelta(seconds=37)
    call.operator_id = operator.id
    heard = {
        "hypotheses": [{"text": "水管漏水"}, {"text": "水管漏税"}],
        "intent": "plumbing",
        "share": 0.93,
        "decision": "accept",
    }
    for after, speaker, words, told in [
        (1.5, "system", "您需要什么帮助？", {"began_ms": 500}),
        (9.0, "caller", "水管漏水", heard | {"speech_began_ms": 4200}),
        (12.1, "system", "什么时候？", {"began_ms": 11_000}),
    ]:
        facts.add(Turn(call_id=call.id, speaker=speaker, words=words, heard=told, at=began + timedelta(seconds=after)))
        facts.flush()
    facts.commit()
    write_sound(settings.recordings_dir / "1790000000.1.wav", 40)
    return call


def test_the_story_follows_the_sounds_own_clock(client: FlaskClient, recorded: Call) -> None:
    page = client.get(f"/recordings/{recorded.id}").text
    parts = [
        'data-at="1.5"',
        'data-at="5.2"',
        "水管漏税",
        "水电维修，把握 93 %",
        "照办",
        'data-at="12.0"',
        'data-at="30.0"',
        "要求人工",
    ]
    places = [page.index(part) for part in [*parts, "话务员接听：陈静", "订单 4821：已下单"]]
    assert places == sorted(places)
    assert f"/recordings/{recorded.id}" in client.get(f"/calls/{recorded.id}").text


@pytest.mark.parametrize("sealed", [False, True])
def test_the_waveform_is_drawn_from_the_file_sealed_or_not(
    client: FlaskClient, recorded: Call, settings: Settings, sealed: bool
) -> None:
    if sealed:
        own_secret(settings, "recordings")
        seal(settings.recordings_dir / "1790000000.1.wav")
    drawn = client.get(f"/recordings/{recorded.id}/peaks").get_json()
    assert drawn["duration_s"] == 40
    assert len(drawn["peaks"]) == 1200
    assert max(drawn["peaks"][:590]) < 0.1 < 0.4 < min(drawn["peaks"][610:])


def test_a_call_without_sound_or_with_a_broken_one_still_has_its_story(
    client: FlaskClient, recorded: Call, settings: Settings
) -> None:
    path = settings.recordings_dir / "1790000000.1.wav"
    path.write_bytes(b"RIFF")
    assert client.get(f"/recordings/{recorded.id}/peaks").status_code == 404
    path.unlink()
    assert client.get(f"/recordings/{recorded.id}/peaks").status_code == 404
    page = client.get(f"/recordings/{recorded.id}")
    assert (page.status_code, "没有录音" in page.text, "水管漏水" in page.text) == (200, True, True)
    assert client.get("/recordings/999").status_code == 404


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ({"key": "1"}, ["按了 1 键"]),
        ({"silence": True}, ["没有听到说话，再问一遍"]),
        ({"failed": True}, ["识别程序没有答复，请对方按键"]),
        ({"intent": "yes", "share": 0.5, "decision": "confirm"}, ["当作：对，把握 50 %", "不太有把握，先问一句再办"]),
        ({"intent": "x", "share": 0.2, "decision": "again"}, ["当作：x，把握 20 %", "没听懂，再问一遍"]),
        ({"intent": "yes", "share": 1, "decision": "again", "value": "3"}, ["当作：对，把握 100 %", "是问题的回答，记下了"]),
        ({"began_ms": 5}, []),
    ],
)
def test_each_decision_has_plain_words(heard: dict[str, object], words: list[str]) -> None:
    assert [step.zh for step in decisions(heard, {"yes": Said("对", "yes")})] == words
