"""When no SMS brings an answer: the telephone, one provider after the other, and then a person."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.expiring import expire_offer
from dispatch.gateways.errors import GatewayUnavailable, MessageRejected
from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.outbound.attempts import end_attempt
from dispatch.progress import Outcome, act, follow
from dispatch.reading import Verb
from models.database import SessionMaker
from models.messages import Message, MessageStatus
from models.orders import OfferStatus, OfferWay, OrderStatus
from models.outbound_calls import CallPurpose, OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from models.providers import CreditChange, CreditReason
from models.residents import ResidentPhone
from models.settings import Settings
from tests.dispatch.facts import NOW, Clock, Community, FakeGateway, messages_to, offers_of, order_now, story
from tests.exchange.fake_manager import FakeManager

WorkOff = Callable[[], list[str]]
Expire = Callable[[], None]
NUMBERS = ["13800000001", "13800000002"]
RESIDENT = "13711110000"


@pytest.fixture(autouse=True)
def two_providers(community: Community, sessions: SessionMaker) -> None:
    for index, number in enumerate(NUMBERS):
        community.provider(f"第{index + 1}家", number, latitude=30.25 + index / 1000)
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number=RESIDENT))


@pytest.fixture(autouse=True)
def exchange_here(settings: Settings) -> Iterator[FakeManager]:
    """Asterisk's manager interface, which rings whomever it is asked to."""
    fake = FakeManager(settings.ami_port)
    yield fake
    fake.close()


@pytest.fixture
def order_id(place: Callable[..., int], work_off: WorkOff) -> int:
    order_id = place()
    work_off()
    return order_id


@pytest.fixture
def expire(sessions: SessionMaker, means: Means, clock: Clock, work_off: WorkOff) -> Expire:
    """Let the time of whatever offer is open run out."""

    def run_out() -> None:
        [offer] = [offer for offer in offers_of(sessions, 1) if offer.status is OfferStatus.OPEN]
        if offer.way is OfferWay.CALL:
            with sessions() as session:
                attempt_id = session.scalars(select(func.max(OutboundAttempt.id))).one()
            end_attempt(sessions, means.queue, means.settings, attempt_id, result=OutboundResult.NO_ANSWER, now=clock())
        else:
            clock.now = max(clock(), offer.expires_at)
            expire_offer(means, offer.id)
        work_off()

    return run_out


def calls(sessions: SessionMaker) -> list[OutboundCall]:
    with sessions() as session:
        return list(session.scalars(select(OutboundCall).order_by(OutboundCall.id)))


def say(means: Means, offer_id: int, verb: Verb) -> str:
    with means.sessions() as session:
        reply = act(session, means.settings, offer_id, verb, means.clock())
        session.commit()
    follow(means.queue, reply, means.clock())
    return reply.meant


def test_those_who_did_not_answer_are_telephoned_in_turn_and_then_a_person_is_asked(
    sessions: SessionMaker, order_id: int, expire: Expire
) -> None:
    expire()
    expire()
    assert [(call.number, call.purpose) for call in calls(sessions)] == [(NUMBERS[0], CallPurpose.OFFER)]
    expire()
    expire()
    assert [call.number for call in calls(sessions)] == NUMBERS
    assert [(offer.status, offer.way) for offer in offers_of(sessions, order_id)] == [(OfferStatus.EXPIRED, OfferWay.CALL)] * 2
    assert story(sessions, order_id) == [
        *("placed", "offered", "expired", "offered", "expired", "telephoned", "expired", "telephoned", "expired", "unfilled")
    ]
    assert "我们的工作人员会给您打电话" in messages_to(sessions, RESIDENT)[-1]


def test_a_resident_without_a_telephone_is_not_told_and_the_history_says_so(
    sessions: SessionMaker, order_id: int, means: Means
) -> None:
    with sessions.begin() as session:
        session.delete(session.scalars(select(ResidentPhone)).one())
    assert say(means, 1, Verb.ACCEPT) == Outcome.ACCEPTED
    with sessions() as session:
        last = order_now(session, order_id).history[-1]
        assert (last.happened, last.details) == ("not_told", {"what": "resident_accepted"})


