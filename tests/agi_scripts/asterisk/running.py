"""A real Asterisk on free ports, and what the tests look at it with."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agi_scripts.asterisk.configuration import write_configuration
from agi_scripts.asterisk.device import DeviceEndpoint
from agi_scripts.asterisk.program import AsteriskError, asterisk_cli, asterisk_command
from linli.service_user import as_account, service_account
from models.secrets import own_secret
from models.settings import Settings
from tests.agi_scripts.asterisk.sip_phone import SipPhone

DEVICE = DeviceEndpoint(7, "device-7-secret", "057188886666", "王秀英")


@dataclass
class RunningAsterisk:
    """An exchange that is up."""

    settings: Settings
    pid: int
    boot_s: float

    def cli(self, command: str) -> str:
        """What its command line answers."""
        return asterisk_cli(self.settings, command)

    def phone(self, name: str, **chosen: Any) -> SipPhone:
        """A telephone with the account of that name."""
        secret = DEVICE.secret if name == f"device-{DEVICE.id}" else own_secret(self.settings, name)
        return SipPhone(("127.0.0.1", self.settings.sip_port), name, secret, **chosen)

    def log(self) -> str:
        """Everything it has logged so far."""
        return (self.settings.asterisk_dir / "log/messages.log").read_text()


@contextmanager
def running_asterisk(settings: Settings, devices: Sequence[DeviceEndpoint] = (DEVICE,)) -> Iterator[RunningAsterisk]:
    """Configure and start an exchange, and stop it at the end."""
    account = service_account()
    write_configuration(settings, devices, owner=(account.pw_uid, account.pw_gid) if account else None)
    output = settings.asterisk_dir / "output.txt"
    began = time.monotonic()
    with output.open("w") as file:
        process = subprocess.Popen(asterisk_command(settings), stdout=file, stderr=file, cwd="/", **as_account(account))
    try:
        wait_booted(settings, process, output)
        yield RunningAsterisk(settings, process.pid, time.monotonic() - began)
    finally:
        stop(settings, process)


STOPPED_WITHIN_S = 10


def stop(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    """End an exchange; one that waits for a channel, which it does for 15 s, is killed, and what it had is told."""
    try:
        channels = asterisk_cli(settings, "core show channels concise")
    except AsteriskError as error:  # a test has killed it
        channels = str(error)
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        log = (settings.asterisk_dir / "log/messages.log").read_text()[-4000:]
        raise AssertionError(
            f"Asterisk did not end in {STOPPED_WITHIN_S} s; its channels:\n{channels}\nits log:\n{log}"
        ) from None


def wait_booted(settings: Settings, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until every module is up; its control socket is there a little after the process."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if "fully booted" in asterisk_cli(settings, "core waitfullybooted"):
                return
        except AsteriskError:
            time.sleep(0.05)
    raise AssertionError(f"Asterisk did not start: {output.read_text()}")
