"""`linli up` starts everything, ends everything, and says plainly why where it does not start."""

import os
import signal
import socket
import subprocess
import sys
from functools import partial
from itertools import takewhile
from pathlib import Path

import pytest

from linli.environment import environment_of
from linli.ports import taken_ports
from linli.processes import processes_of
from linli.programs import programs_for
from linli.service_user import python_account
from models.settings import PROJECT, Settings
from tests.conftest import settings_on_free_ports
from tests.e2e.town import eventually
from tests.learned import learned_folder
from tests.rendered import lend_prompts


def start(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from linli.up import up; up()"],
        check=False,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_wrong_settings_are_told_in_words_and_end_with_2(tmp_path: Path) -> None:
    answer = start(os.environ | {"LINLI_DATA_DIR": str(tmp_path), "LINLI_SIP_PORT": "0"})
    assert answer.returncode == 2
    assert "sip_port" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_taken_port_is_named_before_anything_is_started(reachable_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", reachable_settings.agi_port)):
        answer = start(environment_of(reachable_settings))
    assert answer.returncode == 1
    assert f"agi_port 的端口 {reachable_settings.agi_port}" in answer.stderr
    assert f"pid {os.getpid()}" in answer.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a service user that could be locked out")
def test_a_data_folder_that_the_service_user_cannot_reach_is_told(settings: Settings) -> None:
    answer = start(environment_of(settings))
    assert answer.returncode == 1
    assert "cannot get to the data folder" in answer.stderr


@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_everything_starts_and_ctrl_c_leaves_no_process(data_dir: Path) -> None:
    settings = settings_on_free_ports(data_dir, understanding_dir=learned_folder())
    lend_prompts(settings)
    left_to_say = next(settings.prompts_dir.rglob("*.wav"))
    left_to_say.unlink()
    command = [sys.executable, "-c", "from linli.up import up; up()"]
    with subprocess.Popen(command, cwd=PROJECT, env=environment_of(settings), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        told = "".join(takewhile(lambda line: "Ctrl-C stops" not in line, running.stdout))
        assert f"http://127.0.0.1:{settings.console_port}" in told
        assert "linli call --from" in told
        for program in programs_for(settings):
            eventually(partial(program.is_ready, settings))
        assert left_to_say.is_file()
        if python_account():
            assert not any(process.uids().real == 0 for process in processes_of(settings))
        running.send_signal(signal.SIGINT)
        assert running.wait(120) == 0
    assert processes_of(settings) == []
    assert taken_ports(settings) == []
