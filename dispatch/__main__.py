"""`python -m dispatch PART`: its help names the parts. Each logs to standard error."""

import gc

# What is imported stays. Looking through it for rubbish again and again takes a third of the time in which a program starts.
gc.disable()

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event

from dispatch.alarms.program import run_alarms
from dispatch.answers import act_on_kept_messages
from dispatch.audits import AuditRound
from dispatch.call_backs import call_back_round
from dispatch.care.rounds import care_round
from dispatch.devices.listening import run_device_watch
from dispatch.figures import keep_figures
from dispatch.gateways.health import adjust_gateways
from dispatch.outbound.rounds import outbound_round
from dispatch.planning.program import PlanRound, run_plans
from dispatch.providers.confirming import ask_for_confirmation
from dispatch.queue import JobQueue
from dispatch.recordings.retention import RetentionRound
from dispatch.recordings.sealing import seal_recordings
from dispatch.repeats.placing import place_repeats
from dispatch.supervision import supervise
from dispatch.sweep import run_sweep
from dispatch.watching import watch_orders
from dispatch.worker import run_worker
from exchange.log_files import bound_logs
from models.database import session_maker
from models.settings import Settings, SettingsError, load_settings


def main() -> None:
    """Run one part until SIGTERM or SIGINT."""
    gc.freeze()
    gc.enable()
    parser = argparse.ArgumentParser(prog="dispatch", description="派单 / dispatch")
    parser.add_argument(
        "part",
        choices=["worker", "sweep", "alarms", "devices", "plan"],
        help="任务、巡查、求助记录、看护设备、排班 / jobs, ask again for what was lost, alarms' record, watch the devices, plan",
    )
    part = parser.parse_args().part
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    if part == "worker":
        run_worker(settings.redis, session_maker(settings.database))
    elif part == "alarms":
        run_alarms(settings, _until_ended())
    elif part == "devices":
        _watch_devices(settings)
    elif part == "plan":
        run_plans(settings)
    else:
        _sweep(settings)


def _watch_devices(settings: Settings) -> None:
    stop, wake = Event(), Event()

    def end(*_: object) -> None:
        stop.set()
        wake.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    run_device_watch(settings, session_maker(settings.database), stop, wake)


def _sweep(settings: Settings) -> None:
    stop = _until_ended()
    sessions, queue = session_maker(settings.database), JobQueue(settings.redis)
    plan = PlanRound(settings, sessions, queue)
    also: list[Callable[[datetime], None]] = [
        partial(care_round, settings, sessions, queue),
        partial(outbound_round, settings, sessions, queue),
        partial(call_back_round, sessions),
        partial(place_repeats, settings, sessions, queue),
        partial(ask_for_confirmation, settings, sessions, queue),
        partial(supervise, settings, sessions),
        partial(adjust_gateways, settings, sessions),
        partial(watch_orders, settings, sessions, queue),
        partial(act_on_kept_messages, settings, sessions, queue),
        partial(keep_figures, settings, sessions),
        AuditRound(settings, sessions).audit_round,
        partial(seal_recordings, settings, sessions),
        RetentionRound(settings, sessions).delete_old_recordings,
        partial(bound_logs, settings.asterisk_dir / "log"),
        plan.plan_round,
    ]
    run_sweep(sessions, queue, settings.sweep_every_s, stop, also=also)
    plan.stop()


def _until_ended() -> Event:
    """What is set by SIGTERM and SIGINT."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    main()
