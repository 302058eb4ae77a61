from collections.abc import Callable
from datetime import time, timedelta

from sqlalchemy import select

from dispatch.expiring import expire_offer
from dispatch.means import Means
from dispatch.offering import offer_order
from models.database import SessionMaker
from models.messages import Message, MessageStatus
from models.orders import OfferStatus, OrderStatus
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Clock, Community, FakeGateway, messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]
Place = Callable[..., int]


def test_the_best_provider_gets_an_sms_and_the_offer_says_why(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff, gateway: FakeGateway
) -> None:
    community.provider("远水维修", "13800000002", latitude=30.30)
    near = community.provider("近水维修", "13800000001")
    order_id = place()
    work_off()
    [offer] = offers_of(sessions, order_id)
    assert (offer.provider_id, offer.status) == (near, OfferStatus.OPEN)
    assert offer.reasons["distance_km"] < 0.1
    assert [number for number, _ in gateway.sent] == ["13800000001"]
    with sessions() as session:
        order = order_now(session, order_id)
        assert order.status is OrderStatus.OFFERED
        assert f"新订单{order.code}：水电维修，11月23日（周一）上午9点" in gateway.sent[0][1]
        assert order.history[-1].details == {"provider": "近水维修", "offer": offer.id}


def test_an_order_is_offered_once_however_often_it_is_asked_for(
    sessions: SessionMaker, means: Means, community: Community, place: Place
) -> None:
    community.provider("近水维修", "13800000001")
    community.provider("另一家", "13800000002")
    order_id = place()
    for _ in range(3):
        offer_order(means, order_id)
    assert len(offers_of(sessions, order_id)) == 1
    assert story(sessions, order_id) == ["placed", "offered"]


def test_the_next_is_asked_when_the_time_is_over(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    work_off: WorkOff,
    means: Means,
    clock: Clock,
    scheduled: Callable[[], list[str]],
) -> None:
    for number in (1, 2):
        community.provider(f"第{number}家", f"1380000000{number}")
    order_id = place()
    work_off()
    [first] = offers_of(sessions, order_id)
    assert f"expire_offer-{first.id}" in scheduled()
    clock.advance(means.settings.offer_timeout_s)
    expire_offer(means, first.id)
    expire_offer(means, first.id)
    work_off()
    assert [offer.status for offer in offers_of(sessions, order_id)] == [OfferStatus.EXPIRED, OfferStatus.OPEN]
    assert story(sessions, order_id) == ["placed", "offered", "expired", "offered"]


def test_an_expiry_that_comes_early_waits(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff, means: Means, clock: Clock
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    work_off()
    clock.advance(means.settings.offer_timeout_s - 1)
    expire_offer(means, offers_of(sessions, order_id)[0].id)
    assert offers_of(sessions, order_id)[0].status is OfferStatus.OPEN


def test_an_urgent_order_waits_for_an_answer_less_long(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff, gateway: FakeGateway
) -> None:
    community.provider("近水维修", "13800000001")
    soon = {"starts_at": NOW + timedelta(hours=1), "ends_at": NOW + timedelta(hours=2)}
    order_id = place(service_id=community.urgent_id, **soon)
    work_off()
    assert offers_of(sessions, order_id)[0].expires_at == NOW + timedelta(seconds=60)
    assert "1分钟内有效" in gateway.sent[0][1]


def test_an_urgent_service_wanted_tomorrow_is_not_urgent(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place(service_id=community.urgent_id)
    work_off()
    assert offers_of(sessions, order_id)[0].expires_at == NOW + timedelta(seconds=300)


def test_nobody_fits_and_a_person_must_look(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff, gateway: FakeGateway
) -> None:
    community.provider("理发店", "13800000001", skills=["haircut"])
    community.provider("夜班", "13800000002", opens=time(20), closes=time(23))
    community.provider("别处", "13800000003", areas=[])
    order_id = place()
    assert work_off() == ["offer_order"]
    with sessions() as session:
        order = order_now(session, order_id)
        assert order.status is OrderStatus.UNFILLED
        [unfilled] = [line for line in order.history if line.happened == "unfilled"]
        assert unfilled.details == {"reason": "nobody_fits"}
    assert gateway.sent == []


def test_an_order_whose_time_is_over_is_offered_to_nobody(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff, clock: Clock
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    clock.now = TOMORROW_AT_NINE + timedelta(hours=2)
    work_off()
    with sessions() as session:
        [unfilled] = [line for line in order_now(session, order_id).history if line.happened == "unfilled"]
        assert unfilled.details == {"reason": "too_late"}


def test_a_cancelled_order_is_offered_to_nobody(
    sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff, clock: Clock
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    with sessions() as session:
        order_now(session, order_id).move(OrderStatus.CANCELLED, clock(), "resident")
        session.commit()
    work_off()
    assert messages_to(sessions, "13800000001") == []


def test_offer_and_message_are_written_together(sessions: SessionMaker, means: Means, community: Community, place: Place) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    offer_order(means, order_id)
    [offer] = offers_of(sessions, order_id)
    with sessions() as session:
        [message] = session.scalars(select(Message))
    assert message.status is MessageStatus.CREATED
    assert (message.order_id, message.offer_id) == (order_id, offer.id)
