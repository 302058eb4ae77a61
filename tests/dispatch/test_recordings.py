"""Recordings after their calls: sealed once they are finished, deleted once they have been kept long enough."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from audio.sealing import find_recording, open_recording
from dispatch.alarms.recordings import keep_recordings
from dispatch.recordings.retention import RetentionRound, delete_old_recordings
from dispatch.recordings.sealing import seal_recordings
from models.alarms import Alarm, AlarmAttempt, AlarmSource
from models.calls import Call, Recording
from models.database import SessionMaker
from models.settings import Settings
from models.voice_mails import VoiceMail
from tests.dispatch.alarm_facts import later

NOW = later(0)
SOS, ROUTINE, TALKING = "1.1", "1.2", "1.3"


@pytest.fixture
def folder(settings: Settings) -> Path:
    settings.recordings_dir.mkdir(parents=True)
    return settings.recordings_dir


@pytest.fixture
def calls(sessions: SessionMaker, folder: Path) -> None:
    """An SOS and a call that are over, one with a voice mail, and one that goes on."""
    with sessions.begin() as session:
        for channel in (SOS, ROUTINE, TALKING):
            ended_at = None if channel == TALKING else NOW
            call = Call(channel_id=channel, number="", started_at=NOW, ended_at=ended_at)
            call.recordings.append(Recording(path=f"{channel}.wav", made_at=NOW))
            session.add(call)
            (folder / f"{channel}.wav").write_bytes(b"RIFF" + channel.encode())
            if channel == ROUTINE:
                session.flush()
                session.add(VoiceMail(call_id=call.id, path="message-2-1.wav", words="", left_at=NOW))
                (folder / "message-2-1.wav").write_bytes(b"RIFF mail")
        alarm = Alarm(channel_id=SOS, source=AlarmSource.KEY, raised_at=NOW)
        alarm.attempts.append(
            AlarmAttempt(channel_id=SOS, source=AlarmSource.KEY, began_at=NOW, ended_at=NOW, recording=f"{SOS}.wav")
        )
        session.add(alarm)


def sealed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.sealed"))


@pytest.mark.usefixtures("calls")
def test_what_is_finished_is_sealed_and_what_is_being_written_is_not(
    settings: Settings, sessions: SessionMaker, folder: Path
) -> None:
    seal_recordings(settings, sessions, NOW + timedelta(seconds=settings.seal_after_s))
    assert sealed(folder) == []
    seal_recordings(settings, sessions, NOW + timedelta(minutes=5))
    assert sealed(folder) == ["1.2.wav.sealed", "message-2-1.wav.sealed"]  # the alarm's has not been hashed yet
    assert (folder / "1.3.wav").exists()
    keep_recordings(sessions, folder, NOW + timedelta(minutes=5))
    for _ in range(2):
        seal_recordings(settings, sessions, NOW + timedelta(minutes=6))
    assert sealed(folder) == ["1.1.wav.sealed", "1.2.wav.sealed", "message-2-1.wav.sealed"]
    assert [path.name for path in folder.glob("*.wav")] == ["1.3.wav"]
    with sessions() as session, open_recording(folder / "1.1.wav") as sound:
        attempt = session.get_one(AlarmAttempt, 1)
        assert attempt.sealed_at
        assert attempt.recording_sha256 == hashlib.file_digest(sound, "sha256").hexdigest()
        assert session.get_one(Recording, 3).sealed_at is None


@pytest.mark.usefixtures("calls")
def test_a_sealed_alarm_can_still_be_hashed(settings: Settings, sessions: SessionMaker, folder: Path) -> None:
    with sessions.begin() as session:
        session.get_one(AlarmAttempt, 1).recording_sha256 = "taken"
    seal_recordings(settings, sessions, NOW + timedelta(minutes=5))
    with sessions.begin() as session:
        session.get_one(AlarmAttempt, 1).recording_sha256 = ""
    assert keep_recordings(sessions, folder, NOW + timedelta(minutes=5)) == 1
    with sessions() as session:
        assert session.get_one(AlarmAttempt, 1).recording_sha256 == hashlib.sha256(b"RIFF1.1").hexdigest()


@pytest.mark.usefixtures("calls")
def test_recordings_go_when_they_have_been_kept_long_enough_and_those_of_alarms_later(
    settings: Settings, sessions: SessionMaker, folder: Path
) -> None:
    retention = RetentionRound(settings, sessions)
    retention.delete_old_recordings(NOW + timedelta(days=settings.recordings_days - 1))
    assert find_recording(folder / "1.2.wav")
    for _ in range(2):  # what one round leaves, or has deleted already, is no matter
        delete_old_recordings(settings, sessions, NOW + timedelta(days=settings.recordings_days + 1))
    assert sorted(path.name for path in folder.iterdir()) == ["1.1.wav"]
    with sessions() as session:
        assert [one.path for one in session.query(Recording)] == ["1.1.wav"]
        assert session.get_one(VoiceMail, 1).path == "deleted-1"
    delete_old_recordings(settings, sessions, NOW + timedelta(days=settings.recordings_sos_days + 1))
    assert list(folder.iterdir()) == []
    with sessions() as session:
        assert session.get_one(AlarmAttempt, 1).recording == ""
