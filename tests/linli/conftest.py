"""A data folder that also the user Linli runs as can get to: pytest's own are closed to everybody else."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.conftest import settings_on_free_ports


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linli-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def reachable_settings(data_dir: Path) -> Settings:
    return settings_on_free_ports(data_dir)
