"""One site for all tests of survival, with a one-key phone for each subset of stopped parts."""

import secrets
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import select

from linli.service_user import own, place_data_dir, service_account
from linli.softphone import Softphone
from linli.stack import Stack
from models.database import session_maker
from models.demo import load_demo
from models.devices import Device
from models.migrating import migrate
from models.residents import Resident
from models.settings import PROJECT, Settings
from tests.conftest import settings_on_free_ports
from tests.learned import learned_folder
from tests.postgres import create_database, own_postgres
from tests.rendered import lend_prompts
from tests.survival.parts import EVERY, STATED, name_of
from tests.survival.site import Site
from tests.survival.sos import Press

PHONES = len(EVERY) + 1
PRESSES: list[Press] = []
"""Every SOS so far, for the table at the end and for whoever counts the alarms."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/survival --every-subset` tries all 64."""
    parser.addoption("--every-subset", action="store_true", help="all 64 subsets of stopped parts instead of a few")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each subset, in Gray's order; pytest knows the option only where this folder is named on its command line."""
    if "stopped" in metafunc.fixturenames:
        chosen = EVERY if metafunc.config.getoption("--every-subset", default=False) else STATED
        metafunc.parametrize("stopped", chosen, ids=name_of)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How soon each SOS rang."""
    if not PRESSES:
        return
    rang = [press.rang_after_s for press in PRESSES]
    terminalreporter.section("求助响铃 / an SOS rings after")
    for press in PRESSES:
        terminalreporter.write_line(f"{press.rang_after_s:5.2f} s  {name_of(press.stopped)}")
    terminalreporter.write_line(
        f"{len(rang)} 次 / presses: 中位 / median {statistics.median(rang):.2f} s, 最长 / longest {max(rang):.2f} s, "
        f"超过 2 秒 / over 2 s: {sum(one > 2 for one in rang)}"
    )


@pytest.fixture(scope="session")
def presses() -> list[Press]:
    """Every SOS so far."""
    return PRESSES


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Start everything once, on PostgreSQL: a database that can be stopped."""
    account = service_account()
    if account:
        place_data_dir(account)
    # Not below pytest's own folder, which the service user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="linli-survival-"))
    folder.chmod(0o755)
    with own_postgres() as database:
        database.folder.chmod(0o755)
        settings = settings_on_free_ports(
            folder / "var",
            asterisk_prefix=PROJECT / "var/asterisk-prefix",
            database_url=create_database(database.url_form),
            operator_seats=2,
            sweep_every_s=2,
        )
        shutil.copytree(learned_folder(), settings.data_dir)  # a copy, because it is moved away
        lend_prompts(settings)
        phones = connect_phones(settings)
        if account:
            own(folder, account)
        with Stack(settings, report=print) as stack:
            stack.prepare()
            stack.start()
            yield Site(settings, stack, database, phones)
    shutil.rmtree(folder)


def connect_phones(settings: Settings) -> dict[int, str]:
    """Fill the database with the demo's community and give its residents one-key phones; their secrets by their id."""
    migrate(settings.database)
    sessions = session_maker(settings.database)
    with sessions.begin() as session:
        load_demo(session, settings)
        residents = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        fresh = [
            Device(resident_id=resident, number=f"0571770000{place:02}", model="test", place="床头", secret=secrets.token_hex(8))
            for place, resident in enumerate(islice(cycle(residents), PHONES))
        ]
        session.add_all(fresh)
        session.flush()
        phones = {device.id: device.secret for device in fresh}
    sessions.kw["bind"].dispose()
    return phones


@pytest.fixture(scope="session")
def desk(site: Site) -> Iterator[Softphone]:
    """An operator's telephone that registers once and then only waits."""
    with site.phone("desk-1") as phone:
        phone.register()
        yield phone
