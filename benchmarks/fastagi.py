"""Compares three ways to run AGI scripts, in one run, on real calls from SIPp through the project's own Asterisk.

Each call is answered, gives seven AGI commands and is hung up. The three take turns, round after round, so that whatever else
the machine does hits them alike; the medians of the rounds are shown. Calls: SIPp keeps 20 up at a time.
"""

import csv
import json
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import click
import psutil
from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from agi_scripts.asterisk.configuration import write_configuration  # noqa: E402
from agi_scripts.asterisk.program import asterisk_cli, asterisk_command, find_asterisk, prefix_of  # noqa: E402
from models.settings import Settings, load_settings  # noqa: E402

PARTS = Path(__file__).with_suffix("")
AT_A_TIME = 20
LONGEST_ROUND_S = 40


@dataclass(frozen=True)
class Contender:
    """One way to run AGI scripts. `calls` is what it takes in a few seconds."""

    extension: str
    name: str
    calls: int


CONTENDERS = (
    Contender("threaded", "Linli, threads", 1_500),
    Contender("panoramisk", "panoramisk, asyncio", 1_500),
    Contender("process", "pyst2, a process a call", 60),
)


@dataclass(frozen=True)
class Round:
    """What one round of one contender cost; milliseconds of CPU are per call."""

    contender: str
    calls: int
    failed: int
    calls_per_s: float
    script_cpu_ms: float
    asterisk_cpu_ms: float


@dataclass(frozen=True)
class Site:
    """Where everything listens for the time of the benchmark."""

    settings: Settings
    threaded_port: int
    panoramisk_port: int
    sipp_port: int
    sipp_media_port: int


def free_port() -> int:
    """A port that nothing listens on, for TCP and UDP."""
    while True:
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            stream.bind(("127.0.0.1", 0))
            port: int = stream.getsockname()[1]
            try:
                datagram.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def lay_out(folder: Path) -> Site:
    """Write Asterisk's configuration: the project's own, with a dialplan and an endpoint for SIPp."""
    names = ("sip_port", "asterisk_http_port", "ami_port", "agi_port", "media_port", "console_port", "redis_port")
    ports: dict[str, int] = {name: free_port() for name in names}
    settings = load_settings(demo=True, data_dir=folder, asterisk_prefix=prefix_of(load_settings(demo=True)), **ports)
    site = Site(settings, free_port(), free_port(), free_port(), free_port())
    write_configuration(settings, [])
    script = folder / "per_call.py"
    script.write_text(f"#!{sys.executable}\n" + (PARTS / "per_call.py").read_text())
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    values = {
        "sip_port": settings.sip_port,
        "threaded_port": site.threaded_port,
        "panoramisk_port": site.panoramisk_port,
        "process_script": script,
    }
    for name in ("pjsip.conf", "extensions.conf"):
        (settings.asterisk_dir / "etc" / name).write_text((PARTS / name).read_text().format(**values))
    return site


@contextmanager
def running(argv: list[str], output: Path) -> Iterator[psutil.Process]:
    """Run a program for as long as the block lasts."""
    with output.open("wb") as written:
        program = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            cwd=output.parent,
        )
    try:
        yield psutil.Process(program.pid)
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def wait_until_up(listeners: dict[int, psutil.Process]) -> None:
    """Wait until each process listens on its port, 20 s at the most.

    It is not tried by connecting: panoramisk's server spins for ever on a connection that is closed without a request.
    """
    deadline = time.monotonic() + 20
    for port, process in listeners.items():
        while port not in {one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN}:
            if time.monotonic() > deadline:
                raise click.ClickException(f"端口 {port} 上没有程序应答 / nothing listens on port {port}")
            time.sleep(0.05)


def cpu_s(process: psutil.Process) -> tuple[float, float]:
    """What a process has used so far: itself, and its children that have ended."""
    times = process.cpu_times()
    return times.user + times.system, times.children_user + times.children_system


def place_calls(site: Site, contender: Contender, calls: int, folder: Path) -> tuple[int, int, float]:
    """Let SIPp place the calls; return how many went well, how many did not, and the seconds it took."""
    statistics = folder / "sipp.csv"
    statistics.unlink(missing_ok=True)
    argv = ["sipp", "-sf", str(PARTS / "call.xml"), "-s", contender.extension, f"127.0.0.1:{site.settings.sip_port}"]
    argv += ["-i", "127.0.0.1", "-p", str(site.sipp_port), "-mp", str(site.sipp_media_port), "-nostdin"]
    argv += ["-m", str(calls), "-r", "2000", "-l", str(AT_A_TIME), "-trace_stat", "-stf", str(statistics), "-fd", "1"]
    argv += ["-timeout", f"{LONGEST_ROUND_S}s"]
    with (folder / "sipp.out").open("wb") as written:
        subprocess.run(argv, stdout=written, stderr=written, timeout=LONGEST_ROUND_S + 10, check=False)
    with statistics.open(newline="") as rows:
        last = list(csv.DictReader(rows, delimiter=";"))[-1]
    # A time is a date, a clock and seconds since 1970, with tabs between them.
    began, ended = (float(last[name].split("\t")[-1]) for name in ("StartTime", "CurrentTime"))
    return int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]), ended - began


