"""One real Asterisk for all tests of this folder; it is installed once and kept under the project's `var`."""

import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from linli.service_user import place_data_dir, service_account
from linli.softphone import Identity, Softphone
from models.secrets import own_secret
from tests.agi_scripts.asterisk.manager_events import Events, listening
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk, running_asterisk
from tests.conftest import settings_on_free_ports
from tests.installed import installed_asterisk


@pytest.fixture(scope="session")
def asterisk_prefix() -> Path:
    """Where the private Asterisk is."""
    if account := service_account():  # who may not be allowed into the clone
        place_data_dir(account)
    return installed_asterisk()


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
            python_answers_within_s=3,
            call_lease_s=5,
            outbound_ring_s=5,
            provider_number="057196346",
        )
        with running_asterisk(settings) as running:
            yield running


@pytest.fixture(scope="session")
def ladder(asterisk_prefix: Path) -> Iterator[RunningAsterisk]:
    """An exchange whose calls for help hurry from rung to rung, and which has numbers of its own for help and for the family."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_on_free_ports(
            Path(folder) / "var",
            asterisk_prefix=asterisk_prefix,
            operator_seats=2,
            sos_operators_s=1,
            sos_everybody_s=1,
            sos_ring_s=2,
            press_one_s=3,
            family_ring_s=20,
            operator_lost_s=3,
            sos_duty_number="13911110000",
            sos_number="057196110",
            family_number="96119",
        )
        with running_asterisk(settings) as running:
            yield running


@pytest.fixture(scope="module")
def phones(asterisk: RunningAsterisk) -> Iterator[dict[str, Softphone]]:
    """The resident's one-key phone, an operator's desk phone, and every telephone that we can call."""
    names = {"resident": f"device-{DEVICE.id}", "desk": "desk-1", "outside": "carrier-demo"}
    server = f"127.0.0.1:{asterisk.settings.sip_port}"
    with ExitStack() as on:
        found = {}
        for who, name in names.items():
            secret = DEVICE.secret if who == "resident" else own_secret(asterisk.settings, name)
            found[who] = on.enter_context(Softphone(server, Identity(name, secret)))
        found["desk"].register()
        found["outside"].register()
        yield found


@pytest.fixture
def ladder_events(ladder: RunningAsterisk) -> Iterator[Events]:
    """The same for the ladder's exchange."""
    with listening(ladder.settings) as events:
        events.wait_until_idle()
        yield events


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember which test has failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def events(asterisk: RunningAsterisk, request: pytest.FixtureRequest) -> Iterator[Events]:
    """The manager's events from now on; the calls that a test has left up when it failed do not become the next one's."""
    with listening(asterisk.settings) as events:
        events.wait_until_idle()
        yield events
    if request.node.stash[FAILED]:
        asterisk.cli("channel request hangup all")
