"""How fast and how well orders are given out: ranking, the plan of a day, and from commit to gateway."""

import json
import os
import platform
from dataclasses import asdict
from typing import Any

import click
import psutil
from latency import measure_latency
from plan import measure_plan
from rank import measure_rank
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

PARTS = ("rank", "plan", "latency")
PROVIDERS, ORDERS = 1000, 50  # to be ranked, so often
ORDERS_A_SECOND, FOR_S = 20.0, 30.0  # from commit to gateway
SOLVE_S = 45.0  # a day has to be solved within a minute, with reading and writing


@click.command()
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="只量这几样 / only these; all without it")
@click.option("--visits", default=2000, show_default=True, help="一天多少单 / visits of the day")
@click.option("--workers", default=150, show_default=True, help="多少人员 / workers")
@click.option("--towns", default=3, show_default=True, help="几个城镇 / how many towns, each with its day")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def main(parts: tuple[str, ...], visits: int, workers: int, towns: int, as_json: bool) -> None:
    """量一量：排一千家要多久；一天两千单排得多好；下单到短信要多久 / ranking, a day's plan, and from order to SMS."""
    chosen = parts or PARTS
    found: dict[str, Any] = {"machine": the_machine()}
    with Progress(console=Console(stderr=True)) as progress:
        if "rank" in chosen:
            task = progress.add_task("排名 / ranking", total=ORDERS)
            found["rank"] = measure_rank(PROVIDERS, ORDERS, lambda: progress.advance(task))
        if "plan" in chosen:
            days = progress.add_task("排班 / planning", total=2 * towns)
            found["plan"] = measure_plan(visits, workers, towns, SOLVE_S, lambda: progress.advance(days))
        if "latency" in chosen:
            found["latency"] = [asdict(one) for one in measure_latency(progress, ORDERS_A_SECOND, FOR_S)]
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
        console.print(_filled(table, plan["ways"]))
    if latency := found.get("latency"):
        table = Table(title="从提交到短信网关 / from commit to gateway")
        console.print(_filled(table, latency))
    console.print(f"{found['machine']}")


def _filled(table: Table, rows: list[dict[str, Any]]) -> Table:
    for name in rows[0]:
        table.add_column(name, justify="right" if isinstance(rows[0][name], float) else "left")
    for row in rows:
        table.add_row(*(f"{value:g}" if isinstance(value, float) else str(value) for value in row.values()))
    return table


def the_machine() -> str:
    """What it was measured on."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, load {load:.1f}"
