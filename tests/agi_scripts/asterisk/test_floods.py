"""One telephone that calls, calls for help or guesses secrets without end does not keep another's call for help from a person.

SIPp is the telephone gone wild. Help must come within 2 s, which is printed; what is asserted holds on a busy machine too.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agi_scripts.asterisk.device import DeviceEndpoint
from models.settings import PROJECT
from tests.agi_scripts.asterisk.manager_events import listening
from tests.agi_scripts.asterisk.registered import registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk, running_asterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.conftest import free_ports, settings_on_free_ports

pytestmark = pytest.mark.e2e

WILD = DeviceEndpoint(8, "device-8-secret", "057188887777", "李建国")
WORST_S = 10
SCENARIOS = PROJECT / "benchmarks/sos"


@pytest.fixture(scope="module")
def exchange(asterisk_prefix: Path) -> Iterator[RunningAsterisk]:
    """An exchange with two one-key phones."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_on_free_ports(Path(folder) / "var", asterisk_prefix=asterisk_prefix, operator_seats=1)
        with running_asterisk(settings, [DEVICE, WILD]) as running:
            yield running


@contextmanager
def going_wild(exchange: RunningAsterisk, scenario: str, name: str, secret: str, number: str) -> Iterator[None]:
    """SIPp, 50 times a second, with 30 calls up at the most."""
    program = shutil.which("sipp")
    assert program, "there is no SIPp: apt-get install sip-tester"
    account = ["-au", name, "-ap", secret, "-key", "number", name, "-s", number]
    where = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(free_ports(1)[0]), f"127.0.0.1:{exchange.settings.sip_port}"]
    argv = [program, "-sf", str(SCENARIOS / f"{scenario}.xml"), "-nostdin", "-r", "50", "-l", "30", *account, *where]
    folder = exchange.settings.data_dir / "sipp"
    folder.mkdir(exist_ok=True)
    (folder / "speech.alaw").write_bytes(b"\x55" * 8000)
    with (folder / "said.txt").open("wb") as said:
        sipp = subprocess.Popen(argv, cwd=folder, stdout=said, stderr=said)
    try:
        yield
        assert sipp.poll() is None, (folder / "said.txt").read_text()
    finally:
        sipp.kill()
        sipp.wait()


@pytest.fixture
def desk(exchange: RunningAsterisk) -> Iterator[SipPhone]:
    """An operator's telephone; whatever still rings on it in the end, a flood's calls for help among it, is ended."""
    with listening(exchange.settings) as events, registered_desk(exchange, events, "desk-1") as phone:
        yield phone
        exchange.cli("channel request hangup all")


def a_person_is_rung(exchange: RunningAsterisk, desk: SipPhone) -> None:
    """Press the red key of the telephone that is not wild."""
    with exchange.phone(f"device-{DEVICE.id}") as resident:
        began = time.monotonic()
        resident.call("sos")
        desk.wait_for(lambda message: message.start.startswith("INVITE") and DEVICE.number in message["From"], WORST_S)
        print(f"SOS beside a flood: the operator's phone rings after {time.monotonic() - began:.2f} s")
        resident.wait_answered()
        resident.hang_up()


@pytest.mark.parametrize("key", ["service", "sos"])
def test_a_telephone_that_calls_without_end(exchange: RunningAsterisk, desk: SipPhone, key: str) -> None:
    refusals = logged(exchange, "messages", f"device {WILD.id}: ")
    with going_wild(exchange, "caller", f"device-{WILD.id}", WILD.secret, key):
        until(lambda: logged(exchange, "messages", f"device {WILD.id}: ") > refusals + 20)
        a_person_is_rung(exchange, desk)


def test_a_stranger_who_guesses_secrets_without_end(exchange: RunningAsterisk, desk: SipPhone) -> None:
    with going_wild(exchange, "registration", "desk-1", "a guess", "desk-1"):
        until(lambda: logged(exchange, "security", "ChallengeResponseFailed", 'AccountID="desk-1"') > 20)
        a_person_is_rung(exchange, desk)
    assert not logged(exchange, "security", "a guess")


def logged(exchange: RunningAsterisk, log: str, *words: str) -> int:
    """How many lines of one of its logs hold all these words."""
    lines = (exchange.settings.asterisk_dir / f"log/{log}.log").read_text().splitlines()
    return sum(all(word in line for word in words) for line in lines)


def until(fact: Callable[[], bool]) -> None:
    """Wait for SIPp to bring this about."""
    deadline = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < deadline, "the flood did not come"
        time.sleep(0.05)
