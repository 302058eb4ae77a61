"""督办: what is late is raised once, and ends when it is mended."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dispatch.complaints import raise_complaint
from dispatch.follow_ups.asking import after_completion
from dispatch.offers import lock_order
from dispatch.supervision import end_supervision, supervise
from models.database import SessionMaker
from models.follow_ups import Supervision
from models.orders import OrderStatus
from models.providers import Provider
from models.services import Service
from models.settings import Settings
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Clock, Community

_S = OrderStatus
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def order_id(place: Callable[..., int]) -> int:
    return place()


@pytest.fixture
def at(sessions: SessionMaker, settings: Settings) -> Callable[[datetime], list[str]]:
    """Supervise at a moment; what stands as late then."""

    def look(now: datetime) -> list[str]:
        supervise(settings, sessions, now)
        with sessions() as session:
            return [one.kind.value for one in session.scalars(select(Supervision).where(Supervision.ended_at.is_(None)))]

    return look


@pytest.fixture
def move(sessions: SessionMaker, order_id: int, community: Community) -> Callable[..., None]:
    """Bring the order on, each step at a moment; whoever accepts is one provider."""
    provider_id = community.provider("桂花水电", "13900000001")

    def steps(now: datetime, *statuses: OrderStatus) -> None:
        with sessions() as session:
            order = lock_order(session, order_id)
            for status in statuses:
                order.move(status, now, "provider")
                order.provider_id = None if status is _S.PLACED else provider_id
            session.commit()

    return steps


def raised(sessions: SessionMaker) -> list[tuple[str, bool]]:
    with sessions() as session:
        return [(one.kind.value, one.ended_at is None) for one in session.scalars(select(Supervision).order_by(Supervision.id))]


def test_what_nobody_accepts_in_a_quarter_of_an_hour_is_raised_once_and_ends_by_itself(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    assert at(NOW + 14 * MINUTE) == []
    assert at(NOW + 15 * MINUTE) == ["not_accepted"]
    assert at(NOW + 16 * MINUTE) == ["not_accepted"]
    move(NOW + 17 * MINUTE, _S.OFFERED, _S.ACCEPTED)
    assert at(NOW + 17 * MINUTE) == []
    assert raised(sessions) == [("not_accepted", False)]
    with sessions() as session:
        assert session.scalars(select(Supervision.ended_by)).one() == "dispatch"


def test_what_is_given_back_is_given_its_time_anew(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    at(NOW + 15 * MINUTE)
    move(NOW + 20 * MINUTE, _S.OFFERED, _S.ACCEPTED, _S.PLACED)
    assert at(NOW + 21 * MINUTE) == []
    assert at(NOW + 35 * MINUTE) == ["not_accepted"]
    assert raised(sessions) == [("not_accepted", False), ("not_accepted", True)]


def test_what_a_person_has_seen_to_is_not_raised_again(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]]
) -> None:
    at(NOW + 15 * MINUTE)
    with sessions() as session:
        [one] = session.scalars(select(Supervision.id))
        assert end_supervision(session, one, "banzhang", "打电话给了三家", NOW + 16 * MINUTE)
        assert not end_supervision(session, one + 1, "banzhang", "", NOW)
    assert at(NOW + 2 * DAY) == []


def test_who_does_not_come_is_late_and_loses_credit_once(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    move(NOW, _S.OFFERED, _S.ACCEPTED)
    assert at(TOMORROW_AT_NINE + 14 * MINUTE) == []
    assert at(TOMORROW_AT_NINE + 15 * MINUTE) == ["not_arrived"]
    at(TOMORROW_AT_NINE + 16 * MINUTE)
    with sessions() as session:
        assert session.scalars(select(Provider.credit)).one() == 77
    move(TOMORROW_AT_NINE + 17 * MINUTE, _S.ARRIVED)
    assert at(TOMORROW_AT_NINE + 18 * MINUTE) == []


def test_in_a_long_span_nobody_is_late_before_its_end(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    move(NOW, _S.OFFERED, _S.ACCEPTED)
    with sessions() as session:
        lock_order(session, order_id).ends_at = TOMORROW_AT_NINE + timedelta(hours=3)
        session.commit()
    assert at(TOMORROW_AT_NINE + timedelta(hours=3)) == []
    assert at(TOMORROW_AT_NINE + timedelta(hours=3, minutes=15)) == ["not_arrived"]


def test_an_agreed_moment_is_what_counts(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    move(NOW, _S.OFFERED, _S.ACCEPTED)
    with sessions() as session:
        lock_order(session, order_id).visit_at = TOMORROW_AT_NINE + 30 * MINUTE
        session.commit()
    assert at(TOMORROW_AT_NINE + 44 * MINUTE) == []
    assert at(TOMORROW_AT_NINE + 45 * MINUTE) == ["not_arrived"]


def test_who_does_not_finish_is_late_after_the_usual_length_and_an_hour(
    at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    move(TOMORROW_AT_NINE, _S.OFFERED, _S.ACCEPTED, _S.ARRIVED)
    assert at(TOMORROW_AT_NINE + 119 * MINUTE) == []
    assert at(TOMORROW_AT_NINE + 120 * MINUTE) == ["not_completed"]


def test_who_is_not_followed_up_within_a_day_is_raised(
    sessions: SessionMaker, settings: Settings, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    move(TOMORROW_AT_NINE, _S.OFFERED, _S.ACCEPTED, _S.ARRIVED, _S.COMPLETED)
    with sessions() as session:
        after_completion(session, settings, lock_order(session, order_id), TOMORROW_AT_NINE)
        session.commit()
    assert at(TOMORROW_AT_NINE + DAY - MINUTE) == []
    assert at(TOMORROW_AT_NINE + DAY) == ["not_followed_up"]


def test_a_complaint_that_nobody_has_looked_at_for_a_day_is_raised(
    sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]], move: Callable[..., None]
) -> None:
    move(TOMORROW_AT_NINE, _S.OFFERED, _S.ACCEPTED, _S.ARRIVED, _S.COMPLETED)
    with sessions() as session:
        raise_complaint(session, lock_order(session, order_id), "没修好", TOMORROW_AT_NINE, by="wang")
        session.commit()
    assert at(TOMORROW_AT_NINE + DAY) == ["not_looked_at"]


def test_planned_work_is_not_late_before_its_plan(
    sessions: SessionMaker, clock: Clock, place: Callable[..., int], at: Callable[[datetime], list[str]]
) -> None:
    with sessions() as session:
        for service in session.scalars(select(Service)):
            service.planned = True
        session.commit()
    place(starts_at=TOMORROW_AT_NINE, ends_at=TOMORROW_AT_NINE + timedelta(hours=1))
    four_o_clock = NOW + timedelta(hours=6)
    assert at(four_o_clock) == []
    assert at(four_o_clock + 21 * MINUTE) == ["not_accepted"]


def test_what_is_cancelled_is_late_no_more(sessions: SessionMaker, order_id: int, at: Callable[[datetime], list[str]]) -> None:
    at(NOW + 15 * MINUTE)
    with sessions() as session:
        lock_order(session, order_id).move(_S.CANCELLED, NOW + 16 * MINUTE, "resident")
        session.commit()
    assert at(NOW + 17 * MINUTE) == []


def test_what_can_wait_is_not_late_at_night(clock: Clock, place: Callable[..., int], at: Callable[[datetime], list[str]]) -> None:
    clock.advance(12 * 3600)  # ten in the evening
    place(starts_at=TOMORROW_AT_NINE + DAY, ends_at=TOMORROW_AT_NINE + DAY + timedelta(hours=1))
    seven = NOW + timedelta(hours=21)
    assert at(seven + 14 * MINUTE) == []
    assert at(seven + 15 * MINUTE) == ["not_accepted"]
