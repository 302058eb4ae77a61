"""Calls about orders, from being asked for to their end, or to what follows where nobody is reached."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select

import exchange.originating
from dispatch.means import Means
from dispatch.outbound.attempts import EXCHANGE_AGAIN_S, end_attempt
from dispatch.outbound.calling import place_call
from dispatch.telling import OVERTAKEN
from models.calls import Call
from models.database import SessionMaker
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundResult, OutboundStatus
from models.residents import ResidentPhone
from models.settings import Settings
from tests.dispatch.facts import Clock
from tests.dispatch.outbound.conftest import PLUMBER, RESIDENT, Ask
from tests.dispatch.outbound.facts import attempts, found
from tests.exchange.fake_manager import FakeManager

VAIN = (OutboundResult.NO_ANSWER, OutboundResult.BUSY, OutboundResult.GONE, OutboundResult.SILENT, OutboundResult.CUT_OFF)

End = Callable[[int, OutboundResult], OutboundCall]


@pytest.fixture
def end(means: Means, sessions: SessionMaker, exchange_here: FakeManager, clock: Clock) -> End:
    """Place the call when it is due, and end the attempt so."""

    def end_so(call_id: int, result: OutboundResult) -> OutboundCall:
        clock.now = max(clock.now, found(sessions, call_id).due_at)
        place_call(means, call_id)
        [*_, attempt] = attempts(sessions)
        end_attempt(sessions, means.queue, means.settings, attempt.id, result=result, now=clock())
        return found(sessions, call_id)

    return end_so


def test_a_call_that_is_due_is_rung_once_however_often_it_is_asked_for(
    means: Means, sessions: SessionMaker, ask: Ask, offer_id: int, exchange_here: FakeManager, settings: Settings
) -> None:
    call_id = ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id)
    assert ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id) == call_id
    place_call(means, call_id)
    place_call(means, call_id)
    [ring] = exchange_here.wait_for("Originate")
    [attempt] = attempts(sessions)
    assert ring["Channel"] == f"PJSIP/{PLUMBER}@carrier-demo"
    assert (ring["Context"], ring["Exten"]) == ("outbound", str(attempt.id))
    assert ring["ChannelId"].endswith(f".00{attempt.id}")
    assert ring["CallerID"] == settings.hotline_number
    assert found(sessions, call_id).status is OutboundStatus.CALLING


def test_a_call_waits_until_it_is_due(
    means: Means, sessions: SessionMaker, ask: Ask, follow_up_id: int, clock: Clock, scheduled: Any
) -> None:
    call_id = ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id, due_at=clock() + timedelta(minutes=5))
    place_call(means, call_id)
    assert attempts(sessions) == []
    assert scheduled() == [f"place_call-{call_id}"]


def test_an_offer_that_is_answered_meanwhile_rings_nobody(means: Means, sessions: SessionMaker, ask: Ask, offer_id: int) -> None:
    call_id = ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id)
    with sessions.begin() as session:
        session.get_one(Offer, offer_id).status = OfferStatus.WITHDRAWN
    place_call(means, call_id)
    assert found(sessions, call_id).status is OutboundStatus.DROPPED
    assert attempts(sessions) == []


@pytest.mark.parametrize("result", VAIN)
def test_a_provider_who_cannot_be_reached_holds_nobody_up(
    end: End, sessions: SessionMaker, ask: Ask, offer_id: int, clock: Clock, redis: Redis, result: OutboundResult
) -> None:
    call = end(ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id), result)
    assert call.status is OutboundStatus.UNREACHED
    with sessions() as session:
        assert session.get_one(Offer, offer_id).expires_at == clock()
    assert redis.exists(f"rq:job:expire_offer-{offer_id}")


def test_a_provider_who_has_answered_is_reached(end: End, sessions: SessionMaker, ask: Ask, offer_id: int, clock: Clock) -> None:
    call = end(ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id), OutboundResult.DONE)
    assert (call.status, call.ended_at) == (OutboundStatus.DONE, clock())
    with sessions() as session:
        assert session.get_one(Offer, offer_id).expires_at > clock()


def test_an_offer_waits_a_moment_for_an_exchange_that_is_at_fault_and_then_goes_on(
    end: End, sessions: SessionMaker, ask: Ask, offer_id: int, clock: Clock
) -> None:
    call_id = ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id)
    for _ in range(2):
        call = end(call_id, OutboundResult.FAILED)
        assert (call.status, call.due_at) == (OutboundStatus.DUE, clock() + timedelta(seconds=5))
    assert end(call_id, OutboundResult.FAILED).status is OutboundStatus.UNREACHED


def test_while_the_exchange_is_down_an_offer_is_put_off_until_it_may_be_back(
    means: Means, sessions: SessionMaker, ask: Ask, offer_id: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange.originating, "CONNECTED_WITHIN_S", 0.05)
    call_id = ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id)
    place_call(means, call_id)
    assert [one.result for one in attempts(sessions)] == [OutboundResult.FAILED]
    call = found(sessions, call_id)
    assert (call.status, call.due_at) == (OutboundStatus.DUE, clock() + timedelta(seconds=EXCHANGE_AGAIN_S))


def test_a_follow_up_is_tried_three_times_ten_minutes_apart_and_then_left_to_a_person(
    end: End, sessions: SessionMaker, ask: Ask, follow_up_id: int, clock: Clock
) -> None:
    call_id = ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id)
    for result in (OutboundResult.NO_ANSWER, OutboundResult.FAILED):
        call = end(call_id, result)
        assert (call.status, call.due_at) == (OutboundStatus.DUE, clock() + timedelta(minutes=10))
    assert end(call_id, OutboundResult.SILENT).status is OutboundStatus.UNREACHED
    with sessions() as session:
        assert session.get_one(OrderFollowUp, follow_up_id).status is FollowUpStatus.BY_HAND


def test_a_follow_up_goes_round_the_residents_telephones(
    end: End, sessions: SessionMaker, ask: Ask, follow_up_id: int, order_id: int, exchange_here: FakeManager
) -> None:
    with sessions.begin() as session:
        resident = session.get_one(Order, order_id).resident_id
        session.add(ResidentPhone(resident_id=resident, number="057188010001"))
    call_id = ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id)
    for _ in range(2):
        end(call_id, OutboundResult.NO_ANSWER)
    rung = [ring["Channel"] for ring in exchange_here.wait_for("Originate", 2)]
    assert rung == [f"PJSIP/{RESIDENT}@carrier-demo", "PJSIP/057188010001@carrier-demo"]


def test_a_resident_who_is_on_the_telephone_is_followed_up_later(
    means: Means, sessions: SessionMaker, ask: Ask, follow_up_id: int, clock: Clock
) -> None:
    call_id = ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id)
    with sessions.begin() as session:
        session.add(Call(channel_id="1.1", number=RESIDENT, started_at=clock()))
    place_call(means, call_id)
    assert attempts(sessions) == []
    assert found(sessions, call_id).due_at == clock() + timedelta(minutes=5)


def test_who_has_no_telephone_is_for_a_person_at_once(means: Means, sessions: SessionMaker, ask: Ask, follow_up_id: int) -> None:
    with sessions.begin() as session:
        session.delete(session.scalars(select(ResidentPhone)).one())
    call_id = ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id)
    place_call(means, call_id)
    assert found(sessions, call_id).status is OutboundStatus.UNREACHED
    with sessions() as session:
        assert session.get_one(OrderFollowUp, follow_up_id).status is FollowUpStatus.BY_HAND


@pytest.mark.parametrize(("urgent", "rung"), [(True, 1), (False, 0)])
def test_only_what_is_urgent_is_told_at_night(
    means: Means,
    sessions: SessionMaker,
    ask: Ask,
    message_id: int,
    exchange_here: FakeManager,
    clock: Clock,
    urgent: bool,
    rung: int,
) -> None:
    with sessions.begin() as session:
        session.get_one(Message, message_id).urgent = urgent
    clock.advance(12 * 3600)  # ten at night
    call_id = ask(CallPurpose.TELL, RESIDENT, message_id=message_id)
    place_call(means, call_id)
    assert len(attempts(sessions)) == rung
    if not urgent:
        assert found(sessions, call_id).due_at == clock() + timedelta(hours=11)


def test_a_text_that_neither_sms_nor_telephone_brings_has_failed(
    end: End, sessions: SessionMaker, ask: Ask, message_id: int
) -> None:
    call_id = ask(CallPurpose.TELL, RESIDENT, message_id=message_id)
    for _ in range(3):
        end(call_id, OutboundResult.NO_ANSWER)
    with sessions() as session:
        message = session.get_one(Message, message_id)
        assert (message.status, message.error) == (MessageStatus.FAILED, "not reached by telephone")


def test_what_a_later_message_tells_otherwise_is_not_spoken(
    means: Means, sessions: SessionMaker, ask: Ask, message_id: int, order_id: int, clock: Clock
) -> None:
    call_id = ask(CallPurpose.TELL, RESIDENT, message_id=message_id)
    with sessions.begin() as session:
        session.get_one(Message, message_id).template = "resident_accepted"
        later = {"direction": Direction.OUT, "number": RESIDENT, "body": "【邻里】老李来不了了。", "order_id": order_id}
        session.add(Message(template="resident_given_back", status=MessageStatus.CREATED, created_at=clock(), **later))
    place_call(means, call_id)
    assert found(sessions, call_id).status is OutboundStatus.DROPPED
    with sessions() as session:
        message = session.get_one(Message, message_id)
        assert (message.status, message.error) == (MessageStatus.FAILED, OVERTAKEN)


def test_a_provider_is_connected_only_while_the_work_is_to_be_done(
    means: Means, sessions: SessionMaker, ask: Ask, order_id: int, offer_id: int, exchange_here: FakeManager
) -> None:
    refused = ask(CallPurpose.CONNECT, PLUMBER)
    place_call(means, refused)
    assert found(sessions, refused).status is OutboundStatus.DROPPED
    with sessions.begin() as session:
        order = session.get_one(Order, order_id)
        order.status, order.provider_id = OrderStatus.ACCEPTED, session.get_one(Offer, offer_id).provider_id
    stranger = ask(CallPurpose.CONNECT, RESIDENT)
    place_call(means, stranger)
    assert found(sessions, stranger).status is OutboundStatus.DROPPED
    place_call(means, ask(CallPurpose.CONNECT, PLUMBER))
    [ring] = exchange_here.wait_for("Originate")
    assert ring["Channel"] == f"PJSIP/{PLUMBER}@carrier-demo"


def test_the_first_word_on_an_attempt_counts(end: End, means: Means, sessions: SessionMaker, ask: Ask, offer_id: int) -> None:
    call = end(ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id), OutboundResult.DONE)
    [attempt] = attempts(sessions)
    end_attempt(sessions, means.queue, means.settings, attempt.id, result=OutboundResult.NO_ANSWER, now=means.clock())
    assert attempts(sessions)[0].result is OutboundResult.DONE
    assert found(sessions, call.id).status is OutboundStatus.DONE
