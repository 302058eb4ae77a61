"""One real Asterisk for all tests of this folder; it is installed once and kept under the project's `var`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agi_scripts.asterisk.install import install
from linli.service_user import place_data_dir, service_account
from models.settings import PROJECT
from tests.agi_scripts.asterisk.manager_events import Events, listening
from tests.agi_scripts.asterisk.running import RunningAsterisk, running_asterisk
from tests.conftest import settings_on_free_ports


@pytest.fixture(scope="session")
def asterisk_prefix() -> Path:
    """Where the private Asterisk is, downloaded if this is the first run in this clone."""
    if account := service_account():  # who may not be allowed into the clone
        place_data_dir(account)
    prefix = PROJECT / "var/asterisk-prefix"
    with tempfile.TemporaryDirectory() as folder:
        install(settings_on_free_ports(Path(folder), asterisk_prefix=prefix), print)
    return prefix


@pytest.fixture(scope="session")
def asterisk(asterisk_prefix: Path) -> Iterator[RunningAsterisk]:
    """An exchange with two operators' seats, one one-key phone and short leases."""
    # Not below pytest's own folder, which other users, the service user among them, may not enter.
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_on_free_ports(
            Path(folder) / "var",
            asterisk_prefix=asterisk_prefix,
            operator_seats=2,
            python_answers_within_s=2,
            call_lease_s=5,
        )
        with running_asterisk(settings) as running:
            yield running


@pytest.fixture
def events(asterisk: RunningAsterisk) -> Iterator[Events]:
    """The manager's events from now on."""
    with listening(asterisk.settings) as events:
        yield events
