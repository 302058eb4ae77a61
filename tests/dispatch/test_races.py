"""Two at once: whoever comes first wins, and the other finds it done."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select

from dispatch import codes
from dispatch.alarms import raise_alarm
from dispatch.answers import receive_message
from dispatch.assigning import assign_order
from dispatch.expiring import expire_offer
from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.placing import cancel_order, place_order
from dispatch.sending import send_message
from models.alarms import Alarm, AlarmSource
from models.database import SessionMaker
from models.messages import Direction, Message
from models.orders import IllegalTransition, OfferStatus, Order, OrderStatus
from tests.dispatch.facts import NOW, Clock, Community, FakeGateway, offers_of, order_now, story

Place = Callable[..., int]
WorkOff = Callable[[], list[str]]
ROUNDS = 5


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment, each on a thread; return what each returned."""
    ready = threading.Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        ready.wait(60)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(60) for future in [pool.submit(one, deed) for deed in deeds]]


def sms(means: Means, body: str, ref: str | None = None) -> Callable[[], Message]:
    def come() -> Message:
        with means.sessions() as session:
            return receive_message(
                session, means.queue, means.settings, number="13800000001", body=body, gateway_ref=ref, now=means.clock()
            )

    return come


@pytest.fixture
def offered(community: Community, place: Place, work_off: WorkOff, sessions: SessionMaker) -> Callable[[], tuple[int, str]]:
    """An order that the first provider has been offered: its id and code."""
    for number in range(1, 4):
        community.provider(f"第{number}家", f"1380000000{number}")

    def one() -> tuple[int, str]:
        order_id = place()
        work_off()
        with sessions() as session:
            return order_id, order_now(session, order_id).code

    return one


def test_two_workers_offer_an_order_once(means: Means, sessions: SessionMaker, community: Community, place: Place) -> None:
    for number in range(1, 4):
        community.provider(f"第{number}家", f"1380000000{number}")
    for _ in range(ROUNDS):
        order_id = place()
        at_once(*[lambda order_id=order_id: offer_order(means, order_id)] * 4)
        assert len(offers_of(sessions, order_id)) == 1
        assert story(sessions, order_id) == ["placed", "offered"]


def test_two_workers_send_a_message_once(
    means: Means, sessions: SessionMaker, community: Community, place: Place, gateway: FakeGateway
) -> None:
    community.provider("近水维修", "13800000001")
    for number in range(1, ROUNDS + 1):
        offer_order(means, place())
        at_once(*[lambda number=number: send_message(means, number)] * 4)
        assert len(gateway.sent) == number


def test_two_acceptances_at_once_accept_once(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]]
) -> None:
    order_id, code = offered()
    at_once(sms(means, f"1 {code}", "SM1"), sms(means, f"1 {code}", "SM2"), sms(means, "1", "SM3"))
    assert story(sessions, order_id) == ["placed", "offered", "offer_accepted", "accepted"]


def test_the_same_message_at_once_is_taken_once(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]]
) -> None:
    _, code = offered()
    ids = {message.id for message in at_once(*[sms(means, f"1 {code}", "SM1")] * 4)}
    assert len(ids) == 1
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Message).where(Message.direction == Direction.IN)) == 1


def test_an_acceptance_and_the_expiry_do_not_both_win(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]], clock: Clock
) -> None:
    for _ in range(ROUNDS):
        order_id, code = offered()
        [offer] = offers_of(sessions, order_id)
        clock.now = offer.expires_at
        at_once(sms(means, f"1 {code}"), lambda offer=offer: expire_offer(means, offer.id))
        [offer] = offers_of(sessions, order_id)
        with sessions() as session:
            order = order_now(session, order_id)
        assert (offer.status is OfferStatus.ACCEPTED) == (order.status is OrderStatus.ACCEPTED)
        assert (offer.status is OfferStatus.EXPIRED) == (order.status is OrderStatus.OFFERED)


