"""Care calls from being planned to being held, or to a person: attempts, tasks, rounds, and what the exchange is asked for."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select

import exchange.originating
from dispatch.care.attempts import end_attempt
from dispatch.care.calling import call_resident
from dispatch.care.rounds import ask_for_call, care_round, plan_anew
from dispatch.care.tasks import finish_task, keep_answer
from dispatch.means import Means
from dispatch.ringing.attempts import take_attempt
from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.calls import Call
from models.care_calls import (
    CareAnswer,
    CareAttempt,
    CareCall,
    CareConcern,
    CareGroup,
    CarePlan,
    CareReason,
    CareResult,
    CareStatus,
    CareTask,
)
from models.database import SessionMaker
from models.devices import Device
from models.residents import ResidentPhone
from models.settings import Settings
from tests.conftest import settings_on_free_ports
from tests.dispatch.facts import Clock, Community
from tests.exchange.fake_manager import FakeManager

NUMBER = "13800000001"


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return settings_on_free_ports(tmp_path, care_calls_per_hour=6)


@pytest.fixture
def exchange_here(settings: Settings) -> Iterator[FakeManager]:
    """Asterisk's manager interface, where the settings look for it."""
    fake = FakeManager(settings.ami_port)
    yield fake
    fake.close()


@pytest.fixture
def resident(sessions: SessionMaker, community: Community) -> int:
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number=NUMBER))
    return community.resident_id


@pytest.fixture
def due(sessions: SessionMaker, resident: int, clock: Clock) -> int:
    """A care call that is due now."""
    with sessions.begin() as session:
        care_call = CareCall(resident_id=resident, reason=CareReason.ROUTINE, due_at=clock(), planned_at=clock())
        session.add(care_call)
        session.flush()
        return care_call.id


Ended = Callable[[CareResult], CareCall]


@pytest.fixture
def end(means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock) -> Ended:
    """Place the call when it is due, and end the attempt so."""

    def end_so(result: CareResult) -> CareCall:
        with sessions() as session:
            clock.now = max(clock.now, session.get_one(CareCall, due).due_at)
        call_resident(means, due)
        with sessions() as session:
            last = select(CareAttempt.id).where(CareAttempt.care_call_id == due).order_by(CareAttempt.id.desc()).limit(1)
            end_attempt(session, means.queue, means.settings, session.scalars(last).one(), result=result, now=clock())
            return session.get_one(CareCall, due)

    return end_so


def attempts(sessions: SessionMaker) -> list[CareAttempt]:
    with sessions() as session:
        return list(session.scalars(select(CareAttempt).order_by(CareAttempt.id)))


def tasks(sessions: SessionMaker) -> list[CareTask]:
    with sessions() as session:
        return list(session.scalars(select(CareTask).order_by(CareTask.id)))


def calls(sessions: SessionMaker) -> list[CareCall]:
    with sessions() as session:
        return list(session.scalars(select(CareCall).order_by(CareCall.id)))


def test_a_call_that_is_due_is_rung_once_however_often_it_is_asked_for(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, settings: Settings
) -> None:
    call_resident(means, due)
    call_resident(means, due)
    [ring] = exchange_here.wait_for("Originate")
    [attempt] = attempts(sessions)
    assert ring["Channel"] == f"PJSIP/{NUMBER}@carrier-demo"
    assert (ring["Context"], ring["Exten"]) == ("care", str(attempt.id))
    assert ring["CallerID"] == settings.hotline_number
    [login] = exchange_here.wait_for("Login")
    assert login["Username"] == "linli-calls"
    assert calls(sessions)[0].status is CareStatus.CALLING


def test_what_is_not_due_yet_waits(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, scheduled: Any
) -> None:
    with sessions.begin() as session:
        session.get_one(CareCall, due).due_at += timedelta(minutes=5)
    call_resident(means, due)
    assert attempts(sessions) == []
    assert scheduled() == [f"call_resident-{due}"]


def test_after_three_attempts_ten_minutes_apart_a_person_calls(end: Ended, sessions: SessionMaker, clock: Clock) -> None:
    for result in (CareResult.NO_ANSWER, CareResult.BUSY):
        care_call = end(result)
        assert (care_call.status, care_call.due_at) == (CareStatus.PLANNED, clock() + timedelta(minutes=10))
    care_call = end(CareResult.MACHINE)
    assert (care_call.status, care_call.ended_at) == (CareStatus.UNREACHED, clock())
    assert [task.concern for task in tasks(sessions)] == [CareConcern.UNREACHED]
    assert [one.result for one in attempts(sessions)] == [CareResult.NO_ANSWER, CareResult.BUSY, CareResult.MACHINE]


def test_who_was_reached_is_left_alone_until_the_next_time(end: Ended, sessions: SessionMaker) -> None:
    assert end(CareResult.HELD).status is CareStatus.HELD
    assert tasks(sessions) == []


@pytest.mark.parametrize("result", [CareResult.NOT_NOW, CareResult.OTHER_PERSON])
def test_who_has_no_time_is_called_later(end: Ended, clock: Clock, result: CareResult) -> None:
    begun = clock()
    later = end(result).due_at
    # Two hours later is noon, when nobody is called.
    assert later == begun + timedelta(hours=4, minutes=30)


def test_the_first_word_on_an_attempt_counts(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock
) -> None:
    call_resident(means, due)
    [attempt] = attempts(sessions)
    for result in (CareResult.HELD, CareResult.NO_ANSWER):
        with sessions() as session:
            end_attempt(session, means.queue, means.settings, attempt.id, result=result, now=clock())
    assert attempts(sessions)[0].result is CareResult.HELD
    assert calls(sessions)[0].status is CareStatus.HELD


