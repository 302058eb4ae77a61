"""The orders that come of a repeating order: ahead, once, and never again once they were cancelled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from dispatch.placing import cancel_order
from dispatch.queue import JobQueue
from dispatch.repeats.placing import place_repeats
from models.care_calls import CarePlan
from models.database import SessionMaker
from models.orders import Offer, Order, OrderStatus
from models.providers import Wish, WishKind
from models.services import Service
from models.settings import Settings
from models.troubles import Trouble
from tests.dispatch.facts import NOW, Clock, Community
from tests.dispatch.repeats.conftest import Repeats

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
Round = Callable[[], None]


@pytest.fixture
def make_round(settings: Settings, sessions: SessionMaker, queue: JobQueue, clock: Clock) -> Round:
    return lambda: place_repeats(settings, sessions, queue, clock())


def days(sessions: SessionMaker, repeat_id: int) -> list[date | None]:
    with sessions() as session:
        asked = select(Order.repeat_on).where(Order.repeat_id == repeat_id).order_by(Order.repeat_on)
        return list(session.scalars(asked))


def orders(sessions: SessionMaker) -> list[Order]:
    with sessions() as session:
        return list(session.scalars(select(Order).order_by(Order.repeat_on)))


def test_tomorrows_order_is_placed_from_eight_oclock_on(
    sessions: SessionMaker, repeat: Repeats, make_round: Round, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)  # 7:59
    noon = repeat(first_on=TODAY)
    make_round()
    assert days(sessions, noon) == [TODAY]
    clock.advance(60)
    make_round()
    assert days(sessions, noon) == [TODAY, TOMORROW]


def test_the_order_is_as_the_repeat_says(
    sessions: SessionMaker, repeat: Repeats, make_round: Round, work_off: Callable[[], list[str]]
) -> None:
    repeat(first_on=TOMORROW, details={"份": 2})
    make_round()
    [order] = orders(sessions)
    assert order.starts_at == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    assert (order.when_words, order.details) == ("11月23日，周一，11:30到12:30", {"份": 2})
    with sessions() as session:
        placed = session.get_one(Order, order.id).history[0]
        assert (placed.happened, placed.by) == ("placed", "dispatch")
    assert work_off()[0] == "offer_order"


def test_making_the_round_again_places_nothing_more(sessions: SessionMaker, repeat: Repeats, make_round: Round) -> None:
    noon = repeat(first_on=TODAY)
    for _ in range(3):
        make_round()
    assert days(sessions, noon) == [TODAY, TOMORROW]


def test_several_sweeps_at_once_place_each_day_once(
    settings: Settings, sessions: SessionMaker, queue: JobQueue, repeat: Repeats
) -> None:
    meals = [repeat(first_on=TODAY) for _ in range(5)]
    with ThreadPoolExecutor(4) as at_once:
        done = [at_once.submit(place_repeats, settings, sessions, queue, NOW) for _ in range(4)]
        for one in done:
            one.result()
    assert all(days(sessions, meal) == [TODAY, TOMORROW] for meal in meals)
    with sessions() as session:
        assert session.scalars(select(Trouble)).all() == []


def test_a_cancelled_day_stays_cancelled(
    sessions: SessionMaker, queue: JobQueue, repeat: Repeats, make_round: Round, clock: Clock
) -> None:
    repeat(first_on=TOMORROW)
    make_round()
    with sessions() as session:
        cancel_order(session, queue, orders(sessions)[0].id, "resident", clock())
    clock.advance(3600)
    make_round()
    assert [order.status for order in orders(sessions)] == [OrderStatus.CANCELLED]


def test_nothing_is_placed_while_the_resident_is_away(
    sessions: SessionMaker, community: Community, repeat: Repeats, make_round: Round
) -> None:
    with sessions.begin() as session:
        session.add(CarePlan(resident_id=community.resident_id, away_from=TOMORROW, away_until=TOMORROW + timedelta(days=9)))
    noon = repeat(first_on=TODAY)
    make_round()
    assert days(sessions, noon) == [TODAY]


def test_a_holiday_is_left_out_where_that_is_wished(
    sessions: SessionMaker, repeat: Repeats, make_round: Round, clock: Clock
) -> None:
    clock.now = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)  # the day before National Day
    working_days = repeat(first_on=date(2026, 9, 30), on_holidays=False, placed_at=clock.now)
    every_day = repeat(first_on=date(2026, 9, 30), placed_at=clock.now)
    make_round()
    assert days(sessions, working_days) == [date(2026, 9, 30)]
    assert days(sessions, every_day) == [date(2026, 9, 30), date(2026, 10, 1)]


def test_a_day_that_was_missed_comes_before_a_person(
    sessions: SessionMaker, repeat: Repeats, make_round: Round, clock: Clock, work_off: Callable[[], list[str]]
) -> None:
    clock.now = NOW + timedelta(hours=12)  # nothing ran all day: the meal's time is over
    repeat(first_on=TODAY, last_on=TODAY)
    make_round()
    work_off()
    assert [order.status for order in orders(sessions)] == [OrderStatus.UNFILLED]


def test_what_was_asked_for_after_todays_time_begins_tomorrow(
    sessions: SessionMaker, repeat: Repeats, make_round: Round, clock: Clock
) -> None:
    clock.now = NOW + timedelta(hours=5)
    noon = repeat(first_on=TODAY, placed_at=clock.now)
    make_round()
    assert days(sessions, noon) == [TOMORROW]


def test_a_service_that_is_offered_no_more_is_told_to_a_person(
    sessions: SessionMaker, community: Community, repeat: Repeats, make_round: Round
) -> None:
    noon = repeat(first_on=TOMORROW)
    with sessions.begin() as session:
        session.get_one(Service, community.repair_id).active = False
    make_round()
    with sessions() as session:
        trouble = session.scalars(select(Trouble)).one()
    assert (trouble.job, trouble.subject_id, days(sessions, noon)) == ("place_repeats", noon, [])


def test_the_provider_that_was_named_is_asked_first(
    sessions: SessionMaker, community: Community, repeat: Repeats, make_round: Round, work_off: Callable[[], list[str]]
) -> None:
    community.provider("近处水电", "13700000001", rating=5.0)
    wished = community.provider("还要这家", "13700000002", rating=4.9)
    named = community.provider("说好的那家", "13700000003", rating=1.0, latitude=30.33)
    with sessions.begin() as session:
        wish = {"kind": WishKind.AGAIN, "provider_id": wished, "at": NOW, "by": "operator"}
        session.add(Wish(resident_id=community.resident_id, **wish))
    repeat(first_on=TOMORROW, provider_id=named)
    make_round()
    work_off()
    with sessions() as session:
        assert session.scalars(select(Offer.provider_id)).all() == [named]
