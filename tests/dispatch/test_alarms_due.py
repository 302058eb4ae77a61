"""What an alarm still asks for: a follow-up after it, and an investigation where nobody came within 180 s."""

from datetime import datetime

import pytest

from dispatch.alarms import (
    answer_alarm,
    close_alarm,
    follow_ups_due,
    investigations_due,
    move_alarm,
    record_follow_up,
    record_investigation,
)
from dispatch.alarms.due import mark_unanswered
from models.alarms import Alarm, AlarmHappened, AlarmStatus
from models.database import SessionMaker
from models.orders import IllegalTransition
from tests.dispatch.alarm_facts import FIRST, SECOND, Press, happened, later


def test_a_follow_up_is_due_after_the_close_until_it_is_made(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions() as session:
        answer_alarm(session, FIRST, "desk-1", later(5))
        move_alarm(session, 1, AlarmStatus.FALSE_ALARM, "li", later(20))
        with pytest.raises(IllegalTransition, match="no follow-up due"):
            record_follow_up(session, 1, "很好", "li", later(21))
        session.rollback()
        close_alarm(session, 1, "test", "li", later(30))
        assert [alarm.follow_up_due_at for alarm in follow_ups_due(session)] == [later(30 + 86_400)]
        record_follow_up(session, 1, "很好", "li", later(3600))
        assert list(follow_ups_due(session)) == []
        with pytest.raises(IllegalTransition):
            record_follow_up(session, 1, "又一次", "li", later(3700))


def answered_in(sessions: SessionMaker, channel_id: str, seconds: float) -> None:
    with sessions() as session:
        answer_alarm(session, channel_id, "desk-1", later(seconds))


def marked_at(sessions: SessionMaker, now_s: float) -> datetime | None:
    with sessions() as session:
        mark_unanswered(session, later(now_s))
        return session.get_one(Alarm, 1).investigation_due_at


def test_an_alarm_that_nobody_answers_for_180_s_is_investigated(sessions: SessionMaker, press: Press) -> None:
    press()
    assert marked_at(sessions, 180) is None
    assert marked_at(sessions, 184) == later(180)
    answered_in(sessions, FIRST, 200)
    with sessions() as session:
        assert [alarm.id for alarm in investigations_due(session)] == [1]
        with pytest.raises(IllegalTransition, match="结论"):
            record_investigation(session, 1, " ", "li", later(4000))
        session.rollback()
        record_investigation(session, 1, "两个话务台都没有登记", "li", later(4000))
        assert list(investigations_due(session)) == []
    assert happened(sessions) == ["raised", "unanswered", "answered", "investigated"]


def test_a_late_answer_that_is_read_after_an_outage_is_investigated_too(sessions: SessionMaker, press: Press) -> None:
    press()
    answered_in(sessions, FIRST, 181)
    assert marked_at(sessions, 182) == later(180)


def test_an_answer_in_time_that_is_read_late_is_not_investigated(sessions: SessionMaker, press: Press) -> None:
    press()
    answered_in(sessions, FIRST, 180)
    assert marked_at(sessions, 86_400) is None


def test_who_hangs_up_and_is_answered_at_the_next_press_was_answered(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions.begin() as session:
        session.get_one(Alarm, 1).attempts[0].ended_at = later(20)
    press(SECOND, after_s=60)
    answered_in(sessions, SECOND, 70)
    assert marked_at(sessions, 1000) is None


def test_a_second_press_during_the_conversation_is_not_a_failure(sessions: SessionMaker, press: Press) -> None:
    press()
    answered_in(sessions, FIRST, 5)
    press(SECOND, after_s=60)
    assert marked_at(sessions, 1000) is None


def test_calling_back_is_an_answer(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions() as session:
        move_alarm(session, 1, AlarmStatus.ANSWERED, "li", later(100))
        alarm = session.get_one(Alarm, 1)
        assert (alarm.answered_by, alarm.answered_at) == ("li", later(100))
    assert marked_at(sessions, 1000) is None


def test_an_alarm_that_is_closed_at_once_after_a_late_answer_is_investigated(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions() as session:
        move_alarm(session, 1, AlarmStatus.ANSWERED, "li", later(400))
        move_alarm(session, 1, AlarmStatus.FALSE_ALARM, "li", later(401))
        close_alarm(session, 1, "wanted_to_talk", "li", later(402))
        assert session.get_one(Alarm, 1).investigation_due_at == later(180)
        assert AlarmHappened.UNANSWERED in [line.happened for line in session.get_one(Alarm, 1).history]
