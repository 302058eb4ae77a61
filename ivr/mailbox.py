"""Voice mail: kept as sound first and at once, its words when they are known. Every function commits."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audio.sound import write_wav
from models.voice_mails import VoiceMail


def keep_message(session: Session, recordings_dir: Path, call_id: int, sound: bytes, *, words: str, at: datetime) -> int:
    """Write the sound to a file of the recordings folder, and a voice mail that is to be heard; its id."""
    left = session.scalar(select(func.count()).select_from(VoiceMail).where(VoiceMail.call_id == call_id)) or 0
    path = f"message-{call_id}-{left + 1}.wav"
    recordings_dir.mkdir(parents=True, exist_ok=True)
    write_wav(recordings_dir / path, sound)
    mail = VoiceMail(call_id=call_id, path=path, words=words, left_at=at)
    session.add(mail)
    session.commit()
    return mail.id


def word_message(session: Session, mail_id: int, words: str) -> None:
    """Note what a recogniser made of all of it."""
    session.get_one(VoiceMail, mail_id).words = words
    session.commit()
