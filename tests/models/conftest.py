"""A database of its own for each test: here they are migrated, downgraded and broken."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import SessionMaker, session_maker
from tests.postgres import create_database, drop_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated, empty database, once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "linli.db")
        yield f"sqlite:///{tmp_path / 'linli.db'}"
        return
    postgres = request.getfixturevalue("postgres")
    url = create_database(postgres, template=request.getfixturevalue("migrated_postgres"))
    yield url
    drop_database(postgres, url)


@pytest.fixture
def sessions(database_url: str) -> Iterator[SessionMaker]:
    """Sessions on a fresh, migrated, empty database, once on each kind."""
    maker = session_maker(database_url)
    yield maker
    maker.kw["bind"].dispose()
