"""Adding, pausing and ending a repeating order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from dispatch.queue import JobQueue
from dispatch.repeats.changing import (
    Left,
    RepeatRefused,
    RepeatRequest,
    add_repeat,
    change_repeat,
    end_repeat,
    pause_repeat,
    resume_repeat,
)
from dispatch.repeats.days import next_days
from dispatch.repeats.placing import place_repeats
from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.repeats import Repeat
from models.services import Service
from models.settings import Settings
from tests.dispatch.facts import NOW, Community, messages_to
from tests.dispatch.repeats.conftest import Repeats

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def request_for(community: Community) -> RepeatRequest:
    return RepeatRequest(community.resident_id, community.repair_id, frozenset({1}), time(9), time(10), TODAY)


@pytest.fixture
def placed(settings: Settings, sessions: SessionMaker, queue: JobQueue, repeat: Repeats, community: Community) -> int:
    """A repeat whose order for tomorrow has been placed."""
    community.provider("老张水电", "13700000001")
    one = repeat(first_on=TOMORROW)
    place_repeats(settings, sessions, queue, NOW)
    return one


def status(sessions: SessionMaker) -> list[OrderStatus]:
    with sessions() as session:
        return list(session.scalars(select(Order.status)))


def test_a_repeat_is_written_down(sessions: SessionMaker, request_for: RepeatRequest) -> None:
    with sessions.begin() as session:
        repeat = add_repeat(session, request_for, NOW)
        assert (repeat.weekdays, repeat.details, repeat.placed_at) == ([1], {}, NOW)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"service_id": 99}, "选一项服务"),
        ({"resident_id": 99}, "选一项服务"),
        ({"provider_id": 99}, "不做这项服务"),
        ({"weekdays": frozenset()}, "星期几"),
        ({"weekdays": frozenset({7})}, "星期几"),
        ({"ends": time(9)}, "结束要晚于开始"),
        ({"last_on": TODAY - timedelta(days=1)}, "最后一天"),
    ],
)
def test_what_cannot_be_is_refused(
    sessions: SessionMaker, request_for: RepeatRequest, wrong: dict[str, object], why: str
) -> None:
    with sessions() as session, pytest.raises(RepeatRefused, match=why):
        add_repeat(session, replace(request_for, **wrong), NOW)  # type: ignore[arg-type]


def test_a_provider_that_does_something_else_is_refused(
    sessions: SessionMaker, community: Community, request_for: RepeatRequest
) -> None:
    barber = community.provider("小李理发", "13700000009", skills=["haircut"])
    with sessions() as session, pytest.raises(RepeatRefused, match="不做这项服务"):
        add_repeat(session, replace(request_for, provider_id=barber), NOW)


@pytest.mark.parametrize(
    ("kind", "answer", "details"),
    [
        ("count", " 2 ", {"份": 2}),
        ("count", "０", None),
        ("count", "两", None),
        ("words", " 米 ", {"份": "米"}),
        ("words", " ", None),
    ],
)
def test_the_services_question_is_answered_once_for_all_days(
    sessions: SessionMaker, request_for: RepeatRequest, kind: str, answer: str, details: dict[str, str | int] | None
) -> None:
    with sessions() as session:
        session.get_one(Service, request_for.service_id).question = {"kind": kind, "about": "份"}
        asked = replace(request_for, answer=answer)
        if details is None:
            with pytest.raises(RepeatRefused, match="请写"):
                add_repeat(session, asked, NOW)
        else:
            assert add_repeat(session, asked, NOW).details == details


def test_a_pause_cancels_what_is_placed_of_its_days_and_tells_who_was_asked(
    settings: Settings, sessions: SessionMaker, queue: JobQueue, placed: int, work_off: Callable[[], list[str]]
) -> None:
    work_off()
    with sessions() as session:
        left = pause_repeat(session, queue, session.get_one(Repeat, placed), (TOMORROW, None), NOW, by="chen")
    assert status(sessions) == [OrderStatus.CANCELLED]
    assert "已取消" in messages_to(sessions, "13700000001")[-1]
    assert (len(left.cancelled), left.too_late) == (1, [])
    place_repeats(settings, sessions, queue, NOW + timedelta(days=1))
    assert status(sessions) == [OrderStatus.CANCELLED]


def test_a_pause_later_on_cancels_nothing(sessions: SessionMaker, queue: JobQueue, placed: int) -> None:
    with sessions() as session:
        days = (TOMORROW + timedelta(days=1), TOMORROW + timedelta(days=5))
        assert pause_repeat(session, queue, session.get_one(Repeat, placed), days, NOW, by="chen") == Left()
    assert status(sessions) == [OrderStatus.PLACED]


def test_a_pause_that_ends_before_it_begins_is_refused(sessions: SessionMaker, queue: JobQueue, placed: int) -> None:
    with sessions() as session, pytest.raises(RepeatRefused, match="最后一天"):
        pause_repeat(session, queue, session.get_one(Repeat, placed), (TOMORROW, TODAY), NOW, by="chen")


@pytest.mark.parametrize(
    ("hours", "paused_from", "first"),
    [
        (0, TODAY - timedelta(days=3), TODAY),  # ten o'clock: today's noon is still to come
        (4, TODAY - timedelta(days=3), TOMORROW),
        (4, TODAY, TOMORROW),
        (0, TODAY, TODAY),
        (0, TOMORROW, TODAY),
    ],
)
def test_it_goes_on_with_the_next_time_that_is_to_come(
    settings: Settings, sessions: SessionMaker, repeat: Repeats, hours: int, paused_from: date, first: date
) -> None:
    paused = repeat(first_on=TODAY - timedelta(days=9), paused_from=paused_from)
    with sessions() as session:
        one = session.get_one(Repeat, paused)
        resume_repeat(session, settings, one, NOW + timedelta(hours=hours))
        assert next(next_days(one, TODAY, "")) == first


def test_ending_cancels_what_has_not_begun(settings: Settings, sessions: SessionMaker, queue: JobQueue, placed: int) -> None:
    with sessions() as session:
        one = session.get_one(Repeat, placed)
        assert len(end_repeat(session, queue, one, NOW, by="chen").cancelled) == 1
        assert end_repeat(session, queue, one, NOW + timedelta(hours=1), by="chen") == Left()
        assert one.ended_at == NOW
    place_repeats(settings, sessions, queue, NOW)
    assert status(sessions) == [OrderStatus.CANCELLED]


def test_somebody_who_is_on_the_way_is_not_called_back(sessions: SessionMaker, queue: JobQueue, placed: int) -> None:
    with sessions() as session:
        session.scalars(select(Order)).one().status = OrderStatus.ON_THE_WAY
        session.commit()
        assert end_repeat(session, queue, session.get_one(Repeat, placed), NOW, by="chen") == Left()
    assert status(sessions) == [OrderStatus.ON_THE_WAY]


def test_what_is_changed_changes_the_orders_that_are_placed(
    settings: Settings, sessions: SessionMaker, queue: JobQueue, placed: int, request_for: RepeatRequest
) -> None:
    daily = replace(request_for, weekdays=frozenset(range(7)), starts=time(17), ends=time(18), first_on=TOMORROW)
    about = {"now": NOW, "operator": "chen"}
    with sessions() as session:
        left = change_repeat(session, queue, settings, session.get_one(Repeat, placed), request=daily, **about)  # type: ignore[arg-type]
        order = session.scalars(select(Order)).one()
        assert left == Left(changed=[order.code])
        assert (order.starts_at - NOW, order.when_words) == (timedelta(hours=31), "11月23日，周一，17:00到18:00")
        session.rollback()
        tuesdays = replace(daily, weekdays=frozenset({1}))
        left = change_repeat(session, queue, settings, session.get_one(Repeat, placed), request=tuesdays, **about)  # type: ignore[arg-type]
        assert left == Left(cancelled=[order.code])
        other = replace(tuesdays, service_id=99)
        with pytest.raises(RepeatRefused, match="服务不能改"):
            change_repeat(session, queue, settings, session.get_one(Repeat, placed), request=other, **about)  # type: ignore[arg-type]
