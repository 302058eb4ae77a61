"""How soon an SOS rings a person while a hundred others are on the telephone and twenty wait for an operator.

Real calls on the project's own Asterisk with its own dialplan. 100 residents speak with their families: each call comes in over
the carrier, is recorded, and goes out over the carrier again, so that Asterisk carries 200 legs of sound. (One in conversation
with Linli costs Asterisk less, one leg and a TCP stream, and costs Python what no SOS needs.) Every operator is in a call, and 20
more wait in the queue. Then, again and again, another resident presses the red key; an operator hangs up and takes what rings.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(Path(__file__).with_suffix(""))]

from desk_phone import DeskPhone  # noqa: E402

from agi_scripts.asterisk.device import DeviceEndpoint  # noqa: E402
from models.secrets import own_secret  # noqa: E402
from models.settings import Settings  # noqa: E402
from tests.agi_scripts.asterisk.running import RunningAsterisk, running_asterisk  # noqa: E402
from tests.agi_scripts.asterisk.sip_phone import SipPhone  # noqa: E402
from tests.conftest import free_ports, settings_on_free_ports  # noqa: E402

PARTS = Path(__file__).with_suffix("")
OPERATORS = 4
# An operator who has hung up does not take the next call in the same instant: whatever else would ring them has time to.
FREE_FOR_S = 0.5
KEPT_AFTER_S = 0.3
WORST_S = 20.0
SETTLED_WITHIN_S = 60.0


@dataclass(frozen=True)
class Trial:
    """One press of the red key. Seconds; `next_answered` says that the call the freed operator got was the SOS."""

    load: str
    rang_after_s: float
    next_answered: bool


@dataclass
class Hotline:
    """The exchange with its operators' telephones and its one-key phones."""

    asterisk: RunningAsterisk
    desks: Sequence[DeskPhone]
    devices: Sequence[DeviceEndpoint]

    @property
    def folder(self) -> Path:
        """Where what runs beside it keeps what it says."""
        return self.asterisk.settings.data_dir


@click.command()
@click.option("--ordinary", default=100, show_default=True, help="同时多少个普通通话 / ordinary calls that are up")
@click.option("--waiting", default=20, show_default=True, help="多少人在排队 / callers who wait for an operator")
@click.option("--trials", default=50, show_default=True, help="每种情形按几次红键 / presses of the red key in each round")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def main(ordinary: int, waiting: int, trials: int, as_json: bool) -> None:
    """量一量：忙的时候，红键多久响到人 / how soon the red key rings a person while everybody else is calling."""
    if not shutil.which("sipp"):
        raise click.ClickException("没有 SIPp，请安装 sip-tester / there is no SIPp: install Debian's sip-tester")
    found: list[Trial] = []
    rounds = {"calls": 0, "calls, cores busy": os.cpu_count() or 1}
    with a_hotline(len(rounds) * trials) as hotline, Progress(console=Console(stderr=True)) as progress:
        presses = iter(hotline.devices)
        with calls_up(hotline, ordinary, waiting, progress):
            for load, spinning in rounds.items():
                task = progress.add_task(f"红键 / SOS: {load}", total=trials)
                with busy_cores(spinning, hotline.folder):
                    for number in range(trials):
                        until(lambda: in_queue(hotline) >= waiting)
                        found.append(press(hotline, next(presses), hotline.desks[number % OPERATORS], load))
                        progress.advance(task)
    if as_json:
        click.echo(json.dumps({"machine": the_machine(), "trials": [asdict(one) for one in found]}, ensure_ascii=False))
    else:
        show(found, ordinary, waiting)


@contextmanager
def a_hotline(devices: int) -> Iterator[Hotline]:
    """An Asterisk as Linli configures it, every operator's telephone registered."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="linli-sos-")))
        folder.chmod(0o755)
        prefix = PROJECT / "var/asterisk-prefix"
        settings = settings_on_free_ports(folder / "var", asterisk_prefix=prefix, operator_seats=OPERATORS, rtp_end=18999)
        one_key = [DeviceEndpoint(number, f"secret-{number}", f"05717{number:07}", "王秀英") for number in range(1, devices + 1)]
        asterisk = held.enter_context(running_asterisk(settings, one_key))
        desks = [held.enter_context(a_desk(settings, seat)) for seat in range(1, OPERATORS + 1)]
        for desk in desks:
            desk.register()
        yield Hotline(asterisk, desks, one_key)


def a_desk(settings: Settings, seat: int) -> DeskPhone:
    """The telephone of an operator."""
    name = f"desk-{seat}"
    return DeskPhone(("127.0.0.1", settings.sip_port), name, own_secret(settings, name))


@contextmanager
def calls_up(hotline: Hotline, ordinary: int, waiting: int, progress: Progress) -> Iterator[None]:
    """Bring everybody on the telephone and keep them there."""
    settings = hotline.asterisk.settings
    (hotline.folder / "speech.alaw").write_bytes(np.random.default_rng(1).bytes(8000))
    carrier_port, family_media, callers, waiters = free_ports(4)
    with ExitStack() as running:
        running.enter_context(a_program([sys.executable, str(PARTS / "handing_on.py"), str(settings.agi_port)], hotline.folder))
        with sipp(hotline, "registration", carrier_port, "-m", "1") as registering:
            registering.wait(20)
        running.enter_context(sipp(hotline, "family", carrier_port, "-mp", str(family_media), "-rtp_echo"))
        first = ["-key", "number", "138", "-l", str(ordinary), "-m", str(ordinary), "-mp", "33000"]
        running.enter_context(sipp(hotline, "caller", callers, *first))
        task = progress.add_task("普通通话 / ordinary calls", total=ordinary)
        until(lambda: up(hotline, task, progress) >= ordinary)
        more = ["-key", "number", "139", "-l", str(waiting + OPERATORS), "-mp", "36000"]
        running.enter_context(sipp(hotline, "caller", waiters, *more))
        for desk in hotline.desks:
            take_a_call(desk)
        yield


def sipp(hotline: Hotline, scenario: str, port: int, *options: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """SIPp with one of our scenarios on this port, with the carrier's account."""
    settings = hotline.asterisk.settings
    account = ["-au", "carrier-demo", "-ap", own_secret(settings, "carrier-demo")]
    called = "carrier-demo" if scenario == "registration" else settings.hotline_number
    where = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port), "-s", called, f"127.0.0.1:{settings.sip_port}"]
    argv = ["sipp", "-sf", str(PARTS / f"{scenario}.xml"), "-nostdin", "-r", "20", *account, *options, *where]
    return a_program(argv, hotline.folder)


