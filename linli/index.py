"""`linli index`: the words by which residents, providers and services are found, made anew."""

import json

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from linli.facts import site_facts
from models.database import session_maker
from models.search_index import write_all_terms


@click.command("index")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def index_command(*, as_json: bool) -> None:
    """重做查找用的词（直接改过数据库之后才需要） / make anew what searching goes by, after changes made past Linli."""
    with site_facts() as facts:
        settings = facts.settings
    sessions = session_maker(settings.database)
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("查找用的词 / search terms", total=None)
        rows = write_all_terms(sessions, lambda done, total: bar.update(task, completed=done, total=total))
    sessions.kw["bind"].dispose()
    click.echo(json.dumps({"rows": rows}) if as_json else f"✓ {rows} 条记录可以查找了 / rows can be found")
