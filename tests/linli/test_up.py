"""`linli up` says plainly why it does not start; a whole start is in tests/e2e."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from linli.environment import environment_of
from models.settings import PROJECT, Settings


def start(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from linli.up import up; up()"],
        check=False,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
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
