"""The processes that belong to one data folder: begun as the service user, known again by their environment, ended together."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

import psutil

from linli.environment import environment_of
from linli.service_user import as_account, python_account
from models.settings import PROJECT, Settings

_STOPPED_WITHIN_S = 15.0


def supervisor_url(settings: Settings) -> str:
    """Where the supervisor of this data folder listens.

    Each of its processes has this address as `SUPERVISOR_SERVER_URL`, and is found by it also after the supervisor died.
    """
    return f"unix://{settings.data_dir}/run/supervisor.sock"


def launch(settings: Settings, module: str, *words: str) -> "subprocess.Popen[bytes]":
    """Run a module of ours with these settings, in a session of its own so that a Ctrl-C reaches only who started it."""
    account = python_account()
    environment = environment_of(settings) | {"SUPERVISOR_SERVER_URL": supervisor_url(settings)}
    if account:
        environment["HOME"] = str(settings.data_dir)
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=PROJECT,
        env=environment,
        umask=0o027,
        start_new_session=True,
        **as_account(account),
    )


def processes_of(settings: Settings) -> list[psutil.Process]:
    """Every live process that was started for this data folder."""
    url = supervisor_url(settings)
    return [
        process
        for process in psutil.process_iter(["environ", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE and (process.info["environ"] or {}).get("SUPERVISOR_SERVER_URL") == url
    ]


def end_processes(settings: Settings) -> None:
    """Stop every process of this data folder and wait until none is left; what does not stop is killed."""
    # More than once, for a supervisor may start one more while it is told to stop.
    while processes := processes_of(settings):
        _tell(processes, psutil.Process.terminate)
        _, stubborn = psutil.wait_procs(processes, timeout=_STOPPED_WITHIN_S)
        _tell(stubborn, psutil.Process.kill)
        psutil.wait_procs(stubborn, timeout=_STOPPED_WITHIN_S)


def _tell(processes: list[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            do(process)
