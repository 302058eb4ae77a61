from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from dispatch.answers import BODY_AT_MOST, HELP_AT_MOST, act_on_kept_messages, receive_message
from dispatch.expiring import expire_offer
from dispatch.means import Means
from dispatch.placing import cancel_order
from dispatch.troubles import KEEPS_FAILING
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus, OrderStatus
from models.providers import Provider, Worker
from models.residents import ResidentPhone
from models.troubles import Trouble
from tests.dispatch.facts import Clock, Community, FakeGateway, messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]
Place = Callable[..., int]
Say = Callable[..., str]
FIRST, SECOND = "13800000001", "13800000002"


@pytest.fixture
def say(means: Means, sessions: SessionMaker, clock: Clock, work_off: WorkOff) -> Say:
    """A provider sends an SMS; return what it is answered, "" for nothing."""

    def answer(body: str, number: str = FIRST, ref: str | None = None) -> str:
        before = len(messages_to(sessions, number))
        with sessions() as session:
            kept = receive_message(session, means.queue, means.settings, number=number, body=body, gateway_ref=ref, now=clock())
            assert kept.acted_at, "a fault"
        fresh = messages_to(sessions, number)[before:]
        work_off()
        return fresh[0] if fresh else ""

    return answer


@contextmanager
def broken_offers(sessions: SessionMaker) -> Iterator[None]:
    """While it lasts the database has no offers, so that nothing can be done about one."""
    rename = "ALTER TABLE {} RENAME TO {}"
    with sessions() as session:
        session.execute(text(rename.format("offers", "lost")))
        session.commit()
    try:
        yield
    finally:
        with sessions() as session:
            session.execute(text(rename.format("lost", "offers")))
            session.commit()


@pytest.fixture
def code(sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff) -> str:
    """An order that is offered to the first provider, with a second one in reserve; its code."""
    community.provider("近水维修", FIRST)
    community.provider("远水维修", SECOND, latitude=30.28)
    order_id = place()
    work_off()
    with sessions() as session:
        return order_now(session, order_id).code


def status(sessions: SessionMaker, order_id: int = 1) -> OrderStatus:
    with sessions() as session:
        return order_now(session, order_id).status


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


def test_unknown_numbers_wrong_codes_and_riddles_are_answered_helpfully(sessions: SessionMaker, say: Say, code: str) -> None:
    assert "没有登记为服务商" in say(f"1 {code}", "13999999999")
    wrong = "1000" if code != "1000" else "1001"
    assert f"没有找到您的订单{wrong}" in say(f"1 {wrong}")
    assert "没有看懂" in say("在吗？")
    assert status(sessions) is OrderStatus.OFFERED


def test_a_resident_who_answers_an_sms_is_asked_to_call(sessions: SessionMaker, say: Say, community: Community) -> None:
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number="13711110000"))
    answer = say("我不要了", "13711110000")
    assert "请拨打96345" in answer
    assert "服务商" not in answer


def test_a_machine_that_answers_everything_is_not_talked_to_for_ever(say: Say, code: str, clock: Clock) -> None:
    assert [bool(say("我正在开会")) for _ in range(HELP_AT_MOST + 2)] == [True] * HELP_AT_MOST + [False, False]
    assert say(f"1 {code}")
    clock.advance(timedelta(hours=1).total_seconds() + 1)
    assert say("我正在开会")


def test_a_message_that_comes_twice_is_taken_once(sessions: SessionMaker, say: Say, code: str) -> None:
    assert say(f"2 {code}", ref="SM1")
    assert say(f"2 {code}", ref="SM1") == ""
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Message).where(Message.direction == Direction.IN)) == 1


