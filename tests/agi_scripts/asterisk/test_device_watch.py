"""A real one-key phone is watched: heard, lost, found again; an exchange that dies is no fault of its telephones."""

import os
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dispatch.devices.listening import run_device_watch
from models.areas import Area
from models.base import utc_now
from models.database import SessionMaker, session_maker
from models.device_health import DeviceFault
from models.devices import Device
from models.residents import Resident
from models.settings import Settings
from tests.agi_scripts.asterisk.running import DEVICE, running_asterisk
from tests.conftest import settings_on_free_ports

pytestmark = pytest.mark.e2e

HEARTBEAT_S = 2
PATIENCE_S = 2 * HEARTBEAT_S


@pytest.fixture
def site(asterisk_prefix: Path, migrated_sqlite: Path) -> Iterator[Settings]:
    """A site whose devices must be heard every two seconds, with one device."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        data_dir = Path(folder) / "var"
        data_dir.mkdir()
        shutil.copy(migrated_sqlite, data_dir / "linli.db")
        yield settings_on_free_ports(data_dir, asterisk_prefix=asterisk_prefix, operator_seats=1, device_heartbeat_s=HEARTBEAT_S)


@pytest.fixture
def sessions(site: Settings) -> Iterator[SessionMaker]:
    maker = session_maker(site.database)
    with maker.begin() as session:
        resident = Resident(
            name=DEVICE.name,
            form_of_address="王奶奶",
            born=datetime(1941, 3, 12).date(),  # noqa: DTZ001
            gender="female",
            area=Area(name="桂花苑", latitude=30.25, longitude=120.16),
            address="桂花苑3幢2单元502室",
            latitude=30.25,
            longitude=120.16,
        )
        session.add(Device(id=DEVICE.id, resident=resident, number=DEVICE.number, model="A1", place="床头", secret=DEVICE.secret))
    yield maker
    maker.kw["bind"].dispose()


@contextmanager
def watching(site: Settings, sessions: SessionMaker) -> Iterator[None]:
    """The watch, on a thread."""
    stop, wake = threading.Event(), threading.Event()
    thread = threading.Thread(target=run_device_watch, args=(site, sessions, stop, wake))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        wake.set()
        thread.join()


def heard_at(sessions: SessionMaker) -> datetime | None:
    with sessions() as session:
        return session.get_one(Device, DEVICE.id).last_heard_at


def faults(sessions: SessionMaker) -> list[DeviceFault]:
    with sessions() as session:
        return list(session.scalars(select(DeviceFault)))


def is_kept(site: Settings) -> bool:
    """Whether the registration has reached the disk, which Asterisk writes at most once a second."""
    with closing(sqlite3.connect(f"file:{site.asterisk_dir}/lib/astdb.sqlite3?mode=ro", uri=True)) as kept:
        [found] = kept.execute(
            "SELECT count(*) FROM astdb WHERE key LIKE ?", (f"/registrar/contact/device-{DEVICE.id}%",)
        ).fetchone()
    return bool(found)


def wait_until(fact: Callable[[], object], within_s: float) -> None:
    """The watch writes into the database, and tells nobody."""
    deadline = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.1)


def test_a_phone_that_dies_is_a_fault_until_it_is_back(site: Settings, sessions: SessionMaker) -> None:
    with running_asterisk(site) as asterisk, watching(site, sessions):
        with asterisk.phone(f"device-{DEVICE.id}") as phone:
            assert phone.register() == 200
            wait_until(lambda: heard_at(sessions), within_s=30)
            assert faults(sessions) == []
        died_at = utc_now()
        wait_until(lambda: faults(sessions), within_s=PATIENCE_S + 30)
        [fault] = faults(sessions)
        assert timedelta(seconds=PATIENCE_S) < fault.raised_at - fault.silent_since
        assert fault.silent_since - died_at < timedelta(seconds=3)
        with asterisk.phone(f"device-{DEVICE.id}") as phone:
            assert phone.register() == 200
            wait_until(lambda: faults(sessions)[0].ended_at, within_s=30)


def test_an_exchange_that_is_killed_is_no_fault_of_its_telephones(site: Settings, sessions: SessionMaker) -> None:
    with watching(site, sessions):
        with running_asterisk(site) as asterisk, asterisk.phone(f"device-{DEVICE.id}") as phone:
            assert phone.register() == 200
            wait_until(lambda: heard_at(sessions), within_s=30)
            wait_until(
                lambda: is_kept(site), within_s=30
            )  # who registers in its last second is lost with it, until they do again
            os.kill(asterisk.pid, signal.SIGKILL)
            down_since = utc_now()
            # Longer than any telephone may be silent.
            wait_until(lambda: utc_now() - down_since > timedelta(seconds=PATIENCE_S + 1), within_s=PATIENCE_S + 30)
            with running_asterisk(site):
                wait_until(lambda: (heard_at(sessions) or down_since) > down_since + timedelta(seconds=PATIENCE_S), within_s=30)
        assert faults(sessions) == []
