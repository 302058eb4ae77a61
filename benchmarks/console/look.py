"""How quick the operators' pages are on PostgreSQL with 100,000 residents, with thirty pages open."""

import json
import os
import platform
import re
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click
import psutil
import requests
from big_town import Size, build_town, rows_of
from desks import Browser, open_pages, sign_in
from pages import Timing, summary, time_pages, time_pops
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from routes import ANYBODY, FILES, OFFICER, PROVIDER, Examples, addresses, examples
from searching import time_like, time_searches
from sqlalchemy import create_engine, select, text

from dispatch.links import link_for
from models.base import utc_now
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.migrating import migrate
from models.orders import Offer
from models.residents import Resident
from models.search_index import write_all_terms
from models.settings import Settings
from operator_console.app import create_app
from operator_console.operators import DEMO_LOGIN, DEMO_PASSWORD, ensure_demo_operator
from tests.conftest import settings_on_free_ports
from tests.operator_console.program import first_line, running_console
from tests.postgres import create_database, own_postgres

PAGE_MS, POP_MS = 150, 300
POPS = 30
# In this town twelve of thirty operators are in a call; an ordinary call rings at every desk that is free.
TALKING, RINGING = range(5, 17), 18
OPEN = ["/desk", "/desk", "/", "/desk", "/alarms/", "/", "/desk", "/desk", "/wallboard", "/devices/"]


