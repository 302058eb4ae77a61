"""Recordings as files: which of them are there, and only those inside the recordings folder."""

from pathlib import Path

from models.calls import Recording


def recorded_file(folder: Path, name: str) -> Path | None:
    """The file of that name, or None where it is not there (yet) or its name leads out of `folder`."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def playable(folder: Path, recordings: list[Recording]) -> list[Recording]:
    """Those of `recordings` that can be listened to now."""
    return [one for one in recordings if recorded_file(folder, one.path)]
