"""The console as a program: `python -m operator_console`."""

import os
import signal
import socket
import time
import urllib.request

import psutil
import pytest

from models.settings import Settings
from tests.operator_console.program import first_line, running_console

pytestmark = pytest.mark.e2e


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_it_serves_until_it_is_told_to_stop(settings: Settings, database_url: str) -> None:
    with running_console(settings, database_url) as console:
        assert f"http://127.0.0.1:{settings.console_port}" in first_line(console)
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.console_port}/healthz") as answer:
            assert answer.status == 200
            assert "Server" not in answer.headers
        console.send_signal(signal.SIGTERM)
        assert console.wait(60) == 0


def test_a_port_that_is_taken_is_named(settings: Settings, database_url: str) -> None:
    with socket.create_server(("127.0.0.1", settings.console_port)), running_console(settings, database_url) as console:
        complaint = first_line(console)
        assert console.wait(60) == 1
    assert str(settings.console_port) in complaint
    assert "console_port" in complaint


def test_a_process_of_it_that_dies_ends_all_of_them_so_that_they_are_started_anew(settings: Settings, database_url: str) -> None:
    with running_console(settings, database_url) as console:
        first_line(console)
        copies = copies_of(console.pid)
        os.kill(copies[0].pid, signal.SIGKILL)
        assert console.wait(60) == 1
        assert console.stderr
        assert "ended by itself (-9)" in console.stderr.read()
        assert not copies[1].is_running()


def test_none_of_its_processes_outlives_it(settings: Settings, database_url: str) -> None:
    with running_console(settings, database_url) as console:
        first_line(console)
        copies = copies_of(console.pid)
        console.kill()
        gone, alive = psutil.wait_procs(copies, 60)
    assert (len(gone), alive) == (2, [])


def copies_of(console: int, count: int = 2) -> list[psutil.Process]:
    """The processes that answer, once there are all of them."""
    deadline = time.monotonic() + 60
    while len(copies := psutil.Process(console).children()) < count:
        assert time.monotonic() < deadline, copies
    return copies
