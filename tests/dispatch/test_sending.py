from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.expiring import expire_offer
from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.means import Means
from dispatch.offers import lock_order
from dispatch.outbox import SENDING_LEASE, retry_delay_s, write_message
from dispatch.sending import send_message
from dispatch.telling import tell_resident
from models.database import SessionMaker
from models.messages import Message, MessageStatus
from models.orders import OfferStatus
from models.residents import ResidentPhone
from tests.dispatch.facts import TOMORROW_AT_NINE, Clock, Community, FakeGateway, offers_of, story

WorkOff = Callable[[], list[str]]
Place = Callable[..., int]


@pytest.fixture
def message_id(sessions: SessionMaker, clock: Clock) -> int:
    with sessions() as session:
        message = write_message(session, "13800000001", "【邻里】谢谢。", clock())
        session.commit()
        return message.id


def message_now(sessions: SessionMaker, message_id: int) -> Message:
    with sessions() as session:
        return session.get_one(Message, message_id)


def test_a_message_is_sent_once_and_its_reference_kept(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, message_id: int
) -> None:
    for _ in range(3):
        send_message(means, message_id)
    kept = message_now(sessions, message_id)
    assert gateway.sent == [("13800000001", "【邻里】谢谢。")]
    assert (kept.status, kept.gateway_ref, kept.gateway, kept.attempts) == (MessageStatus.SENT, "fake-1", "demo", 1)


def test_no_transaction_is_open_while_the_gateway_is_talked_to(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, message_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(number: str, body: str) -> str:
        with sessions() as session:  # on SQLite there is one writer: this would wait for ever
            assert session.get_one(Message, message_id, with_for_update=True).status is MessageStatus.SENDING
        return "ref"

    monkeypatch.setattr(gateway, "send", send)
    send_message(means, message_id)
    assert message_now(sessions, message_id).status is MessageStatus.SENT


def test_a_gateway_that_is_down_is_tried_again_later_and_less_and_less_often(
    sessions: SessionMaker,
    means: Means,
    gateway: FakeGateway,
    clock: Clock,
    message_id: int,
    scheduled: Callable[[], list[str]],
) -> None:
    gateway.faults = [GatewayUnavailable("down")] * 3
    for attempt in (1, 2, 3):
        send_message(means, message_id)
        kept = message_now(sessions, message_id)
        assert (kept.status, kept.attempts, kept.error) == (MessageStatus.CREATED, attempt, "down")
        assert f"send_message-{message_id}" in scheduled()
        send_message(means, message_id)  # too early: left alone
        assert message_now(sessions, message_id).attempts == attempt
        clock.advance(retry_delay_s(attempt))
    send_message(means, message_id)
    assert message_now(sessions, message_id).status is MessageStatus.SENT
    assert [retry_delay_s(attempts) for attempts in (0, 1, 2, 3, 8, 999)] == [0, 5, 10, 20, 600, 600]


def test_an_offer_that_does_not_get_through_is_told_in_the_orders_history(
    sessions: SessionMaker,
    means: Means,
    community: Community,
    gateway: FakeGateway,
    clock: Clock,
    place: Place,
    work_off: WorkOff,
) -> None:
    community.provider("近水维修", "13800000001")
    gateway.faults = [GatewayUnavailable("down")] * 4
    order_id = place()
    work_off()
    with sessions() as session:
        message_id = session.scalars(select(Message.id)).one()
    for _ in range(4):
        clock.advance(600)
        send_message(means, message_id)
    assert story(sessions, order_id) == ["placed", "offered", "sms_delayed"]
    assert len(gateway.sent) == 1


def test_a_rejected_offer_goes_to_the_next_provider(
    sessions: SessionMaker, community: Community, gateway: FakeGateway, place: Place, work_off: WorkOff
) -> None:
    community.provider("停机的", "13800000001")
    community.provider("近水维修", "13800000002", rating=1.0)
    gateway.faults = [MessageRejected("not a mobile number")]
    order_id = place()
    work_off()
    assert [number for number, _ in gateway.sent] == ["13800000002"]
    assert [offer.status for offer in offers_of(sessions, order_id)] == [OfferStatus.WITHDRAWN, OfferStatus.OPEN]
    assert story(sessions, order_id) == ["placed", "offered", "unreachable", "offered"]
    with sessions() as session:
        rejected = session.scalars(select(Message).order_by(Message.id)).first()
        assert rejected
        assert (rejected.status, rejected.error) == (MessageStatus.FAILED, "not a mobile number")


def test_a_message_whose_worker_died_is_sent_again_after_the_lease(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int
) -> None:
    gateway.faults = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        send_message(means, message_id)
    assert message_now(sessions, message_id).status is MessageStatus.SENDING
    send_message(means, message_id)
    assert gateway.sent == []
    clock.advance(SENDING_LEASE.total_seconds())
    send_message(means, message_id)
    assert len(gateway.sent) == 1
    assert message_now(sessions, message_id).attempts == 2


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), GatewayUncertain("the answer was lost")])
def test_an_offer_that_may_have_been_sent_is_never_sent_twice_and_runs_out_like_any_other(
    sessions: SessionMaker,
    means: Means,
    gateway: FakeGateway,
    clock: Clock,
    community: Community,
    place: Place,
    work_off: WorkOff,
    fault: BaseException,
) -> None:
    community.provider("第一家", "13800000001")
    community.provider("第二家", "13800000002")
    gateway.faults = [fault]
    order_id = place()
    with suppress(KeyboardInterrupt):
        work_off()
    [offer] = offers_of(sessions, order_id)
    with sessions() as session:
        message_id = session.scalars(select(Message.id).where(Message.offer_id == offer.id)).one()
    clock.advance(SENDING_LEASE.total_seconds())
    send_message(means, message_id)
    assert gateway.sent == []
    kept = message_now(sessions, message_id)
    assert (kept.status, kept.gateway_ref) == (MessageStatus.SENT, None)
    clock.advance(means.settings.offer_timeout_s)
    expire_offer(means, offer.id)
    work_off()
    assert [number for number, _ in gateway.sent] == ["13800000002"]


