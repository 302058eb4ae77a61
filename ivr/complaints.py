"""The sound of a complaint, beside the recording of the whole call."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audio.sound import write_wav
from models.calls import Recording

KIND = "complaint"


def keep_sound(session: Session, recordings_dir: Path, call_id: int, sound: bytes) -> None:
    """Write what was said to a file of the recordings folder, and commit."""
    kept = select(func.count()).select_from(Recording).where(Recording.call_id == call_id, Recording.kind == KIND)
    path = f"complaint-{call_id}-{(session.scalar(kept) or 0) + 1}.wav"
    recordings_dir.mkdir(parents=True, exist_ok=True)
    write_wav(recordings_dir / path, sound)
    session.add(Recording(call_id=call_id, path=path, kind=KIND))
    session.commit()
