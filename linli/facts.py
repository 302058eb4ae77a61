"""The site's database, opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from models.database import open_database
from models.settings import Settings, load_settings


@dataclass(frozen=True)
class Facts:
    """A session, the settings it was opened by, and the community's time zone."""

    session: Session
    settings: Settings
    zone: ZoneInfo


@contextmanager
def site_facts() -> Iterator[Facts]:
    """The facts of the site that the settings name; a database that is not there is told in one sentence, and not made."""
    settings = load_settings()
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise _unreadable("no such file")
    engine = open_database(settings.database)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield Facts(session, settings, ZoneInfo(settings.timezone))
    except (OperationalError, ProgrammingError) as error:
        raise _unreadable(str(error.orig).splitlines()[0]) from error
    finally:
        engine.dispose()


def _unreadable(why: str) -> click.ClickException:
    return click.ClickException(f"读不了数据库，请先 make run / the database cannot be read; make run first: {why}")
