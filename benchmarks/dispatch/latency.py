"""How soon an order's SMS is handed to the gateway after its commit, at a steady rate of orders.

Real Redis, a real worker, a real database and a gateway over HTTP that notes when it took each SMS. Beside our worker, which runs
jobs in its own process, the same orders go through RQ's own, which forks for each job.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import time as time_of_day
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.retry import Retry
from rich.progress import Progress
from sqlalchemy import event

from dispatch.placing import place_order
from dispatch.queue import QUEUE, JobQueue
from models.base import utc_now
from models.database import session_maker
from models.migrating import migrate
from models.settings import Settings
from tests.chaos.parts import Part, python, redis_command
from tests.conftest import free_ports, settings_on_free_ports
from tests.dispatch.facts import add_community
from tests.postgres import create_database, running_postgres

PROVIDERS = 200
SKILLS = ("plumbing", "cleaning", "meals", "haircut", "bathing")  # the first is what is ordered
WORKERS = {
    "Linli": python("dispatch", "worker"),
    "rq, forking": [
        str(Path(sys.executable).with_name("rq")),
        *["worker", "--serializer", "rq.serializers.JSONSerializer", QUEUE],
    ],
}
LEFT_OUT = 10  # the first tenth: imports and connections are made then
HANDED_OVER_WITHIN_S = 60
_NUMBER = re.compile(r"第(\d+)件")


@dataclass(frozen=True)
class Latency:
    """From commit to gateway, in milliseconds, over all orders but the first tenth; `lost` were never handed over."""

    database: str
    worker: str
    orders: int
    lost: int
    p50_ms: float
    p95_ms: float
    longest_ms: float


def measure_latency(progress: Progress, rate: float, seconds: float) -> list[Latency]:
    """Each worker on each kind of database, one after the other; `rate` is in orders a second."""
    found = []
    for kind in ("sqlite", "postgresql"):
        for worker, command in WORKERS.items():
            task = progress.add_task(f"{kind}, {worker}", total=int(rate * seconds))
            with _site(kind, command) as (settings, url, sent):
                committed = _place(settings, url, rate, int(rate * seconds), partial(progress.advance, task))
                took_ms = _took_ms(committed, sent)
            found.append(_summary(kind, worker, took_ms, len(committed)))
    return found


@contextmanager
def _site(kind: str, worker: Sequence[str]) -> Iterator[tuple[Settings, str, Path]]:
    """A migrated database, Redis, a gateway and one worker; the file that the gateway writes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        settings = settings_on_free_ports(folder)
        url = f"sqlite:///{folder}/linli.db" if kind == "sqlite" else create_database(stack.enter_context(running_postgres()))
        migrate(url)
        [centre_port] = free_ports(1)
        environment = {
            "LINLI_DEMO": "1",
            "LINLI_DATA_DIR": str(folder),
            "LINLI_DATABASE_URL": url,
            "LINLI_REDIS_URL": settings.redis,
            "RQ_REDIS_URL": settings.redis,
            "LINLI_GATEWAY": "twilio",
            "LINLI_TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
            "LINLI_TWILIO_AUTH_TOKEN": "0" * 32,
            "LINLI_TWILIO_FROM": "+15005550006",
            "LINLI_TWILIO_API_URL": f"http://127.0.0.1:{centre_port}",
            "LINLI_PUBLIC_URL": "https://linli.example",
        }
        commands = {
            "redis": redis_command(settings.redis_port, folder),
            "centre": python("tests.chaos.message_centre", str(centre_port), str(folder / "sent.jsonl")),
            "worker": list(worker),
        }
        for name, command in commands.items():
            part = Part(name, command, environment, folder / f"{name}.log")
            part.start()
            stack.callback(part.kill)
            if name == "redis":
                _await_redis(settings.redis)
        _await_worker(settings.redis)
        yield settings, url, folder / "sent.jsonl"


def _await_redis(url: str) -> None:
    with Redis.from_url(url, retry=Retry(ConstantBackoff(0.05), 200, supported_errors=(ConnectionLost,))) as redis:
        redis.ping()


def _await_worker(url: str) -> None:
    with Redis.from_url(url) as redis:
        while not redis.scard("rq:workers"):
            time.sleep(0.1)


def _place(settings: Settings, url: str, rate: float, count: int, advance: Callable[[], None]) -> list[float]:
    """Place orders at the rate; when each was committed, in seconds of the clock."""
    sessions, queue = session_maker(url), JobQueue(settings.redis)
    community = add_community(sessions)
    for number in range(PROVIDERS):
        facts = {
            "opens": time_of_day(0),
            "closes": time_of_day(0),
            "orders_a_day": 1000,
            "skills": [SKILLS[number % len(SKILLS)]],
        }
        community.provider(f"第{number}家", f"138{number:08d}", **facts)
    committed: list[float] = []
    begun = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        now = utc_now()
        span = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(hours=20), "details": {"编号": f"第{number}件"}}
        with sessions() as session:
            event.listen(session, "after_commit", lambda _: committed.append(time.time()), once=True)
            place_order(session, queue, community.request(**span), now)
        advance()
    sessions.kw["bind"].dispose()
    return committed


def _took_ms(committed: list[float], sent: Path) -> dict[int, float]:
    """How long each order took that was handed over, by its number."""
    until = time.monotonic() + HANDED_OVER_WITHIN_S
    while True:
        lines = sent.read_text().splitlines() if sent.exists() else []
        documents = [json.loads(line) for line in lines]
        at = {int(found[1]): one["at"] for one in documents if (found := _NUMBER.search(one["body"]))}
        if len(at) == len(committed) or time.monotonic() > until:
            return {number: 1000 * (moment - committed[number]) for number, moment in at.items()}
        time.sleep(0.5)


def _summary(kind: str, worker: str, took_ms: dict[int, float], count: int) -> Latency:
    settled = [took for number, took in took_ms.items() if number >= count // LEFT_OUT]
    p50, p95 = np.percentile(settled, [50, 95]) if settled else (float("nan"),) * 2
    return Latency(kind, worker, count, count - len(took_ms), float(p50), float(p95), max(settled, default=float("nan")))