@contextmanager
def a_program(argv: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run it in this folder for as long as the block lasts; what it says is kept there too."""
    with (folder / f"{Path(argv[0]).name}.out").open("ab") as said:
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        program = subprocess.Popen(argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        yield program
    finally:
        program.kill()
        program.wait()


@contextmanager
def busy_cores(how_many: int, folder: Path) -> Iterator[None]:
    """As many processes that never rest, as if the recognition of speech never ended."""
    with ExitStack() as spinning:
        for _ in range(how_many):
            spinning.enter_context(a_program([sys.executable, "-c", "while True: pass"], folder))
        yield


def press(hotline: Hotline, device: DeviceEndpoint, desk: DeskPhone, load: str) -> Trial:
    """Press a red key; then this operator hangs up, takes what rings, and goes back to the others."""
    server = ("127.0.0.1", hotline.asterisk.settings.sip_port)
    with SipPhone(server, f"device-{device.id}", device.secret) as resident:
        pressed = time.monotonic()
        resident.call("sos")
        ring = desk.wait_ring(device.number, WORST_S)
        if ring is None:
            raise click.ClickException(f"{WORST_S:g} 秒没有响铃 / no ring within {WORST_S:g} s")
        rang = min(other.at for one in hotline.desks for other in one.rings.values() if other.number == device.number)
        desk.put_down()
        time.sleep(FREE_FOR_S)
        others = [other for other in desk.rings.values() if other.number != device.number]
        desk.pick_up(ring)
        resident.wait_answered()
        desk.wait_heard(seconds=0.1)
        resident.hang_up()
    until(lambda: desk.in_call is None)
    take_a_call(desk)
    return Trial(load, round(rang - pressed, 3), not others)


def take_a_call(desk: DeskPhone) -> None:
    """Be in a call with whoever waits longest; another operator may have been quicker."""
    while not desk.in_call:
        ring = desk.wait_ring("", WORST_S)
        if ring is None:
            raise click.ClickException("没有来电 / nobody calls the operator")
        desk.pick_up(ring)
        time.sleep(KEPT_AFTER_S)


def up(hotline: Hotline, task: TaskID, progress: Progress) -> int:
    """How many callers speak with somebody."""
    legs = re.search(r"(\d+) active channel", hotline.asterisk.cli("core show channels count"))
    speaking = int(legs[1]) // 2 if legs else 0
    progress.update(task, completed=speaking)
    return speaking


def in_queue(hotline: Hotline) -> int:
    """How many wait for an operator."""
    calls = re.search(r"has (\d+) calls", hotline.asterisk.cli("queue show operators"))
    return int(calls[1]) if calls else 0


def until(fact: Callable[[], bool]) -> None:
    """Wait for other programs to bring this about."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while not fact():
        if time.monotonic() > deadline:
            raise click.ClickException("电话没有全部接通 / the calls did not all come up")
        time.sleep(0.1)


def show(trials: Sequence[Trial], ordinary: int, waiting: int) -> None:
    """A row for each load."""
    title = f"红键多久响到人 / an SOS rings after ({ordinary} 个通话 / calls, {waiting} 人排队 / waiting)"
    table = Table(title=title, caption=the_machine())
    for column in ("负荷 / load", "次 / trials", "p50", "p95", "p99", "最长 / longest", "下一个就接 / next answered"):
        table.add_column(column, justify="left" if column.startswith("负荷") else "right")
    for load in dict.fromkeys(trial.load for trial in trials):
        own = [trial for trial in trials if trial.load == load]
        rang = [trial.rang_after_s for trial in own]
        shares = [f"{np.percentile(rang, share):.3f} s" for share in (50, 95, 99, 100)]
        table.add_row(load, str(len(own)), *shares, f"{sum(trial.next_answered for trial in own)}/{len(own)}")
    Console().print(table)


def the_machine() -> str:
    """What it was measured on."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} CPUs, {memory_gib:.0f} GiB, {platform.platform()}, load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
