import logging
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from dispatch import jobs
from dispatch.queue import Job, JobQueue, open_queue
from tests.dispatch.servers import RedisServer


def test_every_job_that_can_be_asked_for_is_there_to_be_run() -> None:
    defined = {
        f"{jobs.__name__}.{name}"
        for name, thing in vars(jobs).items()
        if callable(thing) and getattr(thing, "__module__", "") == jobs.__name__ and not name.startswith("_")
    }
    assert {job.value for job in Job} == defined


def test_doubles_that_wait_become_one(queue: JobQueue, redis: Redis) -> None:
    for _ in range(3):
        assert queue.nudge(Job.OFFER_ORDER, 7)
    assert queue.nudge(Job.OFFER_ORDER, 8)
    assert open_queue(redis).get_job_ids() == ["offer_order-7", "offer_order-8"]


@pytest.mark.parametrize("status", [JobStatus.STARTED, JobStatus.FAILED, JobStatus.FINISHED])
def test_what_has_begun_may_have_looked_too_early_and_is_asked_once_more(
    queue: JobQueue, redis: Redis, status: JobStatus
) -> None:
    queue.nudge(Job.OFFER_ORDER, 7)
    assert open_queue(redis).pop_job_id() == "offer_order-7"
    QueuedJob.fetch("offer_order-7", redis, JSONSerializer).set_status(status)
    queue.nudge(Job.OFFER_ORDER, 7)
    [again] = open_queue(redis).get_job_ids()
    assert QueuedJob.fetch(again, redis, JSONSerializer).args == [7]


def test_a_delayed_job_does_not_keep_an_immediate_one_away(
    queue: JobQueue, redis: Redis, scheduled: Callable[[], list[str]]
) -> None:
    for _ in range(2):
        queue.nudge(Job.EXPIRE_OFFER, 7, delay_s=60)
    assert scheduled() == ["expire_offer-7"]
    queue.nudge(Job.EXPIRE_OFFER, 7)
    assert len(open_queue(redis)) == 1


def test_a_delayed_job_comes_late_rather_than_early(queue: JobQueue, redis: Redis) -> None:
    asked_at = time.time()
    queue.nudge(Job.EXPIRE_OFFER, 7, delay_s=60)
    due = redis.zscore("rq:scheduled:linli", "expire_offer-7")
    assert isinstance(due, float)
    assert asked_at + 60 <= due <= asked_at + 63


def test_jobs_are_kept_as_json_and_forgotten_when_nobody_comes(queue: JobQueue, redis: Redis) -> None:
    import json
    import zlib

    queue.nudge(Job.SEND_MESSAGE, 7)
    data = redis.hget("rq:job:send_message-7", "data")
    assert isinstance(data, bytes)
    assert json.loads(zlib.decompress(data)) == ["dispatch.jobs.send_message", None, [7], {}]
    ttl = redis.ttl("rq:job:send_message-7")
    assert isinstance(ttl, int)
    assert 0 < ttl <= 120


def test_the_queue_finds_a_redis_that_comes_back(redis_server: RedisServer) -> None:
    queue = JobQueue(redis_server.url)
    assert not queue.nudge(Job.OFFER_ORDER, 1)
    for _ in range(2):
        redis_server.start()
        assert queue.nudge(Job.OFFER_ORDER, 1)
        redis_server.stop()
        assert not queue.nudge(Job.OFFER_ORDER, 1)


@pytest.fixture
def mute_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_redis_that_never_answers_costs_no_more_than_a_moment(mute_server: int, caplog: pytest.LogCaptureFixture) -> None:
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert not JobQueue(f"redis://127.0.0.1:{mute_server}/0").nudge(Job.OFFER_ORDER, 1)
    assert time.monotonic() - started < 5
    assert "offer_order-1" in caplog.text
