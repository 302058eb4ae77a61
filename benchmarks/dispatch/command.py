"""How fast and how well orders are given out: ranking, and the plan of a day."""

import json
import os
import platform
from typing import Any

import click
import psutil
from plan import measure_plan
from rank import measure_rank
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

PARTS = ("rank", "plan")
PROVIDERS, ORDERS = 1000, 50  # to be ranked, so often
SOLVE_S = 45.0  # a day has to be solved within a minute, with reading and writing


@click.command()
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="只量这几样 / only these; all without it")
@click.option("--visits", default=2000, show_default=True, help="一天多少单 / visits of the day")
@click.option("--workers", default=150, show_default=True, help="多少人员 / workers")
@click.option("--towns", default=3, show_default=True, help="几个城镇 / how many towns, each with its day")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def main(parts: tuple[str, ...], visits: int, workers: int, towns: int, as_json: bool) -> None:
    """量一量：排一千家要多久；一天两千单排得多好 / how long ranking takes, and how good a day's plan is."""
    chosen = parts or PARTS
    found: dict[str, Any] = {"machine": the_machine()}
    with Progress(console=Console(stderr=True)) as progress:
        if "rank" in chosen:
            task = progress.add_task("排名 / ranking", total=ORDERS)
            found["rank"] = measure_rank(PROVIDERS, ORDERS, lambda: progress.advance(task))
        if "plan" in chosen:
            days = progress.add_task("排班 / planning", total=2 * towns)
            found["plan"] = measure_plan(visits, workers, towns, SOLVE_S, lambda: progress.advance(days))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """Print what was measured."""
    console = Console()
    if rank := found.get("rank"):
        console.print(
            f"{rank['providers']} 家排名 / providers ranked, {rank['that_fit']} 家合适 / of them fit: "
            f"p50 {rank['rank_p50_ms']} ms, p95 {rank['rank_p95_ms']} ms; 理由 / reasons {rank['explain_p50_ms']} ms"
        )
    if plan := found.get("plan"):
        table = Table(
            title=f"{plan['visits']} 单、{plan['workers']} 人、{plan['rounds']} 天的中位数 / medians of {plan['rounds']} days"
        )
        for name in plan["ways"][0]:
            table.add_column(name, justify="left" if name == "way" else "right")
        for way in plan["ways"]:
            table.add_row(*(f"{value:g}" if isinstance(value, float) else str(value) for value in way.values()))
        console.print(table)
    console.print(f"{found['machine']}")


def the_machine() -> str:
    """What it was measured on."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, load {load:.1f}"
