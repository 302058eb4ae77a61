"""Calls, their transcripts and their recordings."""

import wave

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from audio.sealing import seal
from models.calls import Call, CallStatus, Recording, Turn
from models.file_openings import RecordingPlay
from models.operators import Operator
from models.residents import Resident, ResidentPhone
from models.secrets import own_secret
from models.settings import Settings
from operator_console.call_pages import CALLS_SHOWN
from tests.operator_console.conftest import NOW, HandClock

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def recording(call: Call, facts: Session, settings: Settings) -> Recording:
    """One second of silence."""
    settings.recordings_dir.mkdir(parents=True)
    with wave.open(str(settings.recordings_dir / "1790000000.1.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    recording = Recording(call_id=call.id, path="1790000000.1.wav")
    facts.add(recording)
    facts.commit()
    return recording


def test_the_transcript_reads_as_a_conversation(client: FlaskClient, call: Call, facts: Session) -> None:
    for speaker, words, heard in [
        ("system", "您需要什么帮助？", {}),
        ("caller", "我家水管漏水了", {"seconds": 2.1}),
        ("caller", "", {"silence": True}),
        ("caller", "1", {"key": "1"}),
        ("caller", HOSTILE, {}),
    ]:
        facts.add(Turn(call_id=call.id, speaker=speaker, words=words, heard=heard))
    facts.commit()
    page = client.get(f"/calls/{call.id}").text
    parts = ["您需要什么帮助？", "我家水管漏水了", "（没有说话）", '<span class="key">1</span>', "&lt;script&gt;"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert HOSTILE not in page


def test_a_shared_number_shows_everyone_who_may_be_calling(
    client: FlaskClient, call: Call, resident: Resident, facts: Session
) -> None:
    call.resident_id = None
    facts.add(
        Resident(
            name="李国强",
            form_of_address="李爷爷",
            born=resident.born,
            gender="male",
            area_id=resident.area_id,
            address="同上",
            latitude=0,
            longitude=0,
            phones=[ResidentPhone(number="13800000001")],
        )
    )
    facts.commit()
    page = client.get(f"/calls/{call.id}").text
    assert "王奶奶" in page
    assert "李爷爷" in page


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("goodbye", "说了再见"), ("hung_up", "来电人挂断"), ("operator:asked", "转人工：要求人工"), ("operator:new", "转人工：new")],
)
def test_how_a_call_ended_is_said_in_words(client: FlaskClient, call: Call, facts: Session, outcome: str, words: str) -> None:
    call.outcome, call.status, call.ended_at = outcome, CallStatus.ENDED, NOW
    facts.commit()
    assert words in client.get("/calls/").text
    assert words in client.get(f"/calls/{call.id}").text


def test_a_withheld_or_hostile_number_does_no_harm(client: FlaskClient, call: Call, facts: Session) -> None:
    call.number, call.resident_id = "", None
    facts.commit()
    assert "没有显示号码" in client.get(f"/calls/{call.id}").text
    call.number = HOSTILE
    facts.commit()
    for page in ("/calls/", f"/calls/{call.id}", "/"):
        assert "<script>alert" not in client.get(page).text


def test_older_calls_are_a_page_away(client: FlaskClient, facts: Session) -> None:
    facts.add_all(
        Call(channel_id=f"c{n}", number=f"1390000{n:04d}", collected={}, started_at=NOW) for n in range(CALLS_SHOWN + 1)
    )
    facts.flush()
    oldest = facts.scalars(select(Call).order_by(Call.id)).first()
    facts.commit()
    assert oldest is not None
    assert "139****0000" not in client.get("/calls/").text
    assert "139****0000" in client.get(f"/calls/?before={oldest.id + 1}").text


def test_a_recording_is_played_by_ranges(client: FlaskClient, call: Call, recording: Recording) -> None:
    address = f"/calls/recordings/{recording.id}"
    assert address in client.get(f"/calls/{call.id}").text
    with client.get(address) as whole:
        assert (whole.status_code, whole.mimetype, len(whole.data)) == (200, "audio/wav", 16_044)
    with client.get(address, headers={"Range": "bytes=44-1043"}) as part:
        assert (part.status_code, len(part.data)) == (206, 1000)
        assert part.headers["Content-Range"] == "bytes 44-1043/16044"
    with client.get(address, headers={"Range": "bytes=99999-"}) as beyond:
        assert beyond.status_code == 416


@pytest.mark.parametrize("path", ["../linli.db", "/etc/passwd", "a/../../secrets/console", "link.wav", ".", "", "gone.wav"])
def test_nothing_outside_the_recordings_folder_is_ever_served(
    client: FlaskClient, call: Call, recording: Recording, facts: Session, settings: Settings, path: str
) -> None:
    (settings.recordings_dir / "link.wav").symlink_to(settings.data_dir / "secrets" / "console")
    recording.path = path
    facts.commit()
    assert client.get(f"/calls/recordings/{recording.id}").status_code == 404
    assert "<audio" not in client.get(f"/calls/{call.id}").text


def test_a_recording_is_not_for_strangers(stranger: FlaskClient, recording: Recording) -> None:
    assert stranger.get(f"/calls/recordings/{recording.id}").status_code == 303


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    for address in ("/calls/99", "/calls/99/live", "/calls/recordings/99"):
        assert client.get(address).status_code == 404


def test_a_sealed_recording_is_heard_by_ranges_and_every_listening_is_written_down(
    client: FlaskClient, recording: Recording, operator: Operator, facts: Session, settings: Settings, clock: HandClock
) -> None:
    address = f"/calls/recordings/{recording.id}"
    plain = (settings.recordings_dir / recording.path).read_bytes()
    own_secret(settings, "recordings")
    seal(settings.recordings_dir / recording.path)
    with client.get(address, headers={"Range": "bytes=10-19"}) as answer:
        assert (answer.status_code, answer.data) == (206, plain[10:20])
        assert answer.headers["Content-Range"] == f"bytes 10-19/{len(plain)}"
    for minutes in (0, 11):
        clock.pass_time(minutes=minutes)
        with client.get(address) as answer:
            assert answer.data == plain
    assert facts.scalars(select(RecordingPlay.operator_id)).all() == [operator.id, operator.id]
    name, page = operator.name, f"/calls/{recording.call_id}"
    facts.rollback()
    assert name in client.get(page).text.partition("谁听过这段录音")[2]


def test_a_recording_whose_key_is_lost_is_not_found(client: FlaskClient, recording: Recording, settings: Settings) -> None:
    own_secret(settings, "recordings")
    seal(settings.recordings_dir / recording.path)
    (settings.data_dir / "secrets" / "recordings").unlink()
    assert client.get(f"/calls/recordings/{recording.id}").status_code == 404
