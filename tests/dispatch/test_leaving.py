"""A resident who moved away or died: nothing is ordered for them, and no machine calls or writes to their family."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.care.calling import call_resident
from dispatch.follow_ups.asking import after_completion
from dispatch.means import Means
from dispatch.offers import lock_order
from dispatch.outbound.asking import ask_for_call
from dispatch.outbound.wanted import is_wanted
from dispatch.placing import ResidentLeft
from dispatch.repeats.changing import RepeatRefused, RepeatRequest, add_repeat
from dispatch.residents.leaving import come_back, leave
from dispatch.telling import tell_resident
from models.care_calls import CareAttempt, CareCall, CareReason, CareStatus
from models.database import SessionMaker
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.messages import Direction, Message, MessageStatus
from models.orders import Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.repeats import Repeat
from models.residents import Resident, ResidentPhone
from models.settings import Settings
from tests.dispatch.facts import NOW, Community, order_now
from tests.dispatch.repeats.conftest import every_noon

NUMBER = "13800000001"


@pytest.fixture
def resident_id(sessions: SessionMaker, community: Community) -> int:
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number=NUMBER))
    return community.resident_id


@pytest.fixture
def gone(sessions: SessionMaker, resident_id: int) -> Callable[[], None]:
    """The resident dies."""

    def leave_now() -> None:
        with sessions.begin() as session:
            leave(session, session.get_one(Resident, resident_id), date(2026, 11, 20), "died", NOW, by="chen")

    return leave_now


@contextmanager
def finished(sessions: SessionMaker, order_id: int) -> Iterator[tuple[Session, Order]]:
    """The order's work is done just now."""
    with sessions.begin() as session:
        order = lock_order(session, order_id)
        for step in ("offered", "accepted", "on_the_way", "arrived", "completed"):
            order.move(OrderStatus(step), NOW, "provider")
        yield session, order


def test_nothing_is_ordered_for_them(gone: Callable[[], None], place: Callable[..., int], sessions: SessionMaker) -> None:
    gone()
    with pytest.raises(ResidentLeft):
        place()
    with sessions() as session:
        assert session.scalars(select(Order)).all() == []


def test_repeating_orders_end_and_none_is_added(
    gone: Callable[[], None], sessions: SessionMaker, community: Community, resident_id: int
) -> None:
    with sessions.begin() as session:
        session.add(every_noon(resident_id=resident_id, service_id=community.repair_id))
    gone()
    with sessions.begin() as session:
        repeat = session.scalars(select(Repeat)).one()
        assert repeat.ended_at == NOW
        again = {"weekdays": frozenset({0}), "starts": repeat.starts, "ends": repeat.ends, "first_on": repeat.first_on}
        wanted = RepeatRequest(resident_id=resident_id, service_id=community.repair_id, **again)  # type: ignore[arg-type]
        with pytest.raises(RepeatRefused, match="已经离开"):
            add_repeat(session, wanted, NOW)
        come_back(session, session.get_one(Resident, resident_id), NOW, by="chen")
        assert add_repeat(session, wanted, NOW).ended_at is None


def test_a_care_call_that_was_to_be_tried_again_is_dropped(
    gone: Callable[[], None], means: Means, sessions: SessionMaker, resident_id: int
) -> None:
    with sessions.begin() as session:
        care_call = CareCall(resident_id=resident_id, reason=CareReason.ROUTINE, due_at=NOW, status=CareStatus.CALLING)
        session.add(care_call)
        session.flush()
        care_call_id = care_call.id
    gone()
    with sessions.begin() as session:
        session.get_one(CareCall, care_call_id).status = CareStatus.PLANNED  # nobody answered
    call_resident(means, care_call_id)
    with sessions() as session:
        assert session.get_one(CareCall, care_call_id).status is CareStatus.DROPPED
        assert session.scalars(select(CareAttempt)).all() == []


def test_how_the_work_was_a_person_finds_out(
    gone: Callable[[], None], sessions: SessionMaker, settings: Settings, resident_id: int, place: Callable[..., int]
) -> None:
    before, after = place(), place()
    with finished(sessions, before) as (session, order):
        after_completion(session, settings, order, NOW)
    gone()
    with finished(sessions, after) as (session, order):
        assert after_completion(session, settings, order, NOW) == []
    with sessions() as session:
        assert set(session.scalars(select(OrderFollowUp.status))) == {FollowUpStatus.BY_HAND}
        assert [call.status for call in session.scalars(select(OutboundCall))] == [OutboundStatus.DROPPED]


def test_they_are_told_nothing_by_sms_nor_by_voice(
    gone: Callable[[], None], sessions: SessionMaker, settings: Settings, place: Callable[..., int], resident_id: int
) -> None:
    order_id = place()
    with sessions.begin() as session:
        told = {"direction": Direction.OUT, "number": NUMBER, "body": "【邻里】明天来。", "status": MessageStatus.BY_VOICE}
        message = Message(order_id=order_id, template="resident_accepted", created_at=NOW - timedelta(minutes=1), **told)
        session.add(message)
        session.flush()
        call = ask_for_call(session, CallPurpose.TELL, NUMBER, NOW, order_id=order_id, message_id=message.id)
        assert is_wanted(session, call)
    gone()
    with sessions.begin() as session:
        assert not is_wanted(session, session.scalars(select(OutboundCall)).one())
        assert tell_resident(session, settings, lock_order(session, order_id), "resident_accepted", NOW) == []
    with sessions() as session:
        assert [line.happened for line in order_now(session, order_id).history] == ["placed", "not_told"]
