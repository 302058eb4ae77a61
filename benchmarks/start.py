"""How long each program takes to be loaded and to end again, with rubbish left alone meanwhile, as they are, and without.

The two take turns, round after round, so that whatever else the machine does hits them alike; medians are shown. What a program
loads when it begins to work (the recogniser, its models) is in neither.
"""

import json
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

PROJECT = Path(__file__).resolve().parent.parent
PROGRAMS = ("agi_scripts", "operator_console", "dispatch")
LOAD = "import gc, runpy; {before}; runpy.run_module('{program}', run_name='loaded'); {after}"
AS_THEY_ARE = {"before": "pass", "after": "gc.freeze()"}
# What the programs ask for is not done.
LOOKED_THROUGH = {"before": "gc.disable = lambda: None", "after": "pass"}


def _seconds(program: str, way: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", LOAD.format(program=program, **way)], cwd=PROJECT, check=True)
    return time.perf_counter() - began


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=9, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def measure(rounds: int, *, as_json: bool) -> None:
    """程序启动要多久 / How long the programs take to be loaded."""
    seen: dict[str, tuple[list[float], list[float]]] = {program: ([], []) for program in PROGRAMS}
    for _ in track(range(rounds), "启动 / starting", console=Console(stderr=True)):
        for program, (as_they_are, looked_through) in seen.items():
            as_they_are.append(_seconds(program, AS_THEY_ARE))
            looked_through.append(_seconds(program, LOOKED_THROUGH))
    medians = {program: (median(ours), median(other)) for program, (ours, other) in seen.items()}
    if as_json:
        named = {program: {"s": ours, "looked_through_s": other} for program, (ours, other) in medians.items()}
        click.echo(json.dumps({"rounds": rounds, "machine": platform.platform(), "programs": named}, indent=2))
        return
    table = Table(
        "程序 / program", "秒 / s", "边载边清 / with rubbish looked for, s", title=f"{rounds} 轮 / rounds, {platform.platform()}"
    )
    for program, (ours, other) in medians.items():
        table.add_row(program, f"{ours:.2f}", f"{other:.2f}")
    Console().print(table)


if __name__ == "__main__":
    measure()
