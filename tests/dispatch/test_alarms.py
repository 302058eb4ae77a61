"""Exactly one alarm for an SOS, with all that is known of it, and what people do with it."""

import pytest
from sqlalchemy import func, select

from dispatch.alarms import (
    alarm_of_call,
    answer_alarm,
    close_alarm,
    move_alarm,
    note_alarm,
    raise_alarm,
)
from dispatch.alarms.raising import link_calls
from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.devices import Device
from models.orders import IllegalTransition
from models.residents import Resident, ResidentPhone
from tests.dispatch.alarm_facts import FIRST, SECOND, Press, happened, later
from tests.dispatch.facts import NOW, Community


def test_one_call_raises_one_alarm_however_often_it_is_told(sessions: SessionMaker, community: Community) -> None:
    with sessions() as session:
        ids = {
            raise_alarm(session, FIRST, AlarmSource.WORDS, NOW, resident_id=community.resident_id, words=words).id
            for words in ("", "我摔倒了", "没听清")
        }
    assert len(ids) == 1
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.words, alarm.raised_at, alarm.status) == ("我摔倒了", NOW, AlarmStatus.RAISED)
        assert [attempt.words for attempt in alarm.attempts] == ["我摔倒了"]
    assert happened(sessions) == ["raised"]


def test_an_alarm_knows_all_that_its_device_tells(sessions: SessionMaker, press: Press, device_id: int) -> None:
    press()
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert alarm.resident
        assert (alarm.device_id, alarm.device_type, alarm.component, alarm.reference) == (
            device_id,
            "SOS-1",
            "red_key",
            f"device-{device_id}",
        )
        assert (alarm.place_code, alarm.place_value, alarm.place_words) == (
            alarm.resident.area.name,
            alarm.resident.address,
            "床头",
        )
        assert (alarm.number, alarm.priority, alarm.kind, alarm.line_opened_at) == ("057188886666", 10, "alarm", NOW)
        [attempt] = alarm.waiting
        assert (attempt.channel_id, attempt.recording) == (FIRST, f"{FIRST}.wav")


def test_presses_within_the_window_of_the_last_are_one_alarm_and_each_is_told(sessions: SessionMaker, press: Press) -> None:
    assert [press(f"1763777.{n}", after_s=n * 299) for n in range(1, 4)] == [1, 1, 1]
    assert press("1763777.9", after_s=3 * 299 + 301) == 2
    with sessions() as session:
        first, second = session.scalars(select(Alarm).order_by(Alarm.id)).all()
        assert (first.raised_at, first.pressed_at) == (later(299), later(897))
        assert [attempt.channel_id for attempt in first.attempts] == ["1763777.1", "1763777.2", "1763777.3"]
        assert (first.gathers, second.gathers) == (None, second.reference)
        assert alarm_of_call(session, "1763777.3") is first
        assert alarm_of_call(session, "1763777.4") is None
    assert happened(sessions) == ["raised", "pressed_again", "pressed_again"]


def test_a_press_that_is_told_late_belongs_where_it_was_made(sessions: SessionMaker, press: Press) -> None:
    assert [press(SECOND, after_s=1000), press(FIRST, after_s=0), press("1763777.3", after_s=200)] == [1, 2, 2]
    with sessions() as session:
        assert session.get_one(Alarm, 2).raised_at == NOW
    assert press("1763777.4", after_s=900) == 1
    with sessions() as session:
        assert session.get_one(Alarm, 1).raised_at == later(900)


def test_the_window_is_the_sites_own(press: Press) -> None:
    assert [press(FIRST), press(SECOND, after_s=30, window_s=20)] == [1, 2]


def test_a_closed_alarm_takes_no_press_but_one_that_was_made_before(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions() as session:
        answer_alarm(session, FIRST, "desk-1", later(5))
        move_alarm(session, 1, AlarmStatus.FALSE_ALARM, "li", later(20))
        close_alarm(session, 1, "pressed_by_mistake", "li", later(30))
    assert press(SECOND, after_s=29) == 1
    assert press("1763777.3", after_s=31) == 2


def test_a_press_after_a_false_alarm_raises_it_again(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions() as session:
        answer_alarm(session, FIRST, "desk-1", later(5))
        move_alarm(session, 1, AlarmStatus.FALSE_ALARM, "li", later(20), note="碰到了")
    press(SECOND, after_s=40)
    with sessions() as session:
        alarm = session.get_one(Alarm, 1)
        assert (alarm.status, alarm.answered_at) == (AlarmStatus.RAISED, later(5))
        assert [attempt.channel_id for attempt in alarm.waiting] == [SECOND]
        answer_alarm(session, SECOND, "desk-2", later(44))
    assert happened(sessions) == ["raised", "answered", "false_alarm", "raised", "answered"]


def test_callers_without_a_device_are_told_apart_by_number_and_the_unknown_by_call(sessions: SessionMaker) -> None:
    with sessions() as session:
        calls = [("1.1", "13800000001"), ("1.2", "+86 138 0000 0001"), ("1.3", "13800000002"), ("1.4", ""), ("1.5", "")]
        ids = [raise_alarm(session, channel, AlarmSource.NUMBER, NOW, number=number).id for channel, number in calls]
    assert ids == [1, 1, 2, 3, 4]


def test_words_of_emergency_from_a_device_join_what_its_key_has_raised(
    sessions: SessionMaker, press: Press, device_id: int, community: Community
) -> None:
    press()
    with sessions.begin() as session:
        call = Call(channel_id=SECOND, number="057188886666", device_id=device_id, resident_id=community.resident_id)
        session.add(call)
        session.flush()
        raise_alarm(session, SECOND, AlarmSource.WORDS, later(60), call_id=call.id, words="快来人")
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.source, alarm.words, alarm.call_id) == (AlarmSource.KEY, "快来人", None)
        assert alarm.history[-1].details == {"source": "words", "words": "快来人"}


def test_an_alarm_is_given_the_call_that_is_known_only_afterwards_and_whose_resident_it_is(
    sessions: SessionMaker, community: Community
) -> None:
    with sessions() as session:
        raise_alarm(session, FIRST, AlarmSource.NUMBER, NOW, number="13800000009")
        link_calls(session)
        session.add(Call(channel_id=FIRST, number="13800000009", resident_id=community.resident_id))
        session.commit()
        link_calls(session)
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.call_id, alarm.resident_id, alarm.place_code) == (1, community.resident_id, "桂花园")