def run_round(site: Site, contender: Contender, asterisk: psutil.Process, server: psutil.Process | None, folder: Path) -> Round:
    """Measure one round. Asterisk starts and reaps the processes of classic AGI, so they count as its children."""
    asterisk_before = cpu_s(asterisk)
    server_before = cpu_s(server) if server else (0.0, 0.0)
    well, failed, seconds = place_calls(site, contender, contender.calls, folder)
    asterisk_after = cpu_s(asterisk)
    server_after = cpu_s(server) if server else (0.0, 0.0)
    children = asterisk_after[1] - asterisk_before[1]
    script = children + sum(server_after) - sum(server_before)
    calls = max(well + failed, 1)
    return Round(
        contender.extension,
        well,
        failed,
        round(well / seconds, 1),
        round(script / calls * 1000, 3),
        round((asterisk_after[0] - asterisk_before[0]) / calls * 1000, 3),
    )


def measure(rounds: int, console: Console) -> tuple[list[Round], str]:
    """Start everything, run the rounds, and stop everything."""
    with tempfile.TemporaryDirectory(prefix="fastagi-") as name:
        folder = Path(name)
        site = lay_out(folder)
        threaded = [sys.executable, str(PARTS / "threaded.py"), str(site.threaded_port)]
        panoramisk = [sys.executable, str(PARTS / "with_panoramisk.py"), str(site.panoramisk_port)]
        with (
            running(threaded, folder / "threaded.out") as threaded_server,
            running(panoramisk, folder / "panoramisk.out") as panoramisk_server,
            running(asterisk_command(site.settings), folder / "asterisk.out") as asterisk,
        ):
            wait_until_up(
                {site.threaded_port: threaded_server, site.panoramisk_port: panoramisk_server, site.settings.ami_port: asterisk}
            )
            asterisk_cli(site.settings, "core waitfullybooted")
            servers = {"threaded": threaded_server, "panoramisk": panoramisk_server}
            for contender in CONTENDERS:
                place_calls(site, contender, AT_A_TIME, folder)  # to warm up
            found = []
            for number in range(rounds):
                for contender in CONTENDERS:
                    console.print(f"第 {number + 1}/{rounds} 轮 / round {number + 1} of {rounds}: {contender.name}")
                    found.append(run_round(site, contender, asterisk, servers.get(contender.extension), folder))
            return found, find_asterisk(site.settings).version


def machine(asterisk_version: str) -> dict[str, str | int]:
    """What the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    return {
        "cpu": model,
        "cores": os.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(),
        "python": platform.python_version(),
        "asterisk": asterisk_version,
    }


def summary(contender: Contender, rounds: list[Round]) -> dict[str, str | float]:
    """The medians of a contender's rounds."""
    own = [one for one in rounds if one.contender == contender.extension]
    return {
        "contender": contender.extension,
        "name": contender.name,
        "calls": sum(one.calls for one in own),
        "failed": sum(one.failed for one in own),
        "calls_per_s": median(one.calls_per_s for one in own),
        "script_cpu_ms_per_call": median(one.script_cpu_ms for one in own),
        "asterisk_cpu_ms_per_call": median(one.asterisk_cpu_ms for one in own),
    }


def show(facts: dict[str, str | int], summaries: list[dict[str, str | float]], console: Console) -> None:
    """Print the table."""
    table = Table(
        title="FastAGI: 真实通话，每通七条命令 / real calls, seven commands each", caption=", ".join(map(str, facts.values()))
    )
    table.add_column("服务\nserver", no_wrap=True)
    for heading in ("通/秒\ncalls/s", "脚本 ms\nscript CPU", "Asterisk ms\nCPU", "通话\ncalls", "失败\nfailed"):
        table.add_column(heading, justify="right")
    for one in summaries:
        figures = ("calls_per_s", "script_cpu_ms_per_call", "asterisk_cpu_ms_per_call", "calls", "failed")
        table.add_row(str(one["name"]), *(f"{one[figure]:.4g}" for figure in figures))
    console.print(table)


@click.command()
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 20), help="几轮 / how many rounds")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print one JSON document")
def main(rounds: int, as_json: bool) -> None:
    """比较三种 AGI 服务 / compare three ways to serve AGI, on real calls from SIPp."""
    if not shutil.which("sipp"):
        raise click.ClickException("没有 SIPp，请安装 sip-tester / there is no SIPp: install Debian's sip-tester")
    measured, version = measure(rounds, Console(stderr=True, highlight=False))
    facts = machine(version)
    summaries = [summary(contender, measured) for contender in CONTENDERS]
    if as_json:
        print(
            json.dumps({"machine": facts, "medians": summaries, "rounds": [asdict(one) for one in measured]}, ensure_ascii=False)
        )
    else:
        show(facts, summaries, Console())
    if any(one["failed"] for one in summaries):
        raise click.ClickException("有通话失败 / some calls failed")


if __name__ == "__main__":
    main()
