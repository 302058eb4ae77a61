"""What follows the work: the call that is planned, what is said of the work, and the provider's credit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from dispatch.complaints import NobodyToBlame, look_at_complaint, raise_complaint
from dispatch.credit_changes import change_credit
from dispatch.follow_ups.asking import after_completion, leave_to_a_person
from dispatch.follow_ups.recording import record_follow_up
from dispatch.money import enter_price
from dispatch.offers import lock_order
from dispatch.providers.standing import freeze_provider
from dispatch.queue import JobQueue
from models.calls import Call
from models.database import SessionMaker
from models.follow_ups import Complaint, FollowUpStatus, OrderFollowUp
from models.orders import Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.providers import CreditChange, CreditReason, Provider
from models.settings import Settings
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Community, messages_to, order_now, story

NUMBER = "13900000001"
DONE_AT = TOMORROW_AT_NINE + timedelta(hours=1)  # ten o'clock there
_S = OrderStatus
STEPS = (_S.OFFERED, _S.ACCEPTED, _S.ON_THE_WAY, _S.ARRIVED, _S.COMPLETED)


@pytest.fixture
def done(sessions: SessionMaker, settings: Settings, community: Community, place: Callable[..., int]) -> tuple[int, int]:
    """An order whose work is done, and its follow-up: their ids."""
    provider_id = community.provider("桂花水电", NUMBER)
    return finished_by(sessions, settings, place(), provider_id)


def finished_by(sessions: SessionMaker, settings: Settings, order_id: int, provider_id: int) -> tuple[int, int]:
    with sessions() as session:
        order = lock_order(session, order_id)
        order.provider_id = provider_id
        for step in STEPS:
            order.move(step, DONE_AT, "provider")
        [call] = after_completion(session, settings, order, DONE_AT)
        session.commit()
        assert call.follow_up_id
        return order_id, call.follow_up_id


@pytest.fixture
def record(sessions: SessionMaker, queue: JobQueue) -> Callable[..., bool]:
    """Write down what the resident says; well done and five marks, unless told otherwise."""

    def write(follow_up_id: int, **said: object) -> bool:
        usual = {"was_done": True, "score": 5, "words": "", "call_id": None, "by": "resident", "now": DONE_AT}
        with sessions() as session:
            return record_follow_up(session, queue, follow_up_id, **(usual | said))  # type: ignore[arg-type]

    return write


def provider_now(sessions: SessionMaker) -> Provider:
    with sessions() as session:
        return session.scalars(select(Provider).where(Provider.number == NUMBER)).one()


def complaint_now(sessions: SessionMaker) -> Complaint:
    with sessions() as session:
        return session.scalars(select(Complaint)).one()


def look_at(sessions: SessionMaker, upheld: bool, outcome: OrderStatus = OrderStatus.CONFIRMED) -> None:
    with sessions() as session:
        complaint_id = session.scalars(select(Complaint.id).where(Complaint.looked_at.is_(None))).first()
        assert complaint_id
        facts = {"upheld": upheld, "finding": "师傅晚到两小时", "outcome": outcome, "by": "banzhang", "now": DONE_AT}
        look_at_complaint(session, complaint_id, **facts)  # type: ignore[arg-type]
        session.commit()


def test_what_a_call_tells_after_a_person_has_written_it_down_stands_in_the_history(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    order_id, follow_up_id = done
    assert record(follow_up_id, by="operator")
    with sessions.begin() as session:
        call = Call(channel_id="1.1", number=NUMBER, started_at=DONE_AT)
        session.add(call)
        session.flush()
        call_id = call.id
    assert not record(follow_up_id, was_done=False, score=1, words="水龙头还漏", call_id=call_id)
    assert not record(follow_up_id, by="operator")
    with sessions() as session:
        last = order_now(session, order_id).history[-1]
        assert (last.happened, last.by) == ("told_again", "resident")
        assert last.details == {"call": call_id, "score": 1, "work": "not_done", "words": "水龙头还漏"}
    assert provider_now(sessions).scores == 1


def test_the_resident_is_called_an_hour_after_the_work(sessions: SessionMaker, done: tuple[int, int]) -> None:
    with sessions() as session:
        call = session.scalars(select(OutboundCall)).one()
        assert (call.purpose, call.number, call.order_id, call.follow_up_id) == (CallPurpose.FOLLOW_UP, "", *done)
        assert call.due_at == DONE_AT + timedelta(hours=1)


def test_who_may_not_be_called_then_is_called_when_they_may(
    sessions: SessionMaker, settings: Settings, done: tuple[int, int]
) -> None:
    with sessions() as session:
        session.delete(session.scalars(select(OutboundCall)).one())
        session.delete(session.scalars(select(OrderFollowUp)).one())
        session.flush()
        [call] = after_completion(session, settings, order_now(session, done[0]), DONE_AT.replace(hour=10))  # 18:00
        assert call.due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_work_that_is_done_twice_is_followed_up_once(sessions: SessionMaker, settings: Settings, done: tuple[int, int]) -> None:
    with sessions() as session:
        [again] = after_completion(session, settings, order_now(session, done[0]), DONE_AT)
        assert session.scalars(select(OutboundCall)).all() == [again]


def test_a_good_score_confirms_the_order_and_raises_rating_and_credit(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    assert record(done[1], score=5)
    provider = provider_now(sessions)
    assert (provider.rating, provider.scores, provider.frozen_at) == (5.0, 1, None)
    assert provider.credit == pytest.approx((80 * 0.9 + 10) * 0.98 + 2)
    assert story(sessions, done[0])[-2:] == ["followed_up", "confirmed"]
    with sessions() as session:
        assert session.scalars(select(OutboundCall.status)).one() is OutboundStatus.DROPPED  # by hand, before it was placed
        changes = session.scalars(select(CreditChange).order_by(CreditChange.id)).all()
        assert [change.reason for change in changes] == [CreditReason.SCORE, CreditReason.DONE]
        assert changes[-1].credit == provider.credit == pytest.approx(80 + sum(change.change for change in changes))


def test_what_is_recorded_twice_counts_once(sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]) -> None:
    assert record(done[1], score=5)
    assert not record(done[1], score=1, complains=True)
    assert (provider_now(sessions).scores, order_status(sessions, done[0])) == (1, OrderStatus.CONFIRMED)


def order_status(sessions: SessionMaker, order_id: int) -> OrderStatus:
    with sessions() as session:
        return order_now(session, order_id).status


@pytest.mark.parametrize(
    "said",
    [{"was_done": False, "score": None, "words": "没来"}, {"score": 2, "words": "他晚来两小时", "complains": True}],
)
def test_a_complaint_disputes_the_order_and_freezes_the_provider_until_it_is_looked_at(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool], said: dict[str, object]
) -> None:
    record(done[1], **said)
    assert order_status(sessions, done[0]) is OrderStatus.DISPUTED
    assert provider_now(sessions).frozen_at == DONE_AT
    assert (complaint_now(sessions).words, complaint_now(sessions).raised_by) == (said["words"], "resident")
    before = provider_now(sessions).credit
    look_at(sessions, upheld=True)
    provider = provider_now(sessions)
    assert (provider.frozen_at, provider.credit) == (None, before - 15)
    assert order_status(sessions, done[0]) is OrderStatus.CONFIRMED
    raised, upheld = messages_to(sessions, NUMBER)
    assert "暂不派新单" in raised
    assert "师傅晚到两小时" in upheld


def test_a_complaint_that_is_not_upheld_costs_nothing(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    record(done[1], was_done=False, score=None)
    with sessions.begin() as session:
        enter_price(order_now(session, done[0]), 60_00)
    look_at(sessions, upheld=False, outcome=OrderStatus.CANCELLED)
    with sessions() as session:
        assert order_now(session, done[0]).owed_fen is None  # nobody pays for it
    assert (provider_now(sessions).frozen_at, provider_now(sessions).credit) == (None, 80)
    assert order_status(sessions, done[0]) is OrderStatus.CANCELLED
    assert "不成立" in messages_to(sessions, NUMBER)[-1]


def test_a_provider_stays_frozen_while_another_complaint_waits(
    sessions: SessionMaker, settings: Settings, done: tuple[int, int], place: Callable[..., int], record: Callable[..., bool]
) -> None:
    _, other = finished_by(sessions, settings, place(), provider_now(sessions).id)
    record(done[1], was_done=False)
    record(other, was_done=False, now=DONE_AT + timedelta(minutes=1))
    look_at(sessions, upheld=False)
    assert provider_now(sessions).frozen_at
    look_at(sessions, upheld=False)
    assert provider_now(sessions).frozen_at is None


def test_who_was_frozen_for_another_reason_stays_so(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    with sessions() as session:
        session.get_one(Provider, provider_now(sessions).id).frozen_at = NOW
        session.commit()
    record(done[1], was_done=False)
    look_at(sessions, upheld=False)
    assert provider_now(sessions).frozen_at == NOW


def test_whom_a_person_freezes_while_a_complaint_waits_stays_so(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    record(done[1], was_done=False)
    later = DONE_AT + timedelta(minutes=1)
    with sessions() as session:
        freeze_provider(session, provider_now(sessions).id, "没有执照", later, by="wang")
    look_at(sessions, upheld=False)
    assert provider_now(sessions).frozen_at == later


def test_a_complaint_on_a_confirmed_order_disputes_it_and_a_second_one_is_added_to_the_first(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    record(done[1])
    for words in ("又漏了", "电话也不接", "又漏了"):
        with sessions() as session:
            raise_complaint(session, lock_order(session, done[0]), words, DONE_AT, by="wang")
            session.commit()
    assert complaint_now(sessions).words == "又漏了；电话也不接"
    assert order_status(sessions, done[0]) is OrderStatus.DISPUTED


def test_who_has_complained_already_is_not_called_about_it(sessions: SessionMaker, done: tuple[int, int]) -> None:
    with sessions() as session:
        raise_complaint(session, lock_order(session, done[0]), "没修好", DONE_AT, by="wang")
        session.commit()
        assert session.scalars(select(OrderFollowUp.status)).one() is FollowUpStatus.DROPPED
        assert session.scalars(select(OutboundCall.status)).one() is OutboundStatus.DROPPED


def test_nobody_is_to_blame_for_an_order_that_nobody_has(sessions: SessionMaker, place: Callable[..., int]) -> None:
    order_id = place()
    with sessions() as session, pytest.raises(NobodyToBlame):
        raise_complaint(session, lock_order(session, order_id), "没人来", NOW, by="wang")


def test_who_was_not_reached_is_left_to_a_person_who_may_still_record_it(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    with sessions() as session:
        leave_to_a_person(session, done[1], DONE_AT)
        session.commit()
        assert session.get_one(OrderFollowUp, done[1]).status is FollowUpStatus.BY_HAND
    assert record(done[1], by="wang", score=4)
    assert order_status(sessions, done[0]) is OrderStatus.CONFIRMED


def test_an_order_costs_its_provider_credit_once_for_one_reason(sessions: SessionMaker, done: tuple[int, int]) -> None:
    with sessions() as session:
        provider_id = provider_now(sessions).id
        assert change_credit(session, provider_id, CreditReason.UNANSWERED, NOW, order_id=done[0])
        assert change_credit(session, provider_id, CreditReason.UNANSWERED, NOW, order_id=done[0]) is None
        assert change_credit(session, provider_id, CreditReason.GIVEN_BACK, NOW, order_id=done[0])
        session.commit()
    assert provider_now(sessions).credit == 75.5


def test_a_late_order_brings_no_credit_for_being_done(
    sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]
) -> None:
    with sessions() as session:
        change_credit(session, provider_now(sessions).id, CreditReason.LATE, DONE_AT, order_id=done[0])
        session.commit()
    record(done[1], score=None)
    assert provider_now(sessions).credit == 77


def test_the_order_knows_its_history(sessions: SessionMaker, done: tuple[int, int], record: Callable[..., bool]) -> None:
    record(done[1], was_done=False)
    look_at(sessions, upheld=True)
    with sessions() as session:
        told = [line.happened for line in session.get_one(Order, done[0]).history]
    assert told[-5:] == ["followed_up", "disputed", "complaint", "confirmed", "complaint_upheld"]
