"""Call-backs: made exactly once, kept in their place, taken by one operator, and done when somebody was spoken to."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from dispatch.alarms import answer_alarm, raise_alarm
from dispatch.call_backs import CallBackOutcome, call_back_round, end_call_back, note_abandoned, put_back, take_call_back
from models.alarms import AlarmSource
from models.base import utc_now
from models.call_backs import CallBack
from models.calls import Call, CallStatus, Direction
from models.database import SessionMaker
from models.operators import Operator
from models.voice_mails import VoiceMail

NOW = utc_now().replace(microsecond=0)
NUMBER = "13800000001"


def add_call(sessions: SessionMaker, minutes_ago: float, status: CallStatus = CallStatus.ABANDONED, **other: object) -> str:
    """A call of one minute; return its channel."""
    started = NOW - timedelta(minutes=minutes_ago)
    channel = f"1790000000.{int(minutes_ago * 60)}"
    ended = None if status in (CallStatus.WAITING, CallStatus.OPERATOR) else started + timedelta(minutes=1)
    facts = {"number": NUMBER, "outcome": "operator:asked", "started_at": started, "ended_at": ended} | other
    with sessions.begin() as session:
        session.add(Call(channel_id=channel, status=status, **facts))
    return channel


def call_backs(sessions: SessionMaker) -> list[CallBack]:
    with sessions() as session:
        return list(session.scalars(select(CallBack).order_by(CallBack.id)))


@pytest.fixture
def operators(sessions: SessionMaker) -> list[int]:
    with sessions.begin() as session:
        both = [Operator(login=login, name=login, password_hash="") for login in ("chen", "wang")]
        session.add_all(both)
        session.flush()
        return [one.id for one in both]


def test_who_gave_up_is_called_back_within_ten_minutes_in_the_place_of_their_first_call(sessions: SessionMaker) -> None:
    first, again = add_call(sessions, 30), add_call(sessions, 5)
    for channel in (first, again, first):
        with sessions() as session:
            note_abandoned(session, channel)
    call_back_round(sessions, NOW)
    (one,) = call_backs(sessions)
    assert (one.waits_since, one.due_at) == (NOW - timedelta(minutes=30), NOW - timedelta(minutes=19))


def test_what_nobody_noted_the_sweep_makes_and_only_once(sessions: SessionMaker) -> None:
    add_call(sessions, 20)
    add_call(sessions, 10, number="13800000002")
    add_call(sessions, 8, CallStatus.ENDED)
    for _ in range(2):
        call_back_round(sessions, NOW)
    assert [one.number for one in call_backs(sessions)] == [NUMBER, "13800000002"]


def test_an_sos_is_called_back_within_a_minute_also_where_the_first_call_was_none(sessions: SessionMaker) -> None:
    add_call(sessions, 6)
    call_back_round(sessions, NOW)
    add_call(sessions, 3, outcome="operator:sos")
    call_back_round(sessions, NOW)
    (one,) = call_backs(sessions)
    assert one.urgent
    assert one.due_at == NOW - timedelta(minutes=1)
    assert one.waits_since == NOW - timedelta(minutes=6)


def test_an_alarm_that_somebody_answered_otherwise_needs_no_call_back(sessions: SessionMaker) -> None:
    channel = add_call(sessions, 3)
    with sessions() as session:
        raise_alarm(session, channel, AlarmSource.WORDS, NOW - timedelta(minutes=3))
        note_abandoned(session, channel)
        answer_alarm(session, channel, "mobile", NOW)
    call_back_round(sessions, NOW)
    (one,) = call_backs(sessions)
    assert (one.urgent, one.outcome) == (True, "reached")


@pytest.mark.parametrize(("direction", "outcome"), [(Direction.IN, "called_again"), (Direction.OUT, "reached")])
def test_who_is_spoken_to_later_is_done_and_may_give_up_again(sessions: SessionMaker, direction: Direction, outcome: str) -> None:
    add_call(sessions, 30)
    call_back_round(sessions, NOW)
    add_call(sessions, 20, CallStatus.OPERATOR, operator_at=NOW - timedelta(minutes=19), direction=direction)
    call_back_round(sessions, NOW - timedelta(minutes=18))
    assert [one.outcome for one in call_backs(sessions)] == [outcome]
    add_call(sessions, 2)
    call_back_round(sessions, NOW)
    assert [one.outcome for one in call_backs(sessions)] == [outcome, ""]


def test_a_message_is_answered_within_a_day_on_the_number_that_was_said(sessions: SessionMaker) -> None:
    channel = add_call(sessions, 9, CallStatus.ENDED, number="", collected={"call_back": "139 0000 0003"})
    with sessions.begin() as session:
        call = session.scalars(select(Call).where(Call.channel_id == channel)).one()
        session.add(VoiceMail(call=call, path="message-1-1.wav", words="", left_at=NOW))
    for _ in range(2):
        call_back_round(sessions, NOW)
    (one,) = call_backs(sessions)
    assert (one.number, one.due_at) == ("13900000003", NOW + timedelta(hours=24))


def test_whoever_withholds_the_number_cannot_be_called_back(sessions: SessionMaker) -> None:
    add_call(sessions, 9, number="")
    call_back_round(sessions, NOW)
    assert call_backs(sessions) == []


def test_one_operator_at_a_time_calls_them_and_each_time_is_an_attempt(sessions: SessionMaker, operators: list[int]) -> None:
    add_call(sessions, 9)
    call_back_round(sessions, NOW)
    (one,) = call_backs(sessions)

    def take(operator: int, at_minute: int) -> bool:
        with sessions() as session:
            return take_call_back(session, one.id, operators[operator], NOW + timedelta(minutes=at_minute)) is not None

    assert [take(0, 0), take(1, 1), take(0, 2), take(1, 13)] == [True, False, True, True]
    with sessions() as session:
        put_back(session, one.id)
    assert take(0, 14)
    with sessions() as session:
        assert end_call_back(session, one.id, CallBackOutcome.NOT_REACHED, NOW)
        assert not end_call_back(session, one.id, CallBackOutcome.REACHED, NOW)
    assert not take(0, 15)
    (one,) = call_backs(sessions)
    assert (one.attempts, one.outcome) == (4, "not_reached")


def test_two_who_take_it_at_once_are_one_and_none(sessions: SessionMaker, operators: list[int]) -> None:
    add_call(sessions, 9)
    add_call(sessions, 7)
    start = Barrier(2, timeout=30)
    got: list[object] = []

    def note_and_take(place: int) -> None:
        with sessions() as session:
            start.wait()
            note_abandoned(session, f"1790000000.{(9, 7)[place] * 60}")
        with sessions() as session:
            call_back_id = session.scalars(select(CallBack.id)).one()
        start.wait()
        with sessions() as session:
            got.append(take_call_back(session, call_back_id, operators[place], NOW))

    threads = [Thread(target=note_and_take, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in got) == [False, True]
