"""A worker: RQ's own, with its scheduler, that outlives a Redis that goes away."""

import ctypes
import logging
import os
import signal
from collections.abc import Callable
from threading import Event
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job as QueuedJob
from rq.serializers import JSONSerializer

from dispatch import jobs  # noqa: F401  (imported now, so that no job pays for it)
from dispatch.queue import open_queue
from dispatch.troubles import note_trouble
from models.base import utc_now
from models.database import SessionMaker

log = logging.getLogger(__name__)

_CONNECT_TIMEOUT_S = 5
_TRY_AGAIN_AFTER_S = 1.0
# RQ looks after its scheduler, which dies with Redis, no more often than this; and waits for a job in stretches of 15 s.
_MAINTENANCE_S = 15
_WORKER_TTL_S = 30
_PR_SET_PDEATHSIG = 1  # prctl(2)


class _Worker(SimpleWorker):
    """RQ's worker that tells a stop that was asked for from one that befell it.

    It runs jobs in its own process: they are short, RQ bounds them by SIGALRM, and a fork and a new database connection
    for each would take many times longer than the job.
    """

    max_connection_wait_time = 5.0
    asked_to_stop: Event

    def bootstrap(self, *settings: Any, **more: Any) -> None:
        """Register, and say so."""
        super().bootstrap(*settings, **more)
        log.info("worker %s waits for jobs", self.name)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that we live; to a Redis that has come back empty also who we are, or nobody would know of us any more."""
        if not self.connection.hexists(self.key, "birth"):
            self.connection.delete(self.key)
            self.register_birth()  # type: ignore[no-untyped-call]
        super().heartbeat(timeout, pipeline)

    def handle_warm_shutdown_request(self) -> None:
        """Remember that we were asked to stop."""
        self.asked_to_stop.set()
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()  # type: ignore[no-untyped-call]
        if self.asked_to_stop.is_set():  # the signal came while the worker was being made
            self._stop_requested = True


def run_worker(redis_url: str, sessions: SessionMaker) -> None:
    """Work until SIGTERM or SIGINT; a job that is running then is finished first. Redis is waited for, however often it goes.

    Jobs that fail are counted in the database (dispatch.troubles): the sweep has them tried again, and a person sees them.
    """

    def note(job: QueuedJob, _kind: object, fault: BaseException, _trace: object) -> None:
        name = str(job.func_name).rpartition(".")[2]
        note_trouble(sessions, name, int(job.args[0]) if job.args else 0, fault, utc_now())

    os.register_at_fork(after_in_child=_die_with_the_worker)
    asked_to_stop = Event()
    is_lost = False
    try:
        while not asked_to_stop.is_set():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: asked_to_stop.set())
            try:
                _work(redis_url, asked_to_stop, note)
                is_lost = False
            except RedisError as error:
                level = logging.DEBUG if is_lost else logging.WARNING
                log.log(level, "Redis cannot be reached (%s); waiting for it", type(error).__name__)
                is_lost = True
            asked_to_stop.wait(_TRY_AGAIN_AFTER_S)  # also where RQ gave up by itself and said so in the log
    except StopRequested:  # RQ's signal handler outlasts its worker
        pass
    log.info("the worker has stopped")


def _die_with_the_worker() -> None:
    """In RQ's scheduler, a fork of the worker: it has the worker's connections to the database.

    Outliving a worker that was killed, it would keep them open, and with them the locks of whatever job was cut short.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _work(redis_url: str, asked_to_stop: Event, note: Callable[..., None]) -> None:
    retry: Any = Retry(NoBackoff(), 0)
    connection = Redis.from_url(redis_url, socket_connect_timeout=_CONNECT_TIMEOUT_S, retry=retry)
    worker = _Worker(
        [open_queue(connection)],
        connection=connection,
        serializer=JSONSerializer,
        maintenance_interval=_MAINTENANCE_S,
        worker_ttl=_WORKER_TTL_S,
        exception_handlers=[note],
    )
    worker.asked_to_stop = asked_to_stop
    try:
        worker.work(with_scheduler=True, logging_level="WARNING")  # RQ tells of its housekeeping four times a minute
    finally:
        if worker.pubsub_thread:  # RQ leaves it running when it cannot say goodbye to Redis
            worker.pubsub_thread.stop()