def test_an_attempt_is_answered_once(means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager) -> None:
    call_resident(means, due)
    [attempt] = attempts(sessions)
    with sessions() as session:
        call = Call(channel_id="1.1", number=NUMBER)
        session.add(call)
        session.commit()
        assert take_attempt(session, CareAttempt, attempt.id, call.id)
        assert take_attempt(session, CareAttempt, attempt.id, call.id) is None
        assert take_attempt(session, CareAttempt, 99, call.id) is None


def test_attempts_go_round_the_residents_telephones(
    sessions: SessionMaker, resident: int, end: Ended, exchange_here: FakeManager
) -> None:
    with sessions.begin() as session:
        facts = {"number": "057188010001", "model": "一键通", "place": "床头", "secret": "s"}
        session.add(Device(resident_id=resident, **facts))
    for _ in range(3):
        end(CareResult.NO_ANSWER)
    rung = [ring["Channel"] for ring in exchange_here.wait_for("Originate", 3)]
    device = f"PJSIP/device-{_device_id(sessions)}"
    assert rung == [f"PJSIP/{NUMBER}@carrier-demo", device, f"PJSIP/{NUMBER}@carrier-demo"]


def _device_id(sessions: SessionMaker) -> int:
    with sessions() as session:
        return session.scalars(select(Device.id)).one()


def test_who_has_no_telephone_is_for_a_person(means: Means, sessions: SessionMaker, due: int) -> None:
    with sessions.begin() as session:
        session.delete(session.scalars(select(ResidentPhone)).one())
    call_resident(means, due)
    assert [task.concern for task in tasks(sessions)] == [CareConcern.UNREACHED]
    assert calls(sessions)[0].status is CareStatus.UNREACHED


def test_without_an_exchange_the_attempt_has_failed_and_is_made_again(
    means: Means, sessions: SessionMaker, due: int, monkeypatch: pytest.MonkeyPatch, scheduled: Any
) -> None:
    monkeypatch.setattr(exchange.originating, "CONNECTED_WITHIN_S", 0.05)
    call_resident(means, due)
    assert [one.result for one in attempts(sessions)] == [CareResult.FAILED]
    assert calls(sessions)[0].status is CareStatus.PLANNED
    assert scheduled() == [f"call_resident-{due}"]


def test_an_exchange_that_refuses_is_a_failed_attempt(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager
) -> None:
    exchange_here.answer = lambda action: {"Response": "Error"} if action["Action"] == "Originate" else {}
    call_resident(means, due)
    assert [one.result for one in attempts(sessions)] == [CareResult.FAILED]


def _is_talking(session: Any, resident: int, now: Any) -> None:
    session.add(Call(channel_id="1.1", number="", resident_id=resident, started_at=now))


def _uses_the_telephone_they_share(session: Any, resident: int, now: Any) -> None:
    session.add(Call(channel_id="1.1", number=NUMBER, started_at=now))


def _has_an_alarm(session: Any, resident: int, now: Any) -> None:
    session.add(Alarm(channel_id="1.1", source=AlarmSource.KEY, resident_id=resident, status=AlarmStatus.ANSWERED, raised_at=now))


@pytest.mark.parametrize("taken_up", [_is_talking, _uses_the_telephone_they_share, _has_an_alarm])
def test_who_is_on_the_telephone_or_in_need_is_not_rung(
    means: Means,
    sessions: SessionMaker,
    due: int,
    resident: int,
    exchange_here: FakeManager,
    clock: Clock,
    taken_up: Callable[..., None],
) -> None:
    with sessions.begin() as session:
        taken_up(session, resident, clock())
    call_resident(means, due)
    assert attempts(sessions) == []
    assert calls(sessions)[0].due_at == clock() + timedelta(minutes=5)


def test_what_became_due_in_the_night_waits_for_the_morning(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock
) -> None:
    clock.advance(12 * 3600)  # ten at night
    call_resident(means, due)
    assert attempts(sessions) == []
    assert calls(sessions)[0].due_at == clock() + timedelta(hours=11)


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


def test_answers_are_kept_with_a_task_for_each_worry(
    means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock
) -> None:
    call_resident(means, due)
    [attempt] = attempts(sessions)
    for words in ("头晕\x00", "胸口也闷"):
        with sessions() as session:
            said = {"question": "care_how", "words": words, "meanings": ["unwell"], "concerns": [CareConcern.UNWELL]}
            keep_answer(session, attempt.id, now=clock(), **said)
    with sessions() as session:
        assert [one.words for one in session.scalars(select(CareAnswer))] == ["头晕", "胸口也闷"]
    [task] = tasks(sessions)
    assert (task.concern, task.words) == (CareConcern.UNWELL, "头晕；胸口也闷")


def test_who_finishes_a_task_first_stays(sessions: SessionMaker, due: int, clock: Clock) -> None:
    with sessions.begin() as session:
        session.add(CareTask(care_call_id=due, concern=CareConcern.FELL, words="摔了"))
    [task] = tasks(sessions)
    for login in ("chen", "li"):
        with sessions() as session:
            assert finish_task(session, task.id, login, "已上门", clock())
    [task] = tasks(sessions)
    assert (task.done_by, task.note, task.done_at) == ("chen", "已上门", clock())
    with sessions() as session:
        assert not finish_task(session, 99, "chen", "", clock())
