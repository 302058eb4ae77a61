"""Programs are started, watched, killed, restarted and ended together; Redis stands for all of them here."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from linli.environment import environment_of
from linli.processes import processes_of
from linli.service_user import service_account
from linli.stack import Stack, StackError
from models.settings import PROJECT, Settings
from tests.conftest import settings_on_free_ports

# Starts Redis as `linli up` would and tells, then waits for its end.
_ELSEWHERE = """
from linli.stack import Stack
from models.settings import load_settings
stack = Stack(load_settings())
stack.start(["redis"])
print("ready", flush=True)
stack.watch()
"""


@pytest.fixture
def stack(reachable_settings: Settings) -> Iterator[Stack]:
    with Stack(reachable_settings) as stack:
        yield stack
    assert processes_of(reachable_settings) == []


def test_a_started_part_does_its_work_and_not_as_root(stack: Stack) -> None:
    stack.start(["redis"])
    process = psutil.Process(stack.pid_of("redis"))
    account = service_account()
    assert process.uids().real == (account.pw_uid if account else process.uids().real)
    assert stack.programs["redis"].is_ready(stack.settings)


def test_stopping_leaves_no_process_and_can_be_done_twice(stack: Stack) -> None:
    stack.start(["redis"])
    pid = stack.pid_of("redis")
    stack.stop()
    assert not psutil.pid_exists(pid)
    stack.stop()


def test_a_killed_part_comes_back_by_itself(stack: Stack) -> None:
    stack.start(["redis"])
    first = psutil.Process(stack.pid_of("redis"))
    stack.kill_part("redis")
    first.wait(60)
    stack.wait_until_ready("redis")
    assert stack.pid_of("redis") not in (0, first.pid)


def test_a_stopped_part_stays_stopped_until_it_is_started(stack: Stack) -> None:
    stack.start(["redis"])
    stack.stop_part("redis")
    assert not stack.programs["redis"].is_ready(stack.settings)
    stack.start_part("redis")
    assert stack.programs["redis"].is_ready(stack.settings)


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.settings.redis_port)), pytest.raises(StackError) as fault:
        stack.start(["redis"])
    assert "job queue" in str(fault.value)
    assert "Address already in use" in str(fault.value)


def test_two_copies_run_side_by_side(stack: Stack, data_dir: Path) -> None:
    stack.start(["redis"])
    with Stack(settings_on_free_ports(data_dir / "other")) as other:
        other.start(["redis"])
        other.stop_part("redis")
        assert stack.programs["redis"].is_ready(stack.settings)


def test_a_data_folder_is_used_by_one_at_a_time(stack: Stack) -> None:
    stack.start(["redis"])
    with pytest.raises(StackError, match="running already"):
        Stack(stack.settings).claim()
    assert stack.programs["redis"].is_ready(stack.settings)


def test_what_a_killed_run_left_is_stopped_by_the_next(reachable_settings: Settings) -> None:
    command = [sys.executable, "-c", _ELSEWHERE]
    with subprocess.Popen(command, cwd=PROJECT, env=environment_of(reachable_settings), stdout=subprocess.PIPE) as killed:
        assert killed.stdout
        assert killed.stdout.readline() == b"ready\n"
        killed.kill()
    left = processes_of(reachable_settings)
    assert len(left) == 2
    lines: list[str] = []
    with Stack(reachable_settings, report=lines.append) as stack:
        stack.claim()
        assert not any(process.is_running() for process in left)
    assert any("an earlier run left" in line for line in lines)


def test_secrets_of_the_settings_are_not_written_to_the_supervisors_file(data_dir: Path) -> None:
    trunk = {"trunk": "register", "trunk_host": "127.0.0.1", "trunk_user": "u", "trunk_password": "hush-hush"}
    with Stack(settings_on_free_ports(data_dir, **trunk)) as stack:
        stack.start(["redis"])
        assert "hush-hush" not in (data_dir / "run" / "supervisor.conf").read_text()
