"""Attempts at a care call: what the exchange is asked for, what came of it, and when the next one is due."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

import exchange.originating
from dispatch.care.attempts import end_attempt
from dispatch.care.calling import call_resident
from dispatch.means import Means
from dispatch.ringing.attempts import take_attempt
from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.calls import Call
from models.care_calls import (
    CareAttempt,
    CareCall,
    CareConcern,
    CareResult,
    CareStatus,
)
from models.database import SessionMaker
from models.devices import Device
from models.residents import ResidentPhone
from models.settings import Settings
from tests.dispatch.care.facts import NUMBER, Ended, attempts, calls, tasks
from tests.dispatch.facts import Clock
from tests.exchange.fake_manager import FakeManager


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
