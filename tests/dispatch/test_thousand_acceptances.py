"""An order that a thousand providers accept in the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from sqlalchemy import create_engine, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import sessionmaker

from dispatch.progress import Outcome, Reply, act
from dispatch.reading import Verb
from models.database import SessionMaker
from models.orders import Offer, OfferStatus, OfferWay, Order, OrderEvent, OrderStatus
from models.providers import Provider
from models.settings import Settings
from tests.dispatch.facts import EVERY_DAY, NOW, Community, order_now

PROVIDERS = 1000
CONNECTIONS = 100

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def crowd(database_url: str) -> Iterator[SessionMaker]:
    """Sessions for many threads: as many connections as PostgreSQL grants by default, for which the others wait."""
    engine = create_engine(database_url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=120)
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


@pytest.fixture
def order_id(sessions: SessionMaker, community: Community, place: Callable[..., int]) -> int:
    """An order that a thousand providers have been offered."""
    order_id = place()
    facts = {"skills": ["plumbing"], "latitude": 30.25, "longitude": 120.16, "opens": time(7), "closes": time(21), "rating": 4.5}
    rows = [
        {"id": one, "name": f"第{one}家", "number": f"139{one:08d}", "open_weekdays": EVERY_DAY} | facts
        for one in range(1, PROVIDERS + 1)
    ]
    expires_at = NOW + timedelta(minutes=5)
    offered = {"order_id": order_id, "made_at": NOW, "expires_at": expires_at, "reasons": {}, "way": OfferWay.SMS}
    with sessions.begin() as session:
        session.execute(insert(Provider), rows)
        session.execute(insert(Offer), [{"id": one["id"], "provider_id": one["id"]} | offered for one in rows])
        order_now(session, order_id).move(OrderStatus.OFFERED, NOW, "dispatch")
    return order_id


def test_one_of_a_thousand_wins_and_all_others_are_told_politely(crowd: SessionMaker, settings: Settings, order_id: int) -> None:
    ready = threading.Barrier(PROVIDERS)

    def accept(offer_id: int) -> Reply:
        ready.wait(60)
        with crowd() as session:
            reply = act(session, settings, offer_id, Verb.ACCEPT, NOW)
            session.commit()
            return reply

    with ThreadPoolExecutor(PROVIDERS) as pool:
        replies = list(pool.map(accept, range(1, PROVIDERS + 1)))
    assert Counter(reply.meant for reply in replies) == {Outcome.ACCEPTED: 1, Outcome.TAKEN: PROVIDERS - 1}
    assert all("已由其他服务商接单" in reply.words and "谢谢" in reply.words for reply in replies if reply.meant == Outcome.TAKEN)
    [winner] = [reply.offer_id for reply in replies if reply.meant == Outcome.ACCEPTED]
    with crowd() as session:
        order = session.get_one(Order, order_id)
        assert (order.status, order.provider_id) == (OrderStatus.ACCEPTED, winner)
        counted = dict(session.execute(select(Offer.status, func.count()).group_by(Offer.status)).all())
        assert counted == {OfferStatus.ACCEPTED: 1, OfferStatus.WITHDRAWN: PROVIDERS - 1}
        said = select(func.count()).where(OrderEvent.order_id == order_id)
        assert session.scalar(said.where(OrderEvent.happened == OrderStatus.ACCEPTED)) == 1
        assert session.scalar(said.where(OrderEvent.happened == "withdrawn")) == PROVIDERS - 1


def test_the_database_itself_allows_one_winner(sessions: SessionMaker, order_id: int) -> None:
    with sessions() as session, pytest.raises(IntegrityError, match="uq_offers_won"):
        session.execute(update(Offer).where(Offer.id.in_([1, 2])).values(status=OfferStatus.ACCEPTED))
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM offers WHERE status = 'accepted'")) == 0
