"""`python -m dispatch worker` runs jobs; `python -m dispatch sweep` asks again for what was lost. Both log to standard error."""

import argparse
import logging
import signal
import sys
from functools import partial
from threading import Event

from dispatch.care.rounds import care_round
from dispatch.queue import JobQueue
from dispatch.sweep import run_sweep
from dispatch.worker import run_worker
from models.database import session_maker
from models.settings import Settings, SettingsError, load_settings


def main() -> None:
    """Run one part until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="dispatch", description="派单 / dispatch")
    parser.add_argument(
        "part", choices=["worker", "sweep"], help="执行任务，或巡查遗漏 / run jobs, or ask again for what was lost"
    )
    part = parser.parse_args().part
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    if part == "worker":
        run_worker(settings.redis)
    else:
        _sweep(settings)


def _sweep(settings: Settings) -> None:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sessions, queue = session_maker(settings.database), JobQueue(settings.redis)
    care = partial(care_round, settings, sessions, queue)
    run_sweep(sessions, queue, settings.sweep_every_s, stop, also=[care])


if __name__ == "__main__":
    main()