@pytest.mark.parametrize(
    ("result", "charged"),
    [(OutboundResult.FAILED, 0), (OutboundResult.CUT_OFF, 0), (OutboundResult.NO_ANSWER, 1), (OutboundResult.BUSY, 1)],
)
def test_silence_costs_credit_only_where_the_sms_went_out_or_the_telephone_rang(
    sessions: SessionMaker,
    place: Callable[..., int],
    work_off: WorkOff,
    gateway: FakeGateway,
    expire: Expire,
    means: Means,
    clock: Clock,
    result: OutboundResult,
    charged: int,
) -> None:
    gateway.faults = [GatewayUnavailable("down")] * 9
    order_id = place()
    work_off()
    expire()  # and the provider is telephoned
    with sessions.begin() as session:
        attempt = session.scalars(select(OutboundAttempt)).one()
        attempt.result, attempt.outbound_call.status = result, OutboundStatus.UNREACHED
    clock.now = offers_of(sessions, order_id)[0].expires_at
    expire_offer(means, 1)
    with sessions() as session:
        reasons = session.scalars(select(CreditChange.reason)).all()
    assert reasons == [CreditReason.UNANSWERED] * charged


def test_who_is_telephoned_may_accept(sessions: SessionMaker, order_id: int, expire: Expire, means: Means) -> None:
    expire()
    expire()
    assert say(means, 1, Verb.ACCEPT) == Outcome.ACCEPTED
    with sessions() as session:
        assert order_now(session, order_id).status is OrderStatus.ACCEPTED


def test_who_refused_is_not_telephoned(
    sessions: SessionMaker, order_id: int, expire: Expire, means: Means, work_off: WorkOff
) -> None:
    say(means, 1, Verb.REFUSE)
    work_off()
    expire()
    assert [call.number for call in calls(sessions)] == [NUMBERS[1]]


def test_who_said_yes_too_late_is_telephoned_first(sessions: SessionMaker, order_id: int, expire: Expire, means: Means) -> None:
    expire()
    assert say(means, 1, Verb.ACCEPT) == Outcome.TOO_LATE
    expire()
    assert [call.number for call in calls(sessions)] == [NUMBERS[0]]


def test_a_refusal_drops_the_call_that_waits(sessions: SessionMaker, order_id: int, expire: Expire, means: Means) -> None:
    expire()
    expire()
    with sessions.begin() as session:
        session.get_one(OutboundCall, 1).status = OutboundStatus.DUE  # our own exchange was at fault: it is tried again soon
    say(means, 1, Verb.REFUSE)
    assert calls(sessions)[0].status is OutboundStatus.DROPPED


def test_a_gateway_that_is_down_has_the_best_provider_telephoned(
    sessions: SessionMaker, place: Callable[..., int], work_off: WorkOff, gateway: FakeGateway, expire: Expire
) -> None:
    gateway.faults = [GatewayUnavailable("down")] * 9
    order_id = place()
    work_off()
    expire()
    assert [call.number for call in calls(sessions)] == [NUMBERS[0]]
    assert [(offer.status, offer.way) for offer in offers_of(sessions, order_id)] == [(OfferStatus.OPEN, OfferWay.CALL)]
    with sessions() as session:
        assert session.scalars(select(Message.status).where(Message.offer_id == 1)).one() is MessageStatus.FAILED


def test_whom_no_sms_reaches_is_telephoned_when_nobody_else_is_left(
    sessions: SessionMaker, place: Callable[..., int], work_off: WorkOff, gateway: FakeGateway
) -> None:
    gateway.faults = [MessageRejected("no such number"), MessageRejected("no such number")]
    place()
    work_off()
    assert [call.number for call in calls(sessions)] == [NUMBERS[0]]


def test_an_offer_that_is_kept_for_the_morning_is_waited_for(
    sessions: SessionMaker, place: Callable[..., int], means: Means, clock: Clock
) -> None:
    order_id = place()
    offer_order(means, order_id)
    morning = NOW + timedelta(hours=9)
    with sessions.begin() as session:
        session.scalars(select(Message).where(Message.offer_id == 1)).one().not_before = morning
    clock.advance(3600)
    expire_offer(means, 1)
    [offer] = offers_of(sessions, order_id)
    assert (offer.status, offer.way) == (OfferStatus.OPEN, OfferWay.SMS)
    assert offer.expires_at == morning + timedelta(seconds=means.settings.offer_timeout_s)


def test_an_order_whose_time_comes_while_it_is_offered_ends_with_a_person(
    sessions: SessionMaker, order_id: int, means: Means, clock: Clock, work_off: WorkOff
) -> None:
    with sessions() as session:
        clock.now = order_now(session, order_id).ends_at
    expire_offer(means, 1)
    work_off()
    assert story(sessions, order_id)[-1] == "unfilled"
    assert calls(sessions) == []
