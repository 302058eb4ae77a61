"""The round: who is planned, asked for, planned anew, or lost."""

from datetime import timedelta

from redis import Redis

from dispatch.care.calling import call_resident
from dispatch.care.rounds import ask_for_call, care_round, plan_anew
from dispatch.means import Means
from dispatch.ringing.attempts import take_attempt
from models.calls import Call
from models.care_calls import (
    CareAttempt,
    CareGroup,
    CarePlan,
    CareReason,
    CareResult,
    CareStatus,
)
from models.database import SessionMaker
from tests.dispatch.care.facts import NUMBER, attempts, calls
from tests.dispatch.facts import Clock
from tests.exchange.fake_manager import FakeManager


def test_a_call_that_an_operator_asks_for_is_placed_at_any_hour_and_comes_instead_of_the_planned_one(
    means: Means, sessions: SessionMaker, resident: int, exchange_here: FakeManager, clock: Clock
) -> None:
    clock.advance(12 * 3600)
    care_round(means.settings, sessions, means.queue, clock())
    with sessions() as session:
        asked = ask_for_call(session, means.queue, resident, clock())
        assert ask_for_call(session, means.queue, resident, clock()).id == asked.id
    call_resident(means, asked.id)
    assert len(attempts(sessions)) == len(calls(sessions)) == 1


def test_a_round_plans_a_call_for_everybody_once_and_asks_for_what_is_due(
    means: Means, sessions: SessionMaker, resident: int, redis: Redis, clock: Clock
) -> None:
    for _ in range(2):
        care_round(means.settings, sessions, means.queue, clock())
    [planned] = calls(sessions)
    assert (planned.resident_id, planned.reason, planned.status) == (resident, CareReason.ROUTINE, CareStatus.PLANNED)
    assert not redis.exists(f"rq:job:call_resident-{planned.id}")
    care_round(means.settings, sessions, means.queue, planned.due_at + timedelta(seconds=3))
    assert redis.exists(f"rq:job:call_resident-{planned.id}")


def test_a_site_that_bears_no_calls_plans_none(means: Means, sessions: SessionMaker, resident: int, clock: Clock) -> None:
    care_round(means.settings.model_copy(update={"care_calls_per_hour": 0}), sessions, means.queue, clock())
    assert calls(sessions) == []


def test_a_plan_that_changes_is_followed(means: Means, sessions: SessionMaker, resident: int, clock: Clock) -> None:
    care_round(means.settings, sessions, means.queue, clock())
    with sessions.begin() as session:
        today = clock().date()
        session.add(CarePlan(resident_id=resident, group=CareGroup.KEY, discharged_on=today))
        plan_anew(session, resident, clock())
    care_round(means.settings, sessions, means.queue, clock())
    assert [(one.status, one.reason) for one in calls(sessions)] == [
        (CareStatus.DROPPED, CareReason.ROUTINE),
        (CareStatus.PLANNED, CareReason.HOSPITAL),
    ]


def test_an_attempt_of_which_nothing_was_heard_again_has_failed(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock
) -> None:
    call_resident(means, due)
    clock.advance(59)
    care_round(means.settings, sessions, means.queue, clock())
    assert attempts(sessions)[0].result is None
    clock.advance(2)
    care_round(means.settings, sessions, means.queue, clock())
    assert attempts(sessions)[0].result is CareResult.FAILED


def test_an_attempt_that_still_talks_is_not_lost(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock
) -> None:
    call_resident(means, due)
    with sessions() as session:
        call = Call(channel_id="1.1", number=NUMBER, started_at=clock())
        session.add(call)
        session.commit()
        take_attempt(session, CareAttempt, attempts(sessions)[0].id, call.id)
    clock.advance(600)
    care_round(means.settings, sessions, means.queue, clock())
    assert attempts(sessions)[0].result is None
    with sessions.begin() as session:
        session.get_one(Call, call.id).ended_at = clock()
    clock.advance(31)
    care_round(means.settings, sessions, means.queue, clock())
    assert attempts(sessions)[0].result is CareResult.FAILED