def test_a_message_of_which_the_answer_was_lost_is_sent_again(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int
) -> None:
    gateway.faults = [GatewayUncertain("the answer was lost")]
    send_message(means, message_id)
    clock.advance(retry_delay_s(1))
    send_message(means, message_id)
    assert len(gateway.sent) == 1


def test_a_message_that_is_doubtful_time_and_again_is_spoken_and_not_sent_all_day(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int
) -> None:
    gateway.faults = [GatewayUncertain("the answer was lost")] * 5
    for _ in range(5):
        clock.advance(retry_delay_s(5))
        send_message(means, message_id)
    assert len(gateway.faults) == 2
    assert message_now(sessions, message_id).status is MessageStatus.BY_VOICE


def test_a_message_whose_workers_die_time_and_again_is_spoken_too(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int
) -> None:
    gateway.faults = [KeyboardInterrupt()] * 5
    for _ in range(5):
        clock.advance(SENDING_LEASE.total_seconds())
        with suppress(KeyboardInterrupt):
            send_message(means, message_id)
    assert len(gateway.faults) == 2
    assert message_now(sessions, message_id).status is MessageStatus.BY_VOICE


def test_a_gateway_that_gives_two_messages_one_id_has_sent_both(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "send", lambda number, body: "0")
    with sessions.begin() as session:
        other_id = write_message(session, "13800000002", "【邻里】谢谢。", clock()).id
    send_message(means, message_id)
    send_message(means, other_id)
    sent = [message_now(sessions, id_) for id_ in (message_id, other_id)]
    assert [(one.status, one.gateway_ref) for one in sent] == [(MessageStatus.SENT, "0"), (MessageStatus.SENT, None)]


def test_who_was_taken_over_writes_nothing_down(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(number: str, body: str) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(gateway, "send", lambda number, body: "second")
            clock.advance(SENDING_LEASE.total_seconds())
            send_message(means, message_id)
        return "first"

    monkeypatch.setattr(gateway, "send", slow)
    send_message(means, message_id)
    assert message_now(sessions, message_id).gateway_ref == "second"


def test_who_waited_for_news_hears_the_latest_only(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, community: Community, place: Place
) -> None:
    order_id = place()
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number="13711110000"))
    with sessions.begin() as session:
        order = lock_order(session, order_id)
        told = [
            message.id
            for template in ("resident_accepted", "resident_late", "resident_given_back")
            for message in tell_resident(session, means.settings, order, template, clock())
        ]
    clock.now = TOMORROW_AT_NINE
    for message_id in reversed(told):
        send_message(means, message_id)
    assert [message_now(sessions, id_).status for id_ in told] == [MessageStatus.FAILED, MessageStatus.FAILED, MessageStatus.SENT]
    [(number, body)] = gateway.sent
    assert (number, "来不了了" in body) == ("13711110000", True)


def test_a_message_is_given_up_after_a_day(
    sessions: SessionMaker, means: Means, gateway: FakeGateway, clock: Clock, message_id: int
) -> None:
    clock.advance(24 * 3600 + 1)
    send_message(means, message_id)
    assert message_now(sessions, message_id).status is MessageStatus.FAILED
    assert gateway.sent == []


def test_an_incoming_message_is_never_sent(sessions: SessionMaker, means: Means, gateway: FakeGateway, message_id: int) -> None:
    from models.messages import Direction

    with sessions() as session:
        incoming: Session = session
        incoming.get_one(Message, message_id).direction = Direction.IN
        incoming.commit()
    send_message(means, message_id)
    assert gateway.sent == []
