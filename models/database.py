"""The database: engine, sessions and migrations, on SQLite (WAL) or PostgreSQL."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from models import tables  # noqa: F401  (mappers must all be known before the first query)

SessionMaker = sessionmaker[Session]

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """An engine for `url`; on SQLite with write-ahead logging, foreign keys and a 15 s wait for the one writer.

    Values are kept out of its errors: they are residents' words and numbers, and errors are logged.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": 15}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        # Off, so that the BEGIN below is the only one.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # IMMEDIATE takes the writer's place at once, so that what a transaction read is still true when it writes.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def session_maker(url: str) -> SessionMaker:
    """Sessions on the database at `url`; objects stay readable after a commit."""
    return sessionmaker(open_database(url), expire_on_commit=False)


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest version; quick and harmless when it is there already."""
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
