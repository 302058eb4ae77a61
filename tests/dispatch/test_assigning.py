"""What a dispatcher does by hand: an order is given to somebody, taken back, and never goes back to them by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.assigning import assign_order, take_back
from dispatch.means import Means
from dispatch.progress import Outcome, act
from dispatch.reading import Verb
from dispatch.telling import is_overtaken
from models.database import SessionMaker
from models.messages import Message
from models.orders import IllegalTransition, OfferStatus, OfferWay, OrderStatus
from tests.dispatch.facts import NOW, Clock, Community, messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]
FIRST, SECOND, RESIDENT = "13800000001", "13800000002", "13711110000"


@pytest.fixture
def say(sessions: SessionMaker, means: Means, order_id: int) -> Callable[[Verb], str]:
    """The first provider says something of its offer; return what came of it."""

    def answer(verb: Verb) -> str:
        with sessions() as session:
            reply = act(session, means.settings, offers_of(sessions, order_id)[0].id, verb, means.clock())
            session.commit()
        return reply.meant

    return answer


@pytest.fixture
def take(sessions: SessionMaker, means: Means, order_id: int) -> Callable[[], None]:
    """A person takes the order back."""

    def by_hand() -> None:
        with sessions() as session:
            take_back(session, means.queue, order_id, "operator", means.clock(), tell=means.settings)

    return by_hand


def test_what_was_taken_back_is_told_to_both_and_is_offered_to_others(
    sessions: SessionMaker,
    community: Community,
    order_id: int,
    say: Callable[[Verb], str],
    take: Callable[[], None],
    work_off: WorkOff,
) -> None:
    community.provider("远水维修", SECOND, latitude=30.28)
    say(Verb.ACCEPT)
    take()
    work_off()
    assert "改由别人去做" in messages_to(sessions, FIRST)[-1]
    assert "来不了了" in messages_to(sessions, RESIDENT)[-1]
    assert [offer.status for offer in offers_of(sessions, order_id)] == [OfferStatus.WITHDRAWN, OfferStatus.OPEN]


@pytest.mark.parametrize(("hours_before", "urgent"), [(20, False), (2, True)])
def test_what_is_taken_back_is_told_in_the_night_only_if_the_work_is_near(
    sessions: SessionMaker, order_id: int, say: Callable[[Verb], str], take: Callable[[], None], hours_before: int, urgent: bool
) -> None:
    say(Verb.ACCEPT)
    provider_id = offers_of(sessions, order_id)[0].provider_id
    with sessions.begin() as session:
        order_now(session, order_id).starts_at = NOW + timedelta(hours=hours_before)
    take()
    with sessions() as session:
        told = session.scalars(select(Message).where(Message.template == "taken_back")).one()
        assert told.urgent is urgent
        assert not is_overtaken(session, told)
        order_now(session, order_id).provider_id = provider_id
        assert is_overtaken(session, told)  # it is theirs again, and they are not told otherwise in the morning


def test_whom_an_order_was_taken_from_is_neither_telephoned_about_it_nor_gets_it_by_answering_once_more(
    sessions: SessionMaker, order_id: int, say: Callable[[Verb], str], take: Callable[[], None], work_off: WorkOff
) -> None:
    say(Verb.ACCEPT)
    take()
    assert say(Verb.ACCEPT) == Outcome.TAKEN
    work_off()
    assert story(sessions, order_id)[-1] == "unfilled"
    assert say(Verb.ACCEPT) == Outcome.TAKEN
    with sessions() as session:
        assert order_now(session, order_id).status is OrderStatus.UNFILLED


def test_who_agreed_on_the_telephone_gets_the_order_and_everybody_is_told(
    sessions: SessionMaker, community: Community, means: Means, order_id: int, clock: Clock
) -> None:
    gardener = community.provider("花木公司", SECOND, skills=["gardening"])
    with sessions() as session:
        reply = assign_order(session, means.queue, means.settings, order_id, provider_id=gardener, by="operator", now=clock())
    assert reply.meant == Outcome.ACCEPTED
    assert "已由其他服务商接单" in messages_to(sessions, FIRST)[-1]
    assert "已接单" in messages_to(sessions, SECOND)[-1]
    assert "花木公司" in messages_to(sessions, RESIDENT)[-1]
    assert [(offer.status, offer.way) for offer in offers_of(sessions, order_id)] == [
        (OfferStatus.WITHDRAWN, OfferWay.SMS),
        (OfferStatus.ACCEPTED, OfferWay.PERSON),
    ]


def test_an_order_that_nobody_has_is_not_taken_back(order_id: int, take: Callable[[], None]) -> None:
    with pytest.raises(IllegalTransition):
        take()