@click.command()
@click.option("--residents", default=100_000, show_default=True, help="多少居民 / residents; the rest in proportion")
@click.option("--desks", default=30, show_default=True, help="几个座席开着页面 / how many pages are open")
@click.option("--rounds", default=20, show_default=True, help="每页看几次 / how often each page is asked for")
@click.option("--database", default="", help="用这个 PostgreSQL，城只造一次 / in this PostgreSQL, where the town is made once")
@click.option("--only", default="", help="只看名字里有这个的页面 / only pages whose names have this in them")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def main(*, residents: int, desks: int, rounds: int, database: str, only: str, as_json: bool) -> None:
    """量一量每一页、来电弹屏和检索有多快 / how long every page, the screen pop and a search take."""
    size = Size(residents, max(50, residents // 100), residents * 5, residents * 10)
    with (
        Progress(console=Console(stderr=True)) as progress,
        tempfile.TemporaryDirectory() as folder,
        _database(database) as url,
    ):
        settings = settings_on_free_ports(Path(folder))
        sessions = session_maker(url)
        _make_town(url, sessions, settings, size, progress)
        some = examples(sessions)
        asked = {who: {name: at for name, at in all_.items() if only in name} for who, all_ in _pages(settings, sessions, some)}
        pages = {who: {name: at for name, at in all_.items() if name not in FILES} for who, all_ in asked.items()}
        files = {who: {name: at for name, at in all_.items() if name in FILES} for who, all_ in asked.items()}
        os.environ["LINLI_OPERATOR_SEATS"] = "200"
        with running_console(settings, url) as console:
            first_line(console)
            # What it says further is read too, else it waits for a reader once the pipe is full.
            threading.Thread(target=deque, args=(console.stderr, 0), daemon=True).start()
            address = f"http://127.0.0.1:{settings.console_port}"
            browsers = _browsers(address, sessions, settings, some)
            seated = [sign_in(address, f"desk{number}", DEMO_PASSWORD) for number in range(1, desks + 1)]
            paths = [f"/desk/now{at + 1}" if at in TALKING else OPEN[at % len(OPEN)] for at in range(1, desks + 1)]
            with open_pages(list(zip(seated, paths, strict=True))) as askings:
                looking = progress.add_task("看每一页 / looking at every page", total=rounds + 1)
                time_pages(browsers, pages, 1, lambda: progress.advance(looking))  # imports and caches
                took = time_pages(browsers, pages, rounds, lambda: progress.advance(looking))
                rows = [
                    summary(page if who == DEMO_LOGIN else f"{page} · {who}", times, PAGE_MS)
                    for (who, page), times in took.items()
                ]
                popping = progress.add_task("来电弹屏 / screen pops", total=2 * POPS)
                for at_once in (1, min(RINGING, desks)):
                    times = time_pops(seated, sessions, POPS, at_once, lambda: progress.advance(popping))
                    rows.append(summary(f"screen pop, ringing at {at_once}", times, POP_MS))
                searching = progress.add_task("检索 / searching", total=rounds)
                rows += time_searches(browsers[DEMO_LOGIN], rounds, lambda: progress.advance(searching))
            rows.append(summary(f"askings of the {desks} open pages", askings))
            exports = time_pages(browsers, files, 1, lambda: None)
            rows += [summary(f"(whole table) {page}", times) for (_, page), times in exports.items()]
        rows.append(time_like(sessions, 3))
    found = {"machine": the_machine(), "size": asdict(size), "desks": desks, "pages": len(took), "askings": len(askings)}
    rows.sort(key=lambda one: -one.p95_ms)
    if as_json:
        click.echo(json.dumps(found | {"timings": [asdict(one) for one in rows]}, ensure_ascii=False))
    else:
        show(found, rows)


@contextmanager
def _database(given: str) -> Iterator[str]:
    if given:
        yield given
        return
    with own_postgres(durable=True) as server:
        yield create_database(server.url_form)


def _make_town(url: str, sessions: SessionMaker, settings: Settings, size: Size, progress: Progress) -> None:
    """Make it where there is none yet."""
    migrate(url)
    with sessions() as session:
        if session.scalar(select(Resident.id).limit(1)) is not None:
            return
        load_demo(session, settings)
        ensure_demo_operator(session)
        session.commit()
    building = progress.add_task("造一座城 / building the town", total=rows_of(size))
    build_town(url, size, lambda rows: progress.advance(building, rows))
    indexing = progress.add_task("检索词 / search terms", total=None)
    write_all_terms(sessions, lambda done, whole: progress.update(indexing, completed=done, total=whole))
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _pages(settings: Settings, sessions: SessionMaker, some: Examples) -> list[tuple[str, dict[str, str]]]:
    return list(addresses(create_app(settings, sessions), some).items())


def _browsers(address: str, sessions: SessionMaker, settings: Settings, some: Examples) -> Mapping[str, Browser]:
    """Everybody whose pages are looked at; who has to say why they open a file has said so."""
    found = {who: sign_in(address, who, DEMO_PASSWORD) for who in (DEMO_LOGIN, OFFICER)}
    for browser in found.values():
        fields = {"csrf_token": browser.token, "why": "asked"}
        for resident_id in (some["resident_id"],):
            why = f"{address}/residents/{resident_id}/why"
            requests.post(why, data=fields, headers={"Cookie": browser.cookie}, timeout=60).raise_for_status()
    nobody = Browser(address, "", "")
    return found | {ANYBODY: nobody, PROVIDER: _provider(address, sessions, settings, int(some["offer_id"]))}


def _provider(address: str, sessions: SessionMaker, settings: Settings, offer_id: int) -> Browser:
    """A provider who has opened the link to an offer."""
    with sessions.begin() as session:
        link = urlsplit(link_for(session, settings, session.get_one(Offer, offer_id), utc_now())).path
    browser = requests.Session()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(address + link, timeout=60).text)
    if token is None:
        raise LookupError("the provider's link leads to no button")
    browser.post(address + link, data={"csrf_token": token[1]}, timeout=60).raise_for_status()
    return Browser(address, "; ".join(f"{name}={value}" for name, value in browser.cookies.items()), token[1])


def show(found: dict[str, object], rows: list[Timing]) -> None:
    """Print what was measured, the slowest first; what misses its aim is marked."""
    console = Console(width=130)
    console.print(found)
    table = Table("页 / page", "p50 ms", "p95 ms", "≤")
    for one in rows:
        missed = one.aim_ms is not None and one.p95_ms >= one.aim_ms
        table.add_row(one.page, str(one.p50_ms), f"{one.p95_ms}{' ✗' if missed else ''}", str(one.aim_ms or ""))
    console.print(table)


def the_machine() -> str:
    """What it was measured on."""
    memory = psutil.virtual_memory().total >> 30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}"
