"""Orders while workers, the sweep, Redis and the SMS gateway are killed and emptied at random: none lost, none doubled."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import time as time_of_day
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dispatch.placing import place_order
from dispatch.queue import JobQueue
from models.base import utc_now
from models.database import SessionMaker
from models.orders import TRANSITIONS, Offer, OfferStatus, Order, OrderEvent, OrderStatus
from models.providers import Provider
from models.settings import Settings
from tests.chaos.parts import Chaos, Part, python, redis_command
from tests.chaos.providers import Providers
from tests.conftest import free_ports, settings_on_free_ports
from tests.dispatch.facts import Community, add_community

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

PROVIDERS = 40
PUBLIC_URL = "https://linli.example"
TOKEN = "0123456789abcdef0123456789abcdef"
ORDERS_A_SECOND = 8
RAGE_ON_S = 10  # after the last order was placed
DONE = {OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.SETTLED}
# All that was interrupted is taken up again by then: leases run out, and the sweep comes by.
QUIET_WITHIN_S = 240


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind: str) -> str:
    return str(request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_for_all"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_on_free_ports(tmp_path)


@pytest.fixture
def environment(settings: Settings, database_url: str, centre_port: int) -> dict[str, str]:
    return {
        "LINLI_DEMO": "1",
        "LINLI_DATA_DIR": str(settings.data_dir),
        "LINLI_DATABASE_URL": database_url,
        "LINLI_REDIS_URL": settings.redis,
        "LINLI_CONSOLE_PORT": str(settings.console_port),
        "LINLI_AMI_PORT": str(settings.ami_port),
        "LINLI_GATEWAY": "twilio",
        "LINLI_TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
        "LINLI_TWILIO_AUTH_TOKEN": TOKEN,
        "LINLI_TWILIO_FROM": "+15005550006",
        "LINLI_TWILIO_API_URL": f"http://127.0.0.1:{centre_port}",
        "LINLI_PUBLIC_URL": PUBLIC_URL,
        "LINLI_OFFER_TIMEOUT_S": "4",
        "LINLI_URGENT_OFFER_TIMEOUT_S": "4",
        "LINLI_SWEEP_EVERY_S": "1",
    }


@pytest.fixture
def centre_port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def parts(settings: Settings, environment: dict[str, str], centre_port: int, tmp_path: Path) -> Iterator[dict[str, Part]]:
    """All the programs, running; logs lie in the test's folder."""
    commands = {
        "redis": redis_command(settings.redis_port, tmp_path),
        "centre": python("tests.chaos.message_centre", str(centre_port), str(tmp_path / "sent.jsonl"), "7"),
        "console": python("operator_console"),
        "worker 1": python("dispatch", "worker"),
        "worker 2": python("dispatch", "worker"),
        "sweep": python("dispatch", "sweep"),
    }
    parts = {name: Part(name, command, environment, tmp_path / f"{name}.log") for name, command in commands.items()}
    for part in parts.values():
        part.start()
    yield parts
    for part in parts.values():
        part.kill()


def test_no_order_is_lost_or_doubled_whatever_is_killed(
    parts: dict[str, Part], settings: Settings, sessions: SessionMaker, tmp_path: Path, orders: int
) -> None:
    fate = random.Random(orders)
    community = add_community(sessions)
    for number in range(PROVIDERS):
        always = {"opens": time_of_day(0), "closes": time_of_day(0), "orders_a_day": 1000}
        community.provider(f"第{number}家", f"138{number:08d}", **always)
    providers = Providers(tmp_path / "sent.jsonl", f"http://127.0.0.1:{settings.console_port}", PUBLIC_URL, TOKEN, fate)
    chaos = Chaos([part for name, part in parts.items() if name != "console"], settings.redis, random.Random(1))
    providers.begin()
    chaos.begin()
    try:
        placed = place_orders(sessions, settings, community, orders)
        time.sleep(RAGE_ON_S)
    finally:
        chaos.end()
    try:
        await_quiet(sessions)
    finally:
        providers.end()
    assert_nothing_is_lost_or_doubled(sessions, placed)
    assert providers.offers_read_twice() == []
    assert {"kill redis", "kill centre", "kill worker 1", "flush redis"} <= set(chaos.deeds)


def place_orders(sessions: SessionMaker, settings: Settings, community: Community, count: int) -> list[int]:
    """Place orders one after the other, each with a number of its own that its SMS tell; return their ids."""
    queue = JobQueue(settings.redis)
    placed = []
    for number in range(count):
        now = utc_now()
        span = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(hours=20), "details": {"编号": f"第{number}件"}}
        with sessions() as session:
            placed.append(place_order(session, queue, community.request(**span), now).id)
        time.sleep(1 / ORDERS_A_SECOND)
    return placed


def await_quiet(sessions: SessionMaker) -> None:
    """Wait until every order has come to its end."""
    until = time.monotonic() + QUIET_WITHIN_S
    open_ones = select(Order.status, func.count()).where(Order.status.not_in(DONE)).group_by(Order.status)
    while True:
        with sessions() as session:
            waiting = session.execute(open_ones).all()
        if not waiting:
            return
        assert time.monotonic() < until, f"still open: {waiting}"
        time.sleep(0.5)


def assert_nothing_is_lost_or_doubled(sessions: SessionMaker, placed: list[int]) -> None:
    """Every order that was placed is done once, by one provider, along a way that TRANSITIONS allows."""
    with sessions() as session:
        assert sorted(session.scalars(select(Order.id))) == sorted(placed)
        won = Counter(session.scalars(select(Offer.order_id).where(Offer.status == OfferStatus.ACCEPTED)))
        assert won == Counter(placed)
        asked = Counter(tuple(row) for row in session.execute(select(Offer.order_id, Offer.provider_id)))
        assert set(asked.values()) == {1}
        assert session.scalar(select(func.count()).select_from(Provider)) == PROVIDERS
        for order_id in placed:
            lines = session.scalars(select(OrderEvent.happened).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id))
            way = [OrderStatus(line) for line in lines if line in set(OrderStatus)]
            assert way[0] is OrderStatus.PLACED
            for here, there in pairwise(way):
                assert here is there or there in TRANSITIONS[here], (order_id, way)
