"""How the console sees whether a part of Linli does its work; nothing is asked that the part would log."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Error, ServerProxy

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Worker
from supervisor.xmlrpc import SupervisorTransport

from exchange.ami import AsteriskManager
from models.base import utc_now
from models.settings import Settings
from operator_console.part_watch import Probe

PATIENCE_S = 1.0
# Workers say that they live at least every 15 s (dispatch/worker.py).
WORKER_LIVES_FOR = timedelta(seconds=60)
_LISTENING = "0A"  # in the kernel's table of sockets
_SUPERVISED = ("alarms", "sweep", "devices")  # these listen nowhere
SUPERVISED_BY = "SUPERVISOR_SERVER_URL"  # supervisord tells it to whatever it starts
_RUNS = ("RUNNING", "STARTING")


def probes_of(settings: Settings, manager: AsteriskManager) -> Mapping[str, Probe]:
    """A probe for each part, in the order in which their silence matters."""
    redis = Redis.from_url(
        settings.redis, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S, retry=Retry(NoBackoff(), 0)
    )
    return {
        "asterisk": manager.connected,
        "ivr": lambda: listens(settings.agi_port) and listens(settings.media_port),
        "redis": lambda: answers(redis),
        "workers": lambda: has_workers(redis),
        **{name: _supervised(name) for name in _SUPERVISED},
    }


def listens(port: int, table: Path = Path("/proc/net/tcp")) -> bool:
    """Whether a program of this machine listens on this TCP port; it is not connected to, which it would log."""
    rows = (line.split() for line in table.read_text().splitlines()[1:])
    return any(row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port for row in rows)


def answers(redis: Redis) -> bool:
    """Whether Redis answers."""
    try:
        return bool(redis.ping())
    except RedisError:
        return False


def has_workers(redis: Redis) -> bool | None:
    """Whether any worker lives; None while Redis, by which it is known, does not answer."""
    since = utc_now() - WORKER_LIVES_FOR
    try:
        return any(worker.last_heartbeat and worker.last_heartbeat > since for worker in Worker.all(redis))
    except RedisError:
        return None


def _supervised(name: str) -> Callable[[], bool | None]:
    """Whether the supervisor, which started us too, has this program running; None where there is no supervisor."""
    url = os.environ.get(SUPERVISED_BY, "")

    def runs() -> bool | None:
        if not url:
            return None
        try:
            with ServerProxy("http://supervisor", transport=SupervisorTransport(None, None, serverurl=url)) as supervisor:
                info: Any = supervisor.supervisor.getProcessInfo(name)
                return info["statename"] in _RUNS
        except (Error, HTTPException, OSError):
            return None

    return runs
