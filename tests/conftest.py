"""What every test may ask for: settings on free ports, and a fresh database on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from models.database import SessionMaker, session_maker
from models.migrating import migrate
from models.settings import Settings, load_settings
from models.tables import metadata
from tests.postgres import create_database, drop_database, running_postgres
from tests.together import Together

# Empties every table and starts every sequence anew: milliseconds, where a database of its own for each test takes half a second.
_EMPTY = text(
    "DO $$ DECLARE one record; BEGIN "
    + " ".join(f'DELETE FROM "{table.name}";' for table in reversed(metadata.sorted_tables))
    + " FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP PERFORM setval(one.oid, 1, false); END LOOP; END $$"
)
# How long an example takes tells of the machine, which may be busy, and not of what is tested.
examples.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.register_profile("thorough", parent=examples.get_profile("busy"), max_examples=400)
examples.load_profile("busy")
# Nothing of Linli's defaults lies here.
TEST_PORTS = range(20_000, 32_000)
CHANCE = SystemRandom()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Share out files in our own way, and whatever else in xdist's."""
    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection() -> None:
    """What is imported and collected now stays: looking through it for rubbish, a fifth of a second each time, is in vain."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on there is rubbish, but not among what was imported and collected."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this host or checkout reaches a test."""
    for name in [name for name in os.environ if name.startswith("LINLI_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LINLI_SETTINGS", str(Path(__file__).parent / "empty.toml"))


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, for TCP and UDP, all different.

    Below those that the system lends, and apart from those of tests beside this one, so that none is gone before it is used.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own_ports = TEST_PORTS[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]
    ports: list[int] = []
    with ExitStack() as held:
        while len(ports) < count:
            port = CHANCE.choice(own_ports)
            try:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    held.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
    return ports


PORT_NAMES = ("sip_port", "asterisk_http_port", "ami_port", "agi_port", "media_port", "console_port", "redis_port")


def settings_on_free_ports(data_dir: Path, **chosen: object) -> Settings:
    """Demo settings whose every port is free, so that copies run side by side."""
    ports = dict(zip(PORT_NAMES, free_ports(len(PORT_NAMES)), strict=True))
    return load_settings(**({"demo": True, "data_dir": data_dir, "file_reason_min": 0} | ports | chosen))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_on_free_ports(tmp_path)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, copied for each test: quicker than migrating each time."""
    path = tmp_path_factory.mktemp("template") / "linli.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running PostgreSQL up to the database's name."""
    with running_postgres() as url_form:
        yield url_form


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """The name of a migrated database that others are made from."""
    url = create_database(postgres)
    migrate(url)
    return make_url(url).database or ""


@pytest.fixture(scope="session")
def postgres_for_all(postgres: str, migrated_postgres: str) -> Iterator[str]:
    """The URL of one database for all tests, which each finds empty."""
    url = create_database(postgres, template=migrated_postgres)
    yield url
    drop_database(postgres, url)


@pytest.fixture(scope="session")
def sqlite_for_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of one database file for all tests, which each finds empty."""
    return tmp_path_factory.mktemp("sqlite") / "linli.db"


@pytest.fixture
def sqlite_url(sqlite_for_all: Path, migrated_sqlite: Path) -> str:
    """A migrated, empty database of one kind, for tests to which the kind is all the same: they make it their `database_url`."""
    return fresh_copy(migrated_sqlite, sqlite_for_all)


def fresh_copy(template: Path, path: Path) -> str:
    """Put a database file in another's place; return its URL."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database, once on each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url: str = request.getfixturevalue("postgres_for_all")
    engine: Engine = _sessions_on(url).kw["bind"]
    with engine.begin() as connection:
        connection.execute(_EMPTY)
    engine.dispose()
    return url


@pytest.fixture
def sessions(database_url: str) -> Iterator[SessionMaker]:
    """Sessions on a migrated, empty database, once on each kind."""
    maker = _sessions_on(database_url)
    yield maker
    maker.kw["bind"].dispose()


@cache
def _sessions_on(url: str) -> SessionMaker:
    """One engine for a database, so that statements are compiled once."""
    return session_maker(url)
