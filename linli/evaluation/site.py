"""What an evaluation hears with: the site's own catalogue and models, made ready where they are not yet there."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import make_url

from ivr.dialogues.caller import know_caller
from ivr.understanding.services import Catalogue
from linli.prepare import assemble_whisper, learn_meanings
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.migrating import migrate
from models.settings import Settings


def prepare_site(settings: Settings) -> Catalogue:
    """Make speech model and learned model ready, and give the catalogue; of the demo's community where there is no site yet.

    Raises `RecognitionError`, and `OSError` where the site's folder cannot be written to.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars, tempfile.TemporaryDirectory() as scratch:
        if "whisper" in settings.recognizers:
            assemble_whisper(settings, bars)
        sessions = _sessions(settings, Path(scratch))
        learn_meanings(settings, sessions, bars)
        with sessions() as session:
            return know_caller(session, []).catalogue


def _sessions(settings: Settings, scratch: Path) -> SessionMaker:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or Path(url.database or "").is_file():
        migrate(settings.database)  # the site may not have been started since it was updated
        return session_maker(settings.database)
    demo = f"sqlite:///{scratch / 'demo.db'}"
    migrate(demo)
    sessions = session_maker(demo)
    with sessions.begin() as session:
        load_demo(session, settings)
    return sessions
