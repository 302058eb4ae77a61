import logging
import threading
from collections.abc import Callable

import pytest
from redis import Redis

from dispatch.gateways.errors import GatewayUnavailable
from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.queue import JobQueue
from dispatch.sending import send_message
from dispatch.sweep import run_sweep, sweep
from models.database import SessionMaker
from models.messages import Message, MessageStatus
from models.orders import OfferStatus
from tests.conftest import free_ports
from tests.dispatch.facts import Clock, Community, FakeGateway, offers_of, story

WorkOff = Callable[[], list[str]]
Place = Callable[..., int]


@pytest.fixture
def swept(means: Means, clock: Clock, work_off: WorkOff) -> Callable[[], list[str]]:
    """Sweep once and run what it asked for."""

    def once() -> list[str]:
        assert sweep(means.sessions, means.queue, clock())
        return work_off()

    return once


def test_an_order_whose_job_was_lost_is_offered_by_the_sweep_once(
    sessions: SessionMaker, community: Community, place: Place, redis: Redis, swept: WorkOff, clock: Clock
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    redis.flushall()
    assert swept() == []  # too young: its own nudge may be on the way
    clock.advance(10)
    assert swept() == ["offer_order", "send_message"]
    clock.advance(10)
    assert swept() == []
    assert story(sessions, order_id) == ["placed", "offered"]


def test_an_offer_whose_expiry_was_lost_expires_by_the_sweep(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    redis: Redis,
    work_off: WorkOff,
    swept: WorkOff,
    means: Means,
    clock: Clock,
) -> None:
    for number in (1, 2):
        community.provider(f"第{number}家", f"1380000000{number}")
    order_id = place()
    work_off()
    redis.flushall()
    clock.advance(means.settings.offer_timeout_s + 6)
    assert swept() == ["expire_offer", "offer_order", "send_message"]
    assert [offer.status for offer in offers_of(sessions, order_id)] == [OfferStatus.EXPIRED, OfferStatus.OPEN]


def test_an_offer_that_no_gateway_takes_does_not_wait_for_one(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    redis: Redis,
    work_off: WorkOff,
    swept: WorkOff,
    means: Means,
    clock: Clock,
    gateway: FakeGateway,
) -> None:
    community.provider("近水维修", "13800000001")
    gateway.faults = [GatewayUnavailable("down")] * 9
    order_id = place()
    work_off()
    redis.flushall()
    clock.advance(means.settings.offer_timeout_s + 3)
    assert "expire_offer" in swept()
    assert "telephoned" in story(sessions, order_id)


def test_an_sms_whose_job_was_lost_is_sent_by_the_sweep_once(
    community: Community, place: Place, means: Means, redis: Redis, swept: WorkOff, clock: Clock, gateway: FakeGateway
) -> None:
    community.provider("近水维修", "13800000001")
    offer_order(means, place())
    redis.flushall()
    clock.advance(10)
    assert swept() == ["send_message"]
    assert swept() == []
    assert len(gateway.sent) == 1


def test_the_sweep_respects_how_long_a_retry_should_wait(
    community: Community, place: Place, means: Means, redis: Redis, swept: WorkOff, clock: Clock, gateway: FakeGateway
) -> None:
    community.provider("近水维修", "13800000001")
    gateway.faults = [GatewayUnavailable("down")] * 5
    offer_order(means, place())
    for seconds in (6, 5, 10, 20, 40):
        clock.advance(seconds)
        send_message(means, 1)
    redis.flushall()
    clock.advance(60)
    assert swept() == []
    clock.advance(30)
    assert swept() == ["send_message"]


def test_a_message_left_in_sending_is_taken_up_after_its_lease(
    community: Community,
    place: Place,
    means: Means,
    redis: Redis,
    swept: WorkOff,
    clock: Clock,
    gateway: FakeGateway,
    sessions: SessionMaker,
) -> None:
    community.provider("近水维修", "13800000001")
    offer_order(means, place())
    gateway.faults = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        send_message(means, 1)
    redis.flushall()
    clock.advance(30)
    assert swept() == []
    clock.advance(60)
    assert swept() == ["send_message"]
    assert gateway.sent == []  # it may have been sent: no provider is asked twice
    with sessions() as session:
        assert session.get_one(Message, 1).status is MessageStatus.SENT


def test_a_redis_that_is_down_ends_the_sweep_at_the_first_nudge(
    sessions: SessionMaker, place: Place, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        place()
    clock.advance(10)
    nowhere = JobQueue(f"redis://127.0.0.1:{free_ports(1)[0]}/0")
    with caplog.at_level(logging.WARNING):
        assert not sweep(sessions, nowhere, clock())
    assert caplog.text.count("cannot be reached") == 1


def test_the_sweep_outlives_a_database_that_is_down(
    settings: object, queue: JobQueue, caplog: pytest.LogCaptureFixture, tmp_path: object
) -> None:
    from models.database import session_maker

    stop = threading.Event()
    handler = logging.Handler()
    handler.emit = lambda record: stop.set()  # type: ignore[method-assign]
    logging.getLogger("dispatch.sweep").addHandler(handler)
    maker = session_maker(f"sqlite:///{tmp_path}/nowhere/linli.db")
    run_sweep(maker, queue, 0.01, stop)
    logging.getLogger("dispatch.sweep").removeHandler(handler)
    maker.kw["bind"].dispose()
    assert "the database cannot be read" in caplog.text
