"""The real programs: `python -m dispatch worker` and `sweep`, with a real Redis that comes and goes."""

import signal
from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta
from time import monotonic, sleep

import psutil
import pytest
from sqlalchemy import select

from dispatch.answers import receive_message
from dispatch.placing import place_order
from dispatch.queue import JobQueue
from dispatch.sweep import sweep
from linli.probes import worker_is_registered
from models.base import utc_now
from models.database import SessionMaker
from models.messages import Direction, Message
from models.orders import Offer
from models.settings import Settings
from tests.dispatch.facts import Community, offers_of, order_now, story
from tests.dispatch.servers import Program, RedisServer

Programs = Callable[..., Program]


@pytest.fixture
def now_open(community: Community) -> Community:
    """Three providers who never close, whatever the time is now, and whom nobody has to ask whether their data are right."""
    asked_lately = utc_now().date()
    for number in range(1, 4):
        community.provider(f"第{number}家", f"1380000000{number}", opens=time(0), closes=time(0), confirmed_on=asked_lately)
    return community


@pytest.fixture
def place_now(sessions: SessionMaker, settings: Settings, now_open: Community) -> Callable[[], int]:
    """Place an order for the coming hours, by the real clock and the real queue."""
    queue = JobQueue(settings.redis)

    def place() -> int:
        span = {"starts_at": utc_now(), "ends_at": utc_now() + timedelta(hours=3)}
        with sessions() as session:
            return place_order(session, queue, now_open.request(**span), utc_now()).id

    return place


def test_an_order_is_offered_refused_offered_accepted_and_done(
    sessions: SessionMaker,
    settings: Settings,
    redis_server: RedisServer,
    programs: Programs,
    place_now: Callable[[], int],
) -> None:
    redis_server.start()
    worker = programs("worker", offer_timeout_s="4")
    order_id = place_now()
    queue = JobQueue(settings.redis)
    with sessions() as session:
        code = order_now(session, order_id).code

    def say(body: str, number: str) -> None:
        with sessions() as session:
            receive_message(session, queue, settings, number=number, body=body, gateway_ref=None, now=utc_now())

    worker.await_line("message 1 to 138.*sent")
    say(f"2 {code}", "13800000001")
    worker.await_line("offer 2$")
    worker.await_line("offer 2 expired")  # RQ's scheduler at work
    worker.await_line(r"to 138\*+0003: sent")  # what is only logged as offered may not be committed yet
    for body in (f"1 {code}", f"3 {code}", f"4 {code}"):
        say(body, "13800000003")
    assert story(sessions, order_id) == [
        *["placed", "offered", "refused", "offered", "expired", "offered"],
        *["offer_accepted", "accepted", "arrived", "completed"],
    ]
    assert worker.stop() == 0
    written = "".join(worker.lines)
    assert "13800000001" not in written
    assert "王奶奶" not in written
    assert "漏水" not in written


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_placed_while_redis_was_down_is_offered_once_when_it_is_back(
    sessions: SessionMaker, redis_server: RedisServer, programs: Programs, place_now: Callable[[], int]
) -> None:
    order_id = place_now()
    first = programs("worker")
    first.await_line("Redis cannot be reached")
    second = programs("worker", beside=first)
    sweeper = programs("sweep", sweep_every_s="0.3")
    sweeper.await_line("cannot be reached")
    redis_server.start()
    await_sent(first, 1)
    assert story(sessions, order_id) == ["placed", "offered"]
    assert len(offers_of(sessions, order_id)) == 1
    assert [program.stop() for program in (first, second, sweeper)] == [0, 0, 0]


def test_two_workers_and_two_sweeps_offer_and_send_everything_once(
    sessions: SessionMaker,
    settings: Settings,
    redis_server: RedisServer,
    programs: Programs,
    place_now: Callable[[], int],
) -> None:
    redis_server.start()
    first = programs("worker")
    second = programs("worker", beside=first)
    sweepers = [programs("sweep", sweep_every_s="0.1"), programs("sweep", sweep_every_s="0.1")]
    ids = [place_now() for _ in range(6)]
    redis_server.stop()
    ids += [place_now() for _ in range(2)]
    redis_server.start()
    queue = JobQueue(settings.redis)
    await_sent(first, len(ids))
    assert sweep(sessions, queue, utc_now())
    for program in (first, second, *sweepers):
        assert program.stop() == 0
    with sessions() as session:
        offered = Counter(session.scalars(select(Offer.order_id)))
        sent = session.scalars(select(Message).where(Message.direction == Direction.OUT, Message.offer_id.is_not(None))).all()
    assert offered == Counter(ids)
    assert len(sent) == len(ids)
    assert {message.attempts for message in sent} == {1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_is_known_to_a_redis_that_came_back_empty(
    settings: Settings, redis_server: RedisServer, programs: Programs
) -> None:
    redis_server.start()
    worker = programs("worker")
    worker.await_line("waits for jobs")
    redis_server.stop()
    worker.await_line("could not connect to Redis|Redis cannot be reached")
    redis_server.start()
    deadline = monotonic() + 60
    while not worker_is_registered(settings):
        assert monotonic() < deadline, "nobody knows of the worker"
        sleep(0.1)
    assert worker.stop() == 0


def await_sent(worker: Program, count: int) -> None:
    """Wait until so many messages are sent by the workers that share this one's log."""
    for _ in range(count):
        worker.await_line(r"message \d+ to .*: sent")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_stops_when_asked_with_and_without_redis(
    redis_server: RedisServer, programs: Programs, number: signal.Signals
) -> None:
    waiting = programs("worker")
    waiting.await_line("Redis cannot be reached")
    assert waiting.stop(number) == 0
    redis_server.start()
    idle = programs("worker")
    idle.await_line("waits for jobs")
    redis_server.stop()
    idle.await_line("could not connect to Redis|Redis cannot be reached")  # while it waits, or before it first does
    redis_server.start()
    assert idle.stop(number) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_wrong_settings_are_told_in_words(programs: Programs) -> None:
    program = programs("sweep", sweep_every_s="-1")
    program.await_line("sweep_every_s")
    assert program.process.wait(60) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_that_is_killed_leaves_no_scheduler_behind_that_holds_its_connections(
    redis_server: RedisServer, programs: Programs
) -> None:
    redis_server.start()
    worker = programs("worker")
    worker.await_line("waits for jobs")
    until = monotonic() + 60
    while not (schedulers := psutil.Process(worker.process.pid).children()):
        assert monotonic() < until
        sleep(0.05)
    worker.process.kill()
    _, left = psutil.wait_procs(schedulers, timeout=60)
    assert left == []
