"""The round: what is due is asked for again, what was lost is ended, what was left half done is found."""

from redis import Redis

from dispatch.means import Means
from dispatch.outbound.calling import place_call
from dispatch.outbound.rounds import outbound_round
from dispatch.ringing.attempts import take_attempt
from models.calls import Call
from models.database import SessionMaker
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.messages import Message, MessageStatus
from models.outbound_calls import CallPurpose, OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from tests.dispatch.facts import Clock
from tests.dispatch.outbound.conftest import PLUMBER, RESIDENT, Ask
from tests.dispatch.outbound.facts import attempts, found
from tests.exchange.fake_manager import FakeManager


def test_what_is_due_is_asked_for_again_and_what_was_lost_is_ended(
    means: Means,
    sessions: SessionMaker,
    ask: Ask,
    offer_id: int,
    follow_up_id: int,
    exchange_here: FakeManager,
    clock: Clock,
    redis: Redis,
) -> None:
    lost = ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id)
    place_call(means, lost)
    clock.advance(61)
    waiting = ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id)
    clock.advance(3)
    outbound_round(means.settings, sessions, means.queue, clock())
    assert attempts(sessions)[0].result is OutboundResult.FAILED
    assert redis.exists(f"rq:job:place_call-{waiting}")
    assert found(sessions, lost).status is OutboundStatus.DUE


def test_an_attempt_that_still_talks_is_not_lost(
    means: Means, sessions: SessionMaker, ask: Ask, offer_id: int, exchange_here: FakeManager, clock: Clock
) -> None:
    place_call(means, ask(CallPurpose.OFFER, PLUMBER, offer_id=offer_id))
    [attempt] = attempts(sessions)
    with sessions() as session:
        call = Call(channel_id="1.1", number=PLUMBER, started_at=clock())
        session.add(call)
        session.commit()
        assert take_attempt(session, OutboundAttempt, attempt.id, call.id)
        assert take_attempt(session, OutboundAttempt, attempt.id, call.id) is None
    clock.advance(600)
    outbound_round(means.settings, sessions, means.queue, clock())
    assert attempts(sessions)[0].result is None


def test_what_was_not_gone_on_with_is_found_again(
    means: Means, sessions: SessionMaker, ask: Ask, follow_up_id: int, message_id: int, clock: Clock
) -> None:
    for call_id in (
        ask(CallPurpose.FOLLOW_UP, follow_up_id=follow_up_id),
        ask(CallPurpose.TELL, RESIDENT, message_id=message_id),
    ):
        with sessions.begin() as session:
            session.get_one(OutboundCall, call_id).status = OutboundStatus.UNREACHED  # and then the program ended
    outbound_round(means.settings, sessions, means.queue, clock())
    with sessions() as session:
        assert session.get_one(OrderFollowUp, follow_up_id).status is FollowUpStatus.BY_HAND
        assert session.get_one(Message, message_id).status is MessageStatus.FAILED
