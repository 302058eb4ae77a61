"""An order by hand: one form places one order, whom the operator chose is asked or has it, and the rest goes its ordinary way."""

from collections.abc import Callable

import pytest

from dispatch.means import Means
from dispatch.placing import FormPlaced, write_order
from dispatch.progress import act, follow
from dispatch.reading import Verb
from dispatch.taking import take_order
from models.database import SessionMaker
from models.orders import OfferStatus, OfferWay, OrderStatus
from tests.dispatch.facts import Community, messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]
FIRST, SECOND, THIRD = "13800000001", "13800000002", "13800000003"


@pytest.fixture
def providers(community: Community) -> list[int]:
    """The best first."""
    return [
        community.provider(name, number, rating=rating)
        for name, number, rating in (("甲", FIRST, 5.0), ("乙", SECOND, 4.0), ("丙", THIRD, 3.0))
    ]


@pytest.fixture
def take(sessions: SessionMaker, means: Means, community: Community) -> Callable[..., int]:
    """Take an order by hand; return its id."""

    def by_hand(**how: object) -> int:
        request = community.request(operator="chen", form_key="k1", note="门铃坏了")
        with sessions() as session:
            return take_order(session, means.queue, means.settings, request, means.clock(), **how).id  # type: ignore[arg-type]

    return by_hand


def test_one_form_places_one_order(sessions: SessionMaker, means: Means, community: Community, take: Callable[..., int]) -> None:
    first = take()
    assert take() == first
    with sessions() as session, pytest.raises(FormPlaced):  # whoever was a moment too late to see the first
        write_order(session, community.request(form_key="k1"), means.clock())


def test_without_a_choice_the_best_is_asked(
    sessions: SessionMaker, take: Callable[..., int], providers: list[int], work_off: WorkOff
) -> None:
    order_id = take()
    assert work_off() == ["offer_order", "send_message"]
    assert [offer.provider_id for offer in offers_of(sessions, order_id)] == providers[:1]


def test_those_chosen_are_asked_and_after_them_the_others(
    sessions: SessionMaker, means: Means, take: Callable[..., int], providers: list[int], work_off: WorkOff
) -> None:
    order_id = take(ask=providers[1:])
    assert work_off() == ["send_message", "send_message"]
    assert [offer.provider_id for offer in offers_of(sessions, order_id)] == providers[1:]
    for offer in offers_of(sessions, order_id):
        with sessions() as session:
            reply = act(session, means.settings, offer.id, Verb.REFUSE, means.clock())
            session.commit()
            follow(means.queue, reply, means.clock())
    work_off()
    assert offers_of(sessions, order_id)[-1].provider_id == providers[0]


def test_who_agreed_by_telephone_has_it_and_nobody_else_is_asked(
    sessions: SessionMaker, take: Callable[..., int], providers: list[int], work_off: WorkOff
) -> None:
    order_id = take(give_to=providers[2])
    work_off()
    assert [(offer.status, offer.way) for offer in offers_of(sessions, order_id)] == [(OfferStatus.ACCEPTED, OfferWay.PERSON)]
    assert "门铃坏了" in messages_to(sessions, THIRD)[-1]
    with sessions() as session:
        assert order_now(session, order_id).status is OrderStatus.ACCEPTED
    assert story(sessions, order_id)[0] == "placed"
