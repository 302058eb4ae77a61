"""Whatever comes in is kept and answered, however strange it is, and whatever fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from dispatch.answers import BODY_AT_MOST, HELP_AT_MOST, act_on_kept_messages, receive_message
from dispatch.means import Means
from dispatch.troubles import KEEPS_FAILING
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import OrderStatus
from models.providers import Provider, Worker
from models.residents import ResidentPhone
from models.troubles import Trouble
from tests.dispatch.answers.facts import FIRST, Say, WorkOff, status
from tests.dispatch.facts import Clock, Community, messages_to, order_now


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
