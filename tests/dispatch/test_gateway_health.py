"""Several gateways: past one that fails, away from one that is slow, and back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain
from dispatch.gateways.health import adjust_gateways, speed_of, weights_now
from dispatch.means import Means
from dispatch.outbox import write_message
from dispatch.queue import JobQueue
from dispatch.sending import send_message
from models.database import SessionMaker
from models.http_gateway import HttpGateway, Receipts, Trust
from models.messages import Direction, GatewayState, Message, MessageStatus
from models.settings import Settings
from tests.dispatch.facts import NOW, Clock, FakeGateway

CITY = HttpGateway(
    url="http://platform.example/",
    secrets={"key": "k"},
    trust=Trust(secret="key", parameter="key"),
    receipts=Receipts(id="id", status="status", statuses={"1": "delivered"}),
)
SILENT = HttpGateway(url="http://village.example/")  # tells us nothing of what it took


@pytest.fixture
def two(settings: Settings) -> Settings:
    return settings.model_copy(update={"gateway": "city:80,village:20", "http_gateways": {"city": CITY, "village": SILENT}})


@pytest.fixture
def city() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def means(two: Settings, sessions: SessionMaker, queue: JobQueue, city: FakeGateway, gateway: FakeGateway, clock: Clock) -> Means:
    return Means(two, sessions, queue, {"city": city, "village": gateway}, clock)


def send_some(means: Means, count: int, **facts: object) -> list[Message]:
    with means.sessions() as session:
        messages = [write_message(session, "13800000001", "【邻里】谢谢。", means.clock(), **facts) for _ in range(count)]  # type: ignore[arg-type]
        session.commit()
    for message in messages:
        send_message(means, message.id)
    with means.sessions() as session:
        return [session.get_one(Message, message.id) for message in messages]


def weights(means: Means) -> dict[str, int]:
    with means.sessions() as session:
        return weights_now(session, means.settings.gateway_shares)


def test_a_message_goes_past_a_gateway_that_fails_at_once(means: Means, city: FakeGateway, gateway: FakeGateway) -> None:
    city.faults = [GatewayUnavailable("down")] * 20
    sent = send_some(means, 6)
    assert {(message.status, message.gateway) for message in sent} == {(MessageStatus.SENT, "village")}
    assert len(gateway.sent) == 6
    assert weights(means) == {"city": 40, "village": 20}  # all failed in the same moment
    assert {message.attempts for message in sent} == {1}


def test_a_gateway_that_keeps_failing_is_soon_left_alone_and_tried_again_later(
    means: Means, city: FakeGateway, clock: Clock
) -> None:
    city.faults = [GatewayUnavailable("down")] * 100
    for _ in range(40):
        send_some(means, 1)
        clock.advance(11)
    assert weights(means)["city"] == 0
    city.faults.clear()
    send_some(means, 10)
    assert city.sent == []
    clock.advance(300)
    adjust_gateways(means.settings, means.sessions, clock())
    assert weights(means) == {"city": 16, "village": 20}
    send_some(means, 20)
    assert city.sent
    with means.sessions.begin() as session:
        session.execute(update(Message).values(delivered_at=Message.sent_at))
    for _ in range(4):
        clock.advance(300)
        adjust_gateways(means.settings, means.sessions, clock())
    assert weights(means) == {"city": 80, "village": 20}
    with means.sessions() as session:
        assert session.scalars(select(GatewayState)).all() == []


def test_what_may_have_been_taken_goes_to_no_other_gateway(means: Means, city: FakeGateway, gateway: FakeGateway) -> None:
    city.faults = [GatewayUncertain("an answer was lost")]
    gateway.faults = [GatewayUncertain("an answer was lost")]
    [message] = send_some(means, 1)
    assert message.status is MessageStatus.CREATED  # and is sent again later
    assert len(city.faults) + len(gateway.faults) == 1


def test_with_all_down_a_message_waits(means: Means, city: FakeGateway, gateway: FakeGateway) -> None:
    city.faults, gateway.faults = [GatewayUnavailable("down")], [GatewayUnavailable("down too")]
    [message] = send_some(means, 1)
    assert message.status is MessageStatus.CREATED
    assert sorted(message.error.split("; ")) == ["down", "down too"]


def add_sent(sessions: SessionMaker, ages_s: list[tuple[float, float | None]]) -> None:
    """Messages that city took so many seconds ago, and delivered after so many."""
    with sessions.begin() as session:
        for number, (age_s, took_s) in enumerate(ages_s):
            sent_at = NOW - timedelta(seconds=age_s)
            delivered_at = None if took_s is None else sent_at + timedelta(seconds=took_s)
            session.add(
                Message(
                    direction=Direction.OUT,
                    number="13800000001",
                    body="x",
                    status=MessageStatus.SENT,
                    gateway="city",
                    gateway_ref=f"c-{number}",
                    sent_at=sent_at,
                    delivered_at=delivered_at,
                )
            )


def test_speed_is_that_of_the_last_ten_minutes(sessions: SessionMaker) -> None:
    add_sent(sessions, [(500, 10), (300, 241), (300, None), (100, None), (700, None), (50, 5)])
    with sessions() as session:
        speed = speed_of(session, "city", NOW)
        # The one of 100 s ago may still come in time; the one of 700 s ago is too old to count.
        assert (speed.judged, speed.slow) == (4, 2)
        assert speed_of(session, "village", NOW).judged == 0


def test_a_slow_gateway_gives_way_to_the_others(means: Means) -> None:
    add_sent(means.sessions, [(500, 10)] * 4 + [(400, None)] * 2)
    adjust_gateways(means.settings, means.sessions, NOW)
    assert weights(means) == {"city": 40, "village": 20}


def test_a_gateway_without_receipts_is_never_called_slow(means: Means) -> None:
    silent = means.settings.model_copy(update={"http_gateways": {"city": SILENT}, "gateway": "city:80"})
    add_sent(means.sessions, [(400, None)] * 10)
    adjust_gateways(silent, means.sessions, NOW)
    assert weights(means)["city"] == 80
