"""What is told of a delay, and what an order waits for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.means import Means
from dispatch.next_step import Step, Waits, next_step, stuck_orders
from dispatch.progress import act
from dispatch.reading import Verb
from dispatch.watching import watch_orders
from models.database import SessionMaker
from models.follow_ups import OrderFollowUp
from models.orders import OrderStatus
from models.troubles import Trouble
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Clock, messages_to, order_now, story

WorkOff = Callable[[], list[str]]
PROVIDER, RESIDENT = "13800000001", "13711110000"


@pytest.fixture
def watch(means: Means, clock: Clock) -> Callable[[], None]:
    return lambda: watch_orders(means.settings, means.sessions, means.queue, clock())


@pytest.fixture
def waits_for(means: Means, clock: Clock, order_id: int) -> Callable[[], Step | None]:
    def look() -> Step | None:
        with means.sessions() as session:
            return next_step(session, means.settings, order_now(session, order_id), clock())

    return look


@pytest.fixture
def say(means: Means, clock: Clock) -> Callable[[Verb], None]:
    def say_so(verb: Verb) -> None:
        with means.sessions() as session:
            act(session, means.settings, 1, verb, clock())
            session.commit()

    return say_so


def test_a_resident_hears_within_a_quarter_of_an_hour_that_it_takes_longer_and_once(
    sessions: SessionMaker, order_id: int, clock: Clock, watch: Callable[[], None]
) -> None:
    clock.advance(779)
    watch()
    assert messages_to(sessions, RESIDENT) == []
    clock.advance(1)
    watch()
    clock.advance(600)
    watch()
    [told] = messages_to(sessions, RESIDENT)
    assert "还在找人" in told


def test_the_resident_hears_who_comes_and_when_and_what_to_say_when_it_is_done(
    sessions: SessionMaker, order_id: int, say: Callable[[Verb], None]
) -> None:
    say(Verb.ACCEPT)
    with sessions() as session:
        visit_code = order_now(session, order_id).visit_code
    [told] = messages_to(sessions, RESIDENT)
    assert all(word in told for word in ("王奶奶", "近水维修", "11月23日（周一）上午9点", visit_code))
    say(Verb.ON_THE_WAY)
    assert "已经出发" in messages_to(sessions, RESIDENT)[-1]


def test_who_does_not_come_is_reminded_and_the_resident_told(
    sessions: SessionMaker, order_id: int, say: Callable[[Verb], None], clock: Clock, watch: Callable[[], None]
) -> None:
    say(Verb.ACCEPT)
    clock.now = TOMORROW_AT_NINE + timedelta(minutes=15)
    watch()
    watch()
    assert "可能要晚一点" in messages_to(sessions, RESIDENT)[-1]
    assert "上门时间已到" in messages_to(sessions, PROVIDER)[-1]
    assert story(sessions, order_id).count("delay_told") == 1


def test_what_an_order_waits_for_from_beginning_to_end(
    sessions: SessionMaker, say: Callable[[Verb], None], waits_for: Callable[[], Step | None], means: Means
) -> None:
    assert waits_for() == Step(Waits.ANSWER, NOW + timedelta(seconds=means.settings.offer_timeout_s))
    say(Verb.ACCEPT)
    assert waits_for() == Step(Waits.ARRIVAL, TOMORROW_AT_NINE + timedelta(seconds=means.settings.arrival_grace_s))
    say(Verb.ARRIVED)
    assert waits_for() == Step(Waits.COMPLETION, NOW + timedelta(hours=1, seconds=means.settings.completion_grace_s))
    say(Verb.COMPLETED)
    step = waits_for()
    assert step
    assert step.waits_for is Waits.FOLLOW_UP


def test_an_order_that_waits_for_nothing_is_shown_and_mended(
    sessions: SessionMaker,
    order_id: int,
    say: Callable[[Verb], None],
    waits_for: Callable[[], Step | None],
    watch: Callable[[], None],
    clock: Clock,
) -> None:
    with sessions.begin() as session:
        order = order_now(session, order_id)
        order.move(OrderStatus.ACCEPTED, clock(), "provider")
    assert waits_for() is None
    with sessions() as session:
        assert stuck_orders(session) == [order_id]
    watch()
    with sessions() as session:
        assert session.scalars(select(Trouble.job)).one() == "next_step"
    with sessions.begin() as session:
        order_now(session, order_id).status = OrderStatus.COMPLETED
    watch()
    assert waits_for()
    with sessions() as session:
        assert session.scalars(select(OrderFollowUp.order_id)).one() == order_id
        assert stuck_orders(session) == []
