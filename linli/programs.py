"""The programs that Linli is made of when it runs: how each is started, and how one sees that it does its work."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agi_scripts.asterisk.program import asterisk_command
from linli import probes
from models.settings import Settings

# Debian's redis-tools holds the server under this name; the program is whichever it is called as.
_DEBIANS_REDIS = Path("/usr/bin/redis-check-rdb")


@dataclass(frozen=True)
class Program:
    """One part of Linli: the argv that runs it in the foreground, its probe, and the parts that must be ready before it starts.

    `is_ours` tells our own Python from Asterisk and Redis, which never run as root.
    """

    name: str
    title: str
    command: Callable[[Settings], list[str]]
    is_ready: Callable[[Settings], bool]
    needs: tuple[str, ...] = ()
    is_ours: bool = True
    ready_within_s: float = 60.0


def redis_command(settings: Settings) -> list[str]:
    """The private Redis keeps nothing on disk: the database is the truth, and the sweep repeats what a lost queue held."""
    port = ["--bind", "127.0.0.1", "--port", str(settings.redis_port)]
    # Its process title would be written over the environment, by which Linli knows its processes again.
    options = [*port, "--save", "", "--appendonly", "no", "--set-proc-title", "no"]
    if _DEBIANS_REDIS.is_file():
        return ["/bin/bash", "-c", 'exec -a redis-server "$0" "$@"', str(_DEBIANS_REDIS), *options]
    return [shutil.which("redis-server") or "redis-server", *options]


def _python(*words: str) -> Callable[[Settings], list[str]]:
    return lambda settings: [sys.executable, "-m", *words]


PROGRAMS = (
    Program("redis", "任务队列 / job queue", redis_command, probes.redis_answers, is_ours=False),
    Program("asterisk", "电话交换机 / telephone exchange", asterisk_command, probes.asterisk_answers, is_ours=False),
    Program("ivr", "通话与语音 / calls and speech", _python("agi_scripts"), probes.ivr_listens, ready_within_s=90.0),
    Program("worker", "派单 / dispatch", _python("dispatch", "worker"), probes.worker_is_registered, needs=("redis",)),
    # A second one, so that a gateway that lets one wait holds up no order; at 20 orders a second one alone does not keep up.
    Program(
        "worker2",
        "派单（二）/ dispatch, the second",
        _python("dispatch", "worker"),
        probes.worker_is_registered,
        needs=("redis",),
    ),
    Program("sweep", "巡查 / sweep", _python("dispatch", "sweep"), probes.sweep_runs),
    Program("alarms", "求助记录 / alarms' record", _python("dispatch", "alarms"), probes.alarms_are_written),
    Program("devices", "看护设备 / watch over the devices", _python("dispatch", "devices"), probes.device_watch_runs),
    Program("console", "控制台 / console", _python("operator_console"), probes.console_answers),
)


def programs_for(settings: Settings) -> list[Program]:
    """The programs that run under these settings: no Redis of our own where the site names one."""
    return [program for program in PROGRAMS if program.name != "redis" or not settings.redis_url]
