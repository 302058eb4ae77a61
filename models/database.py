"""The database: engine and sessions, on SQLite (WAL) or PostgreSQL."""

import math
import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

# Mappers must all be known before the first query, and sessions keep the search terms.
from models import search_upkeep, tables  # noqa: F401

SessionMaker = sessionmaker[Session]

# What a program keeps open to PostgreSQL, as many as the console has threads; as many again come and go.
CONNECTIONS = 8
RESTS_S = 1.0


def open_database(url: str) -> Engine:
    """An engine for `url`; on SQLite with write-ahead logging, foreign keys and a 15 s wait for the one writer.

    Values are kept out of its errors: they are residents' words and numbers, and errors are logged.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        # Nothing that we ask is long enough for PostgreSQL's compiler to be worth its half second.
        options = " ".join([*address.normalized_query.get("options", ()), "-c jit=off"])
        server = create_engine(
            address,
            connect_args={"options": options},
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
            hide_parameters=True,
        )
        _ask_whether_it_lives(server)
        return server
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


def _ask_whether_it_lives(engine: Engine) -> None:
    """Let no session have a connection that the server has closed meanwhile: whatever rested is asked first.

    What was in use a moment ago is not: asking takes as long as many an answer.
    """

    @event.listens_for(engine, "checkin")
    def _rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", math.inf) > RESTS_S:
            try:
                engine.dialect.do_ping(connection)
            except Exception as lost:
                raise InvalidatePoolError from lost


def session_maker(url: str) -> SessionMaker:
    """Sessions on the database at `url`; objects stay readable after a commit."""
    return sessionmaker(open_database(url), expire_on_commit=False)
