from sqlalchemy import select

from dispatch.expiring import expire_offer
from dispatch.means import Means
from dispatch.placing import cancel_order
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus, OrderStatus
from tests.dispatch.answers.facts import FIRST, SECOND, Place, Say, WorkOff, status
from tests.dispatch.facts import Clock, FakeGateway, messages_to, offers_of, order_now, story


def test_a_provider_accepts_arrives_and_completes(sessions: SessionMaker, say: Say, code: str) -> None:
    accepted = say(f"1 {code}")
    assert f"已接单{code}" in accepted
    assert "桂花园3号楼2单元502" in accepted
    assert "96345" in accepted
    assert "到达" in say(f"3 {code}")
    assert "完成" in say(f"4 {code}")
    assert story(sessions, 1) == ["placed", "offered", "offer_accepted", "accepted", "arrived", "completed"]
    with sessions() as session:
        order = order_now(session, 1)
        assert order.provider
        assert order.provider.name == "近水维修"
        assert {line.by for line in order.history[2:] if line.happened != "not_told"} == {"provider"}
        incoming = session.scalars(select(Message).where(Message.direction == Direction.IN)).all()
        assert [message.order_id for message in incoming] == [1, 1, 1]
        assert {message.status for message in incoming} == {MessageStatus.RECEIVED}


def test_every_answer_may_be_repeated_and_changes_nothing_more(sessions: SessionMaker, say: Say, code: str) -> None:
    for body in (f"1 {code}", f"3 {code}", f"4 {code}"):
        assert say(body) == say(body)
    assert story(sessions, 1) == ["placed", "offered", "offer_accepted", "accepted", "arrived", "completed"]


def test_without_a_code_the_one_order_that_waits_is_meant(sessions: SessionMaker, say: Say, code: str) -> None:
    assert f"已接单{code}" in say("1")
    assert "目前没有" in say("1")
    assert f"到达订单{code}" in say("到了")
    assert f"订单{code}完成" in say("完成了")
    assert "目前没有" in say("4")


def test_without_a_code_two_orders_are_asked_about(
    sessions: SessionMaker, say: Say, code: str, place: Place, work_off: WorkOff
) -> None:
    other = place()
    work_off()
    with sessions() as session:
        other_code = order_now(session, other).code
    asked = say("1")
    assert code in asked
    assert other_code in asked
    assert status(sessions, 1) is status(sessions, other) is OrderStatus.OFFERED
    say(f"接{other_code}")
    assert status(sessions, other) is OrderStatus.ACCEPTED


def test_a_refusal_goes_to_the_next_at_once(sessions: SessionMaker, say: Say, code: str, gateway: FakeGateway) -> None:
    assert "不接" in say(f"2 {code}")
    assert sorted(number for number, _ in gateway.sent) == [FIRST, FIRST, SECOND]
    assert [offer.status for offer in offers_of(sessions, 1)] == [OfferStatus.REFUSED, OfferStatus.OPEN]
    assert "您已回复不接" in say(f"1 {code}")
    assert "已接单" in say(f"1 {code}", SECOND)


def test_too_late_is_told_and_kept(
    sessions: SessionMaker, say: Say, code: str, means: Means, clock: Clock, work_off: WorkOff
) -> None:
    clock.advance(means.settings.offer_timeout_s)
    expire_offer(means, 1)
    work_off()
    assert "已过答复时间" in say(f"1 {code}")
    assert "accepted_too_late" in story(sessions, 1)
    assert "已接单" in say(f"1 {code}", SECOND)
    assert "已过答复时间" in say(f"1 {code}")
    assert story(sessions, 1).count("accepted_too_late") == 1


def test_who_comes_too_late_is_welcome_while_nobody_else_is_asked(
    sessions: SessionMaker, say: Say, code: str, means: Means, clock: Clock, work_off: WorkOff
) -> None:
    clock.advance(means.settings.offer_timeout_s)
    expire_offer(means, 1)
    assert "已接单" in say(f"1 {code}")
    work_off()
    assert story(sessions, 1) == ["placed", "offered", "expired", "accepted_too_late", "offer_accepted", "accepted"]
    assert len(offers_of(sessions, 1)) == 1


def test_who_comes_when_a_person_looks_already_is_welcome_too(
    sessions: SessionMaker, say: Say, code: str, clock: Clock, place: Place
) -> None:
    with sessions.begin() as session:
        offers, order = session.scalars(select(Offer)).all(), order_now(session, 1)
        for offer in offers:
            offer.status = OfferStatus.EXPIRED
        order.move(OrderStatus.UNFILLED, clock(), "dispatch")
    with sessions.begin() as session:
        order_now(session, place()).code = code  # the code is another order's by now
    accepted = say(f"1 {code}")
    assert "已接单" in accepted
    with sessions() as session:
        order = order_now(session, 1)
        assert order.status is OrderStatus.ACCEPTED
        assert order.code != code
        assert order.code in accepted


def test_an_answer_before_the_expiry_is_noticed_still_counts(
    sessions: SessionMaker, say: Say, code: str, means: Means, clock: Clock
) -> None:
    clock.advance(means.settings.offer_timeout_s + 5)
    assert "已接单" in say(f"1 {code}")
    expire_offer(means, 1)
    assert status(sessions) is OrderStatus.ACCEPTED


def test_a_cancelled_order_is_told_as_cancelled(
    sessions: SessionMaker, say: Say, code: str, means: Means, clock: Clock, work_off: WorkOff
) -> None:
    say(f"1 {code}")
    with sessions() as session:
        cancel_order(session, means.queue, 1, "operator", clock())
    work_off()
    assert any("已取消" in body for body in messages_to(sessions, FIRST))
    for body in (f"1 {code}", f"2 {code}", f"3 {code}", f"4 {code}"):
        assert "已取消" in say(body)
    assert status(sessions) is OrderStatus.CANCELLED


def test_an_accepted_order_can_be_given_back_until_arrival(sessions: SessionMaker, say: Say, code: str) -> None:
    say(f"1 {code}")
    assert "已退回" in say(f"2 {code}")
    assert [offer.status for offer in offers_of(sessions, 1)] == [OfferStatus.REFUSED, OfferStatus.OPEN]
    say(f"1 {code}", SECOND)
    assert "不接" in say(f"3 {code}")
    say(f"3 {code}", SECOND)
    assert "96345" in say(f"2 {code}", SECOND)
    assert status(sessions) is OrderStatus.ARRIVED


def test_arrival_is_not_taken_from_who_has_not_accepted(sessions: SessionMaker, say: Say, code: str) -> None:
    assert f"请先接单：回复1 {code}" in say(f"3 {code}")
    assert "没有找到" in say(f"1 {code}", SECOND)
    assert status(sessions) is OrderStatus.OFFERED


def test_on_the_way_and_completion_without_arrival_are_taken(sessions: SessionMaker, say: Say, code: str) -> None:
    say(f"1 {code}")
    assert "出发" in say(f"已出发 {code}")
    say(f"4 {code}")
    assert "已记录为已完成" in say(f"3 {code}")
    assert story(sessions, 1)[-2:] == ["on_the_way", "completed"]


def test_a_code_that_is_used_again_means_the_newest_order(
    sessions: SessionMaker, say: Say, code: str, place: Place, work_off: WorkOff
) -> None:
    say(f"1 {code}")
    say(f"4 {code}")
    other = place()
    with sessions() as session:
        order_now(session, other).code = code
        session.commit()
    work_off()
    say(f"1 {code}")
    assert status(sessions, 1) is OrderStatus.COMPLETED
    assert status(sessions, other) is OrderStatus.ACCEPTED
