from datetime import timedelta

from sqlalchemy import func, select

from dispatch.alarms import answer_alarm, raise_alarm
from models.alarms import Alarm, AlarmSource, AlarmStatus
from models.database import SessionMaker
from tests.dispatch.facts import NOW, Community


def test_one_call_raises_one_alarm_however_often_it_is_reported(sessions: SessionMaker, community: Community) -> None:
    ids = []
    for words in ("", "我摔倒了", "救命"):
        with sessions() as session:
            ids.append(
                raise_alarm(session, "1763777.1", AlarmSource.WORDS, NOW, resident_id=community.resident_id, words=words).id
            )
    assert len(set(ids)) == 1
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.words, alarm.raised_at, alarm.status) == ("我摔倒了", NOW, AlarmStatus.RAISED)


def test_a_fault_in_a_detail_never_loses_an_alarm(sessions: SessionMaker, community: Community) -> None:
    with sessions() as session:
        raise_alarm(session, "1763777.1", AlarmSource.KEY, NOW, resident_id=77, device_id=88, call_id=99, words="救命\x00\ud800")
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.resident_id, alarm.device_id, alarm.call_id, alarm.words) == (None, None, None, "救命")


def test_the_first_answer_counts(sessions: SessionMaker) -> None:
    with sessions() as session:
        raise_alarm(session, "1763777.1", AlarmSource.KEY, NOW)
    for seconds, operator in ((4, "operator-1"), (9, "operator-2")):
        with sessions() as session:
            answer_alarm(session, "1763777.1", operator, NOW + timedelta(seconds=seconds))
    with sessions() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.answered_by, alarm.answered_at) == ("operator-1", NOW + timedelta(seconds=4))
        assert alarm.status is AlarmStatus.ANSWERED


def test_a_call_without_an_alarm_is_answered_without_one(sessions: SessionMaker) -> None:
    with sessions() as session:
        assert answer_alarm(session, "1763777.2", "operator-1", NOW) is None
        assert session.scalar(select(func.count()).select_from(Alarm)) == 0
