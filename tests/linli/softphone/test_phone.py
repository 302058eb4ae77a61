"""A phone comes and goes without a trace, and says so when it breaks down."""

import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from linli.softphone import Identity, Softphone, SoftphoneError
from tests.linli.softphone.conftest import NOWHERE

OWNER_THAT_DIES = """
import os
from linli.softphone import Identity, Softphone
phone = Softphone("127.0.0.1:9", Identity("1")).__enter__()
print(phone._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_phone_leaves_neither_process_nor_port_behind() -> None:
    with Softphone(NOWHERE, Identity("desk-1")) as phone:
        process = phone._process
        assert process.poll() is None
    assert process.poll() == 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(("127.0.0.1", phone.port))


def test_a_phone_ends_with_its_owner() -> None:
    owner = subprocess.run([sys.executable, "-c", OWNER_THAT_DIES], check=False, stdout=subprocess.PIPE, timeout=60)
    assert owner.returncode == -signal.SIGKILL
    try:
        orphan = psutil.Process(int(owner.stdout))
    except psutil.NoSuchProcess:
        return
    assert psutil.wait_procs([orphan], timeout=30) == ([orphan], [])


def test_a_phone_that_breaks_down_says_so_at_once() -> None:
    with Softphone(NOWHERE, Identity("desk-1")) as phone:
        os.kill(phone._process.pid, signal.SIGKILL)
        with pytest.raises(SoftphoneError, match="broke down"):
            phone.wait_incoming(30)