def test_an_acceptance_and_a_cancellation_leave_no_work_unsaid(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]]
) -> None:
    def cancel(order_id: int) -> None:
        with sessions() as session:
            cancel_order(session, means.queue, order_id, "operator", means.clock())

    for _ in range(ROUNDS):
        order_id, code = offered()
        at_once(sms(means, f"1 {code}"), lambda order_id=order_id: cancel(order_id))
        with sessions() as session:
            assert order_now(session, order_id).status is OrderStatus.CANCELLED
            told = session.scalars(select(Message.body).where(Message.order_id == order_id, Message.direction == Direction.OUT))
            assert "已取消" in list(told)[-1]


def test_orders_placed_at_once_have_codes_of_their_own(
    means: Means, sessions: SessionMaker, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "CODES", frozenset(str(code) for code in range(1000, 1008)))

    def place() -> int:
        with sessions() as session:
            return place_order(session, means.queue, community.request(), NOW).id

    at_once(*[place] * 8)
    with sessions() as session:
        assert len(set(session.scalars(select(Order.code)))) == 8


def test_an_alarm_told_at_once_by_whatever_calls_is_one_alarm(sessions: SessionMaker) -> None:
    for device_id, channels in ((7, ["1.1"] * 4), (8, ["2.1", "2.2", "2.3", "2.4"])):

        def tell(channel_id: str, device_id: int = device_id) -> int:
            with sessions() as session:
                return raise_alarm(session, channel_id, AlarmSource.KEY, NOW, device_id=device_id).id

        assert len(set(at_once(*[lambda channel=channel: tell(channel) for channel in channels]))) == 1
        with sessions() as session:
            alarm = session.scalars(select(Alarm).where(Alarm.reference == f"device-{device_id}")).one()
            assert {attempt.channel_id for attempt in alarm.attempts} == set(channels)
            assert len(alarm.history) == len(set(channels))


def cancel(means: Means, order_id: int) -> Callable[[], None]:
    def end() -> None:
        with means.sessions() as session, suppress(IllegalTransition):
            cancel_order(session, means.queue, order_id, "operator", means.clock())

    return end


def test_a_completion_and_a_cancellation_do_not_both_happen(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]]
) -> None:
    for _ in range(ROUNDS):
        order_id, code = offered()
        sms(means, f"1 {code}")()
        at_once(sms(means, f"4 {code}"), cancel(means, order_id))
        told = story(sessions, order_id)
        assert ("completed" in told) != ("cancelled" in told)
        assert told[-1] in ("completed", "cancelled")


def test_who_gives_back_and_accepts_at_once_ends_without_the_order(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]]
) -> None:
    order_id, code = offered()
    sms(means, f"1 {code}")()
    at_once(sms(means, f"2 {code}"), sms(means, f"1 {code}"), sms(means, f"1 {code}"))
    assert story(sessions, order_id).count("accepted") == 1
    with sessions() as session:
        order = order_now(session, order_id)
        assert (order.status, order.provider_id) == (OrderStatus.PLACED, None)


def test_an_order_that_is_given_back_and_assigned_by_hand_at_once_has_one_winner(
    means: Means, sessions: SessionMaker, offered: Callable[[], tuple[int, str]]
) -> None:
    def assign(order_id: int) -> Callable[[], None]:
        def by_hand() -> None:
            with sessions() as session:
                assign_order(session, means.queue, means.settings, order_id, provider_id=2, by="operator", now=means.clock())

        return by_hand

    order_id, code = offered()
    sms(means, f"1 {code}")()
    at_once(sms(means, f"2 {code}"), assign(order_id))
    with sessions() as session:
        order = order_now(session, order_id)
        assert (order.status, order.provider_id) == (OrderStatus.ACCEPTED, 2)
    assert [offer.status for offer in offers_of(sessions, order_id)].count(OfferStatus.ACCEPTED) == 1
