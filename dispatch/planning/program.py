"""Plans are made by a program of their own, which the sweep starts when one is due: solving takes a core for half a minute."""

import logging
import os
import subprocess
import sys
from datetime import datetime

from dispatch.planning.reading import days_due, orders_not_waiting
from dispatch.queue import Job, JobQueue
from dispatch.troubles import note_trouble
from models.base import utc_now
from models.database import SessionMaker, session_maker
from models.settings import Settings

log = logging.getLogger(__name__)

# Telephone calls come first on a machine that is busy.
_NICER_BY = 10


def run_plans(settings: Settings) -> None:
    """Make the plans that are due, and end."""
    from dispatch.planning.making import make_plans  # noqa: PLC0415 (the sweep never needs the solver)

    os.nice(_NICER_BY)
    make_plans(settings, session_maker(settings.database), JobQueue(settings.redis), utc_now)


class PlanFailed(Exception):
    """The program that makes plans ended with a fault, which its own log tells."""


class PlanRound:
    """The sweep's part in planning: has due plans made, one at a time, and asks for the offers that no plan will be made for."""

    def __init__(self, settings: Settings, sessions: SessionMaker, queue: JobQueue) -> None:
        self._settings, self._sessions, self._queue = settings, sessions, queue
        self._program: subprocess.Popen[bytes] | None = None

    def plan_round(self, now: datetime) -> None:
        """One round; a plan that was cut short is begun anew."""
        with self._sessions() as session:
            due = bool(days_due(session, self._settings, now))
            not_waiting = orders_not_waiting(session, self._settings, now)
        all(self._queue.nudge(Job.OFFER_ORDER, order_id) for order_id in not_waiting)
        if self._program and self._program.poll() is None:
            return
        if self._program and self._program.returncode:
            log.error("the plan ended with %s; it is tried again", self._program.returncode)
            note_trouble(self._sessions, "plan", 0, PlanFailed(), now)
        self._program = None
        if due:
            self._program = subprocess.Popen([sys.executable, "-m", "dispatch", "plan"], stdin=subprocess.DEVNULL)

    def stop(self) -> None:
        """End the program that runs; an unfinished plan is made anew when Linli runs again."""
        if self._program and self._program.poll() is None:
            self._program.terminate()
            self._program.wait()
