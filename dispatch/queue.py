"""The queue of jobs, on RQ: a nudge to look again, never the truth."""

import logging
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError, InvalidJobOperation
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "linli"
# A caller waits no longer than about this for a Redis that is not there.
_CONNECT_TIMEOUT_S = 1.0
_REPLY_TIMEOUT_S = 0.5
# A job that no worker began is forgotten after this long: the sweep has asked again by then.
_FORGOTTEN_AFTER_S = 120
_JOB_TIMEOUT_S = 60


class Job(StrEnum):
    """What can be asked of a worker, each by the name of its function in dispatch.jobs."""

    OFFER_ORDER = "dispatch.jobs.offer_order"
    EXPIRE_OFFER = "dispatch.jobs.expire_offer"
    SEND_MESSAGE = "dispatch.jobs.send_message"
    CALL_RESIDENT = "dispatch.jobs.call_resident"
    PLACE_CALL = "dispatch.jobs.place_call"


class JobQueue:
    """Where jobs are asked for. Nothing is connected before the first nudge; threads may share one."""

    def __init__(self, redis_url: str) -> None:
        connection = Redis.from_url(
            redis_url,
            socket_connect_timeout=_CONNECT_TIMEOUT_S,
            socket_timeout=_REPLY_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._queue = open_queue(connection)

    def nudge(self, job: Job, *ids: int, delay_s: float = 0) -> bool:
        """Ask for `job` with `ids`, after `delay_s` seconds; call it only after the commit that it is to see.

        A nudge for what already waits to begin is dropped, for that job will see the commit too. False if Redis cannot be
        reached: that is logged and nothing is raised, because the sweep asks again for whatever is overdue.
        """
        name = "-".join([job.name.lower(), *map(str, ids)])
        try:
            try:
                self._put(job, ids, delay_s, name)
            except DuplicateJobError:
                # One that has begun may have looked before our commit: ask once more, under a name of its own.
                if not self._still_waits(name, scheduled_counts=delay_s > 0):
                    self._put(job, ids, delay_s, None)
        except RedisError as error:
            log.warning("%s: the queue cannot be reached (%s); the sweep will ask again", name, type(error).__name__)
            return False
        return True

    def _put(self, job: Job, ids: tuple[int, ...], delay_s: float, name: str | None) -> None:
        # RQ counts in whole seconds, cut off: one more, so that a job never comes early.
        when = datetime.now(UTC) + timedelta(seconds=delay_s + 1)
        ttl = int(delay_s) + _FORGOTTEN_AFTER_S
        if delay_s:
            self._queue.enqueue_at(
                when, job.value, *ids, job_id=name, unique=name is not None, ttl=ttl, result_ttl=0, failure_ttl=ttl
            )
        else:
            self._queue.enqueue(job.value, *ids, job_id=name, unique=name is not None, ttl=ttl, result_ttl=0, failure_ttl=ttl)

    def _still_waits(self, name: str, scheduled_counts: bool) -> bool:
        known = QueuedJob(name, connection=self._queue.connection, serializer=JSONSerializer)
        try:
            status = known.get_status()
        except InvalidJobOperation:  # it ended meanwhile
            return False
        return status == JobStatus.QUEUED or (scheduled_counts and status == JobStatus.SCHEDULED)


def open_queue(connection: Redis) -> Queue:
    """RQ's own queue on `connection`; jobs are kept as JSON, so that what is read from Redis is never unpickled."""
    return Queue(QUEUE, connection=connection, default_timeout=_JOB_TIMEOUT_S, serializer=JSONSerializer)
