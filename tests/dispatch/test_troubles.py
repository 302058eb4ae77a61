from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from dispatch.placing import place_order
from dispatch.queue import JobQueue
from dispatch.sweep import run_sweep
from dispatch.troubles import QUIET_AFTER, end_quiet_troubles, note_trouble, see_to
from models.base import utc_now
from models.database import SessionMaker
from models.providers import Provider
from models.settings import Settings
from models.troubles import Trouble
from tests.dispatch.facts import NOW, Community
from tests.dispatch.servers import Program, RedisServer


def fault(words: str = "王奶奶说她摔倒了") -> BaseException:
    try:
        raise ValueError(words)
    except ValueError as error:
        return error


def only_trouble(sessions: SessionMaker) -> Trouble:
    with sessions() as session:
        return session.scalars(select(Trouble)).one()


def test_a_job_that_fails_again_is_counted_in_one_row(sessions: SessionMaker) -> None:
    for minute in range(3):
        note_trouble(sessions, "offer_order", 7, fault(), NOW + timedelta(minutes=minute))
    trouble = only_trouble(sessions)
    assert (trouble.times, trouble.first_at, trouble.last_at) == (3, NOW, NOW + timedelta(minutes=2))


def test_what_was_said_is_not_in_a_trouble(sessions: SessionMaker) -> None:
    note_trouble(sessions, "offer_order", 7, fault(), NOW)
    assert only_trouble(sessions).error.startswith("ValueError (test_troubles.py:")
    assert "王奶奶" not in only_trouble(sessions).error


def test_what_fails_no_more_ends_by_itself(sessions: SessionMaker) -> None:
    note_trouble(sessions, "send_message", 7, fault(), NOW)
    with sessions() as session:
        end_quiet_troubles(session, NOW + QUIET_AFTER)
        assert only_trouble(sessions).ended_at is None
        end_quiet_troubles(session, NOW + QUIET_AFTER + timedelta(seconds=1))
    assert only_trouble(sessions).ended_by == "dispatch"


def test_what_a_person_has_seen_to_opens_again_when_it_fails_again(sessions: SessionMaker) -> None:
    note_trouble(sessions, "send_message", 7, fault(), NOW)
    with sessions() as session:
        see_to(session, only_trouble(sessions).id, "li", NOW)
    assert only_trouble(sessions).ended_by == "li"
    note_trouble(sessions, "send_message", 7, fault(), NOW + timedelta(hours=1))
    trouble = only_trouble(sessions)
    assert (trouble.times, trouble.ended_at, trouble.ended_by) == (1, None, "")


def test_a_round_that_fails_is_a_trouble_and_stops_no_other(sessions: SessionMaker, queue: JobQueue) -> None:
    stop, made = Event(), []

    def failing_round(now: object) -> None:
        raise LookupError("never mind")

    def last_round(now: object) -> None:
        made.append(now)
        stop.set()

    run_sweep(sessions, queue, 0.01, stop, also=[failing_round, last_round])
    assert made
    trouble = only_trouble(sessions)
    assert (trouble.job, trouble.subject_id) == ("failing_round", 0)


def test_a_job_that_fails_in_a_real_worker_is_seen_by_a_person(
    sessions: SessionMaker,
    settings: Settings,
    community: Community,
    redis_server: RedisServer,
    programs: Callable[..., Program],
) -> None:
    """A provider whose hours cannot be read, as a faulty import might leave it."""
    redis_server.start()
    provider_id = community.provider("坏数据", "13800000001")
    with sessions() as session:
        session.get_one(Provider, provider_id).open_weekdays = None  # type: ignore[assignment]
        session.commit()
        worker = programs("worker")
        span = {"starts_at": utc_now(), "ends_at": utc_now() + timedelta(hours=3)}
        order = place_order(session, JobQueue(settings.redis), community.request(**span), utc_now())
    worker.await_line("exception raised")
    worker.stop()
    trouble = only_trouble(sessions)
    assert (trouble.job, trouble.subject_id, trouble.times) == ("offer_order", order.id, 1)
    assert pytest.approx(trouble.first_at.timestamp(), abs=60) == utc_now().timestamp()
