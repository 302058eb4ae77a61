"""An order that is shown to several providers at once."""

from collections.abc import Callable

import pytest

from dispatch.expiring import expire_offer
from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.placing import cancel_order
from dispatch.progress import Outcome, act, follow
from dispatch.queue import JobQueue
from dispatch.reading import Verb
from models.database import SessionMaker
from models.orders import OfferStatus, OrderStatus
from models.services import Service
from tests.dispatch.facts import Clock, Community, FakeGateway, messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]
NUMBERS = [f"1380000000{number}" for number in range(1, 5)]
OPEN, ACCEPTED, REFUSED, EXPIRED, WITHDRAWN = OfferStatus


@pytest.fixture
def order_id(sessions: SessionMaker, community: Community, place: Callable[..., int], work_off: WorkOff) -> int:
    """An order that two of four providers have been offered."""
    for index, number in enumerate(NUMBERS):
        community.provider(f"第{index + 1}家", number, latitude=30.25 + index / 1000)
    with sessions.begin() as session:
        session.get_one(Service, community.repair_id).offered_at_once = 2
    order_id = place()
    work_off()
    return order_id


@pytest.fixture
def say(sessions: SessionMaker, means: Means, clock: Clock, work_off: WorkOff) -> Callable[[int, Verb], str]:
    """Say something about an offer; what was meant."""

    def say_so(offer_id: int, verb: Verb) -> str:
        with sessions() as session:
            reply = act(session, means.settings, offer_id, verb, clock())
            session.commit()
        follow(means.queue, reply, clock())
        work_off()
        return reply.meant

    return say_so


def statuses(sessions: SessionMaker, order_id: int) -> list[OfferStatus]:
    return [offer.status for offer in offers_of(sessions, order_id)]


def test_the_best_two_are_asked_at_once_and_once(
    sessions: SessionMaker, order_id: int, gateway: FakeGateway, means: Means
) -> None:
    offer_order(means, order_id)
    assert [number for number, _ in gateway.sent] == NUMBERS[:2]
    assert statuses(sessions, order_id) == [OPEN, OPEN]
    assert story(sessions, order_id) == ["placed", "offered", "offered"]


def test_the_first_acceptance_wins_and_the_other_is_told(
    sessions: SessionMaker, order_id: int, say: Callable[[int, Verb], str]
) -> None:
    first, second = (offer.id for offer in offers_of(sessions, order_id))
    assert say(second, Verb.ACCEPT) == Outcome.ACCEPTED
    assert say(first, Verb.ACCEPT) == Outcome.TAKEN
    assert statuses(sessions, order_id) == [WITHDRAWN, ACCEPTED]
    assert [body for body in messages_to(sessions, NUMBERS[0]) if "已由其他服务商接单" in body]
    assert story(sessions, order_id)[3:] == ["offer_accepted", "withdrawn", "accepted"]


def test_who_refuses_is_followed_by_the_next(sessions: SessionMaker, order_id: int, say: Callable[[int, Verb], str]) -> None:
    first, _ = (offer.id for offer in offers_of(sessions, order_id))
    say(first, Verb.REFUSE)
    assert statuses(sessions, order_id) == [REFUSED, OPEN, OPEN]


def test_each_that_expires_makes_room_for_one(
    sessions: SessionMaker, order_id: int, means: Means, clock: Clock, work_off: WorkOff
) -> None:
    first, second = (offer.id for offer in offers_of(sessions, order_id))
    clock.advance(means.settings.offer_timeout_s)
    expire_offer(means, first)
    work_off()
    assert statuses(sessions, order_id) == [EXPIRED, OPEN, OPEN]
    expire_offer(means, second)
    work_off()
    assert statuses(sessions, order_id) == [EXPIRED, EXPIRED, OPEN, OPEN]


def test_a_cancellation_is_told_to_all_who_have_read_of_it(
    sessions: SessionMaker, queue: JobQueue, order_id: int, clock: Clock
) -> None:
    with sessions() as session:
        cancel_order(session, queue, order_id, "resident", clock())
    assert statuses(sessions, order_id) == [WITHDRAWN, WITHDRAWN]
    assert all("已取消" in messages_to(sessions, number)[-1] for number in NUMBERS[:2])
    assert messages_to(sessions, NUMBERS[2]) == []


def test_an_order_that_is_given_back_goes_to_those_not_asked(
    sessions: SessionMaker, order_id: int, say: Callable[[int, Verb], str]
) -> None:
    first, _ = (offer.id for offer in offers_of(sessions, order_id))
    say(first, Verb.ACCEPT)
    assert say(first, Verb.REFUSE) == Outcome.GIVEN_BACK
    assert statuses(sessions, order_id) == [REFUSED, WITHDRAWN, OPEN, OPEN]
    with sessions() as session:
        order = order_now(session, order_id)
        assert (order.status, order.provider_id, order.price_fen) == (OrderStatus.OFFERED, None, None)
