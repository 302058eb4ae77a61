"""Recordings as the console plays them: sealed or plain, by ranges, and every listening written down."""

import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from flask import Response, abort, request
from sqlalchemy import select
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from audio.sealing import SealError, find_recording, open_recording
from models.calls import Recording
from models.file_openings import RecordingPlay
from models.operators import Operator
from operator_console.context import facts, parts, signed_in

# A player asks for one piece after another; that is one listening.
ONE_LISTENING = timedelta(minutes=10)


def recorded_file(folder: Path, name: str) -> Path | None:
    """The file of that name, plain or sealed; None where it is not there (yet) or its name leads out of `folder`."""
    found = find_recording(folder / name) if name else None
    path = found.resolve() if found else None
    return path if path and path.is_relative_to(folder.resolve()) else None


def playable(folder: Path, recordings: list[Recording]) -> list[Recording]:
    """Those of `recordings` that can be listened to now."""
    return [one for one in recordings if recorded_file(folder, one.path)]


def play(name: str) -> Response:
    """The sound of that recording, by ranges where the player asks for them; 404 where there is none. Commits."""
    folder = parts().settings.recordings_dir
    if recorded_file(folder, name) is None:
        abort(404)
    _note(name)
    try:
        file = open_recording(folder / name)
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
    except (OSError, SealError):
        abort(404)
    answer = Response(FileWrapper(file), mimetype="audio/wav", direct_passthrough=True)
    answer.content_length = length
    answer.call_on_close(file.close)
    try:
        answer.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    return answer


def plays_of(names: Collection[str], most: int = 50) -> list[tuple[RecordingPlay, str]]:
    """Who listened to any of these recordings, the last first, with their names."""
    asked = select(RecordingPlay, Operator.name).join(Operator, Operator.id == RecordingPlay.operator_id)
    rows = facts().execute(asked.where(RecordingPlay.path.in_(names)).order_by(RecordingPlay.id.desc()).limit(most))
    return [(play, name) for play, name in rows]


def _note(name: str) -> None:
    """Write down who listens, before they do."""
    now, operator = parts().clock(), signed_in()
    mine = RecordingPlay.path == name, RecordingPlay.operator_id == operator.id, RecordingPlay.at > now - ONE_LISTENING
    if facts().scalar(select(RecordingPlay.id).where(*mine).limit(1)) is None:
        facts().add(RecordingPlay(path=name, operator_id=operator.id, at=now))
        facts().commit()