def test_an_sms_whose_deed_fails_is_kept_shown_and_acted_upon_once_later(
    sessions: SessionMaker, means: Means, code: str, clock: Clock, work_off: WorkOff
) -> None:
    facts = {"number": FIRST, "body": f"1 {code}", "gateway_ref": "SM1"}
    with broken_offers(sessions):
        with sessions() as session:
            kept = receive_message(session, means.queue, means.settings, **facts, now=clock())
            assert (kept.body, kept.acted_at) == (f"1 {code}", None)
        act_on_kept_messages(means.settings, sessions, means.queue, clock())  # too early: it may be in hand
        for _ in range(KEEPS_FAILING):
            clock.advance(11)
            act_on_kept_messages(means.settings, sessions, means.queue, clock())
    with sessions() as session:
        trouble = session.scalars(select(Trouble)).one()
        assert (trouble.job, trouble.subject_id, trouble.times) == ("act_on_message", kept.id, KEEPS_FAILING)
    before = len(messages_to(sessions, FIRST))
    for _ in range(2):
        act_on_kept_messages(means.settings, sessions, means.queue, clock())
    with sessions() as session:  # the gateway hands it over again
        assert receive_message(session, means.queue, means.settings, **facts, now=clock()).acted_at == clock()
    assert status(sessions) is OrderStatus.ACCEPTED
    assert [f"已接单{code}" in words for words in messages_to(sessions, FIRST)[before:]] == [True]


def test_a_worker_answers_from_their_own_telephone(sessions: SessionMaker, say: Say, code: str) -> None:
    worker, gone = "13900000001", "13900000002"
    with sessions.begin() as session:
        firm = session.scalars(select(Provider).where(Provider.number == FIRST)).one()
        firm.workers = [
            Worker(name="小周", number=worker, gender="male"),
            Worker(name="小吴", number=gone, gender="male", active=False),
        ]
    assert "没有登记" in say(f"1 {code}", gone)
    assert "没有登记" not in say("对", worker)
    assert f"已接单{code}" in say(f"1 {code}", worker)
    assert "到达" in say(f"3 {code}", worker)
    with sessions() as session:
        order = order_now(session, 1)
        assert order.status is OrderStatus.ARRIVED
        assert order.provider
        assert order.worker
        assert (order.provider.name, order.worker.name) == ("近水维修", "小周")


def test_the_senders_number_may_be_written_in_any_way(sessions: SessionMaker, say: Say, code: str) -> None:
    say(f"1 {code}", "+86 138 0000 0001")
    assert status(sessions) is OrderStatus.ACCEPTED


@pytest.mark.parametrize("sender", ["", "BANK", "'; DROP TABLE orders; --", "1" * 400, "\x00\ud800"])
def test_a_sender_that_is_no_number_is_kept_and_not_answered(
    sessions: SessionMaker, means: Means, code: str, clock: Clock, sender: str
) -> None:
    with sessions() as session:
        receive_message(session, means.queue, means.settings, number=sender, body=f"1 {code}", gateway_ref=None, now=clock())
        assert session.scalar(select(func.count()).select_from(Message).where(Message.status == MessageStatus.CREATED)) == 0
        kept = session.scalars(select(Message).where(Message.direction == Direction.IN)).one()
        assert len(kept.number) <= 40


@pytest.mark.parametrize(
    "body",
    [
        "'; DROP TABLE orders; --",
        "1 4821'); DELETE FROM messages; --",
        "<script>alert(1)</script>",
        "$(reboot) `reboot` ; reboot",
        "1 4821\x00\x1b[2J\u202e",
        "水" * 100_000,
        "\ud800",
        "",
    ],
    ids=range(8),
)
def test_hostile_texts_are_kept_short_and_harmless(sessions: SessionMaker, say: Say, code: str, body: str) -> None:
    say(body)
    with sessions() as session:
        kept = session.scalars(select(Message).where(Message.direction == Direction.IN)).one()
        assert len(kept.body) <= BODY_AT_MOST
        assert kept.body.isprintable()
        assert session.scalar(text("SELECT count(*) FROM orders")) == 1
    assert status(sessions) is OrderStatus.OFFERED


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.text(max_size=120))
def test_no_text_breaks_the_door(say: Say, code: str, body: str) -> None:
    say(body)