def test_a_speed_dialling_telephone_is_a_device_by_its_number(sessions: SessionMaker, device_id: int) -> None:
    with sessions() as session:
        alarm = raise_alarm(session, FIRST, AlarmSource.NUMBER, NOW, number="0571-8888 6666")
        assert (alarm.device_id, alarm.place_words, alarm.component) == (device_id, "床头", "keypad")


def test_a_resident_is_known_by_a_number_that_only_one_calls_from(sessions: SessionMaker, community: Community) -> None:
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number="13800000009"))
    with sessions() as session:
        assert raise_alarm(session, FIRST, AlarmSource.NUMBER, NOW, number="13800000009").resident_id == community.resident_id


def test_a_device_that_went_to_another_resident_changes_no_alarm_of_before(
    sessions: SessionMaker, press: Press, device_id: int, community: Community
) -> None:
    press()
    with sessions.begin() as session:
        wang = session.get_one(Resident, community.resident_id)
        facts = {name: getattr(wang, name) for name in ("born", "gender", "area", "address", "latitude", "longitude")}
        device = session.get_one(Device, device_id)
        device.resident, device.place = Resident(name="李建国", form_of_address="李爷爷", **facts), "客厅"
    press(SECOND, after_s=10)
    press(FIRST)
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.resident_id, alarm.place_words) == (community.resident_id, "床头")


def test_a_fault_in_a_detail_never_loses_an_alarm(sessions: SessionMaker) -> None:
    with sessions() as session:
        raise_alarm(session, FIRST, AlarmSource.KEY, NOW, resident_id=77, device_id=88, call_id=99, words="救命\x00\ud800")
        raise_alarm(session, SECOND, AlarmSource.KEY, later(5), device_id=88)
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.resident_id, alarm.device_id, alarm.call_id, alarm.words) == (None, None, None, "救命")
        assert alarm.reference == "device-88"


def test_the_first_answer_counts_in_whichever_order_they_are_told(sessions: SessionMaker) -> None:
    with sessions() as session:
        raise_alarm(session, FIRST, AlarmSource.KEY, NOW)
        for operator, seconds in (("desk-2", 9), ("desk-1", 4), ("desk-3", 12)):
            answer_alarm(session, FIRST, operator, later(seconds))
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.answered_by, alarm.answered_at, alarm.status) == ("desk-1", later(4), AlarmStatus.ANSWERED)
        assert [line.by for line in alarm.history] == ["resident", "desk-1", "desk-2", "desk-3"]
        assert alarm.waiting == []


def test_an_answer_that_was_told_before_the_alarm_is_not_lost(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        session.add(Call(channel_id=FIRST, number="", status=CallStatus.OPERATOR, answered_by="话务台 1", operator_at=later(3)))
    with sessions() as session:
        assert answer_alarm(session, FIRST, "desk-1", later(3)) is None
        assert session.scalar(select(func.count()).select_from(Alarm)) == 0
        alarm = raise_alarm(session, FIRST, AlarmSource.WORDS, NOW)
        assert (alarm.answered_at, alarm.answered_by, alarm.waiting) == (later(3), "话务台 1", [])


def test_the_steps_after_the_answer_are_written_with_who_took_them(sessions: SessionMaker, press: Press) -> None:
    press()
    with sessions() as session:
        with pytest.raises(IllegalTransition):
            move_alarm(session, 1, AlarmStatus.HELP_ARRIVED, "li", later(4))
        session.rollback()
        answer_alarm(session, FIRST, "desk-1", later(5))
        move_alarm(session, 1, AlarmStatus.HELP_ON_THE_WAY, "li", later(60), note="王强去了")
        move_alarm(session, 1, AlarmStatus.HELP_ARRIVED, "li", later(900))
        with pytest.raises(IllegalTransition, match="outcome"):
            close_alarm(session, 1, "", "li", later(1000))
        session.rollback()
        close_alarm(session, 1, "helped_at_home", "wang", later(1000), note="扶起来了")
        note_alarm(session, 1, "女儿晚上来", "wang", later(1010))
    assert happened(sessions) == ["raised", "answered", "help_on_the_way", "help_arrived", "closed", "noted"]
