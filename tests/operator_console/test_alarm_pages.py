"""Alarms in the console: who is in need, every step legal and illegal, once and twice, and what is still due."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from audio.sound import silence, write_wav
from dispatch.alarms import answer_alarm, close_alarm, move_alarm, raise_alarm
from exchange.obstacles import CannotAct, Obstacle
from models.alarms import OUTCOMES, TRANSITIONS, Alarm, AlarmHappened, AlarmOutcome, AlarmSource, AlarmStatus
from models.database import SessionMaker
from models.operators import Operator
from models.residents import Contact, ContactRole, Resident
from models.settings import Settings
from operator_console.alarm_story import STEPS
from operator_console.app import create_app
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import form_token

CALL = "1790000000.7"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@dataclass
class Exchange:
    """Whom the desk has had called in; refuses with `obstacle`."""

    called: list[tuple[str, str, str]] = field(default_factory=list)
    obstacle: Obstacle | None = None

    def call_in(self, call_id: str, who: str, number: str) -> None:
        if self.obstacle:
            raise CannotAct(self.obstacle)
        self.called.append((call_id, who, number))


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock, exchange: Exchange) -> Flask:
    return create_app(settings, sessions, clock, conference=exchange)


@pytest.fixture
def neighbour(facts: Session, resident: Resident) -> Contact:
    contact = Contact(role=ContactRole.KEYHOLDER, name="张桂芳", relation="邻居", number="13900000003", call_order=1)
    resident.contacts.append(contact)
    facts.commit()
    return contact


@pytest.fixture
def alarm(facts: Session, resident: Resident, neighbour: Contact) -> Alarm:
    """An SOS of nine seconds ago that nobody has answered."""
    return raise_alarm(facts, CALL, AlarmSource.KEY, NOW - timedelta(seconds=9), resident_id=resident.id, number="13800000001")


@pytest.fixture
def answered(facts: Session, alarm: Alarm) -> Alarm:
    answer_alarm(facts, CALL, "desk-1", NOW)
    return alarm


def at(facts: Session, alarm: Alarm, status: AlarmStatus) -> None:
    """Bring an answered alarm there."""
    ways = {
        AlarmStatus.ANSWERED: (),
        AlarmStatus.FALSE_ALARM: (AlarmStatus.FALSE_ALARM,),
        AlarmStatus.HELP_ON_THE_WAY: (AlarmStatus.HELP_ON_THE_WAY,),
        AlarmStatus.HELP_ARRIVED: (AlarmStatus.HELP_ON_THE_WAY, AlarmStatus.HELP_ARRIVED),
        AlarmStatus.CLOSED: (AlarmStatus.FALSE_ALARM,),
    }
    for step in ways[status]:
        move_alarm(facts, alarm.id, step, "chen", NOW)
    if status is AlarmStatus.CLOSED:
        close_alarm(facts, alarm.id, "test", "chen", NOW)


def fresh(facts: Session, alarm: Alarm) -> Alarm:
    """The alarm as it is now, without a transaction that the console would wait for."""
    facts.refresh(alarm)
    list(alarm.history)
    facts.commit()
    return alarm


@dataclass
class Desk:
    """An alarm's page in an operator's browser."""

    client: FlaskClient
    alarm_id: int

    @cached_property
    def token(self) -> str:
        """The form token of this visit."""
        return form_token(self.client, f"/alarms/{self.alarm_id}")

    def send(self, action: str, **fields: str) -> TestResponse:
        """Press a button; the answer to it."""
        return self.client.post(f"/alarms/{self.alarm_id}/{action}", data={"csrf_token": self.token} | fields)

    def press(self, action: str, **fields: str) -> str:
        """Press a button; what the next page says."""
        assert self.send(action, **fields).status_code == 303
        return self.client.get(f"/alarms/{self.alarm_id}").text


@pytest.fixture
def desk(client: FlaskClient, alarm: Alarm) -> Desk:
    return Desk(client, alarm.id)


def test_who_is_in_need_is_told_at_the_top_of_every_page_until_somebody_answers(
    client: FlaskClient, alarm: Alarm, facts: Session
) -> None:
    for page in ("/calls/", "/residents/", "/alarms/urgent"):
        assert f'href="/alarms/{alarm.id}"' in client.get(page).text
    shown = client.get("/alarms/").text
    for words in ("王奶奶", "桂花苑3幢2单元502室", "还没有人接", 'data-limits="15 60 180"'):
        assert words in shown
    answer_alarm(facts, CALL, "desk-1", NOW)
    urgent = client.get("/alarms/urgent").text
    assert 'data-count="0"' in urgent
    assert "通话中" in urgent
    assert 'class="talking"' not in client.get(f"/alarms/{alarm.id}").text
    shown = client.get("/alarms/").text
    assert "接听用了 0:09" in shown
    assert "话务台 1" in shown


def test_an_alarm_s_page_tells_all_that_is_known(
    client: FlaskClient, answered: Alarm, resident: Resident, facts: Session
) -> None:
    resident.notes = "门禁 <2580>"
    answered.record(AlarmHappened.RUNG_OVER, NOW, "asterisk", who="keyholder-1", number="13900000003", result="NOKEY")
    facts.commit()
    page = client.get(f"/alarms/{answered.id}").text
    for words in ("桂花苑3幢2单元502室", "门禁 &lt;2580&gt;", "张桂芳", "139 0000 0003", "120", "没有按 1", "第 1 位持钥匙人"):
        assert words in page
    assert client.get("/alarms/999").status_code == 404
    assert client.get("/alarms/999/live").status_code == 404


@pytest.mark.parametrize("who", ["neighbour", "120"])
def test_somebody_is_called_into_the_call_and_the_operator_is_written_down(
    desk: Desk, answered: Alarm, neighbour: Contact, exchange: Exchange, facts: Session, who: str
) -> None:
    who, number = (str(neighbour.id), neighbour.number) if who == "neighbour" else (who, who)
    assert "居民一直在线" in desk.press("call-in", who=who)
    assert exchange.called == [(CALL, who, number)]
    fresh(facts, answered)
    line = answered.history[-1]
    assert (line.happened, line.by) == (AlarmHappened.NOTED, "chen")
    assert "陈静" in desk.client.get(f"/alarms/{answered.id}").text


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_why_nobody_can_be_called_in_is_said(desk: Desk, answered: Alarm, exchange: Exchange, obstacle: Obstacle) -> None:
    exchange.obstacle = obstacle
    page = desk.press("call-in", who="120")
    assert 'class="note trouble" role="status"' in page
    assert "正在呼叫120" not in page


def test_before_anybody_answers_nobody_is_called_in(desk: Desk, alarm: Alarm, exchange: Exchange) -> None:
    assert 'form="call_in"' not in desk.client.get(f"/alarms/{alarm.id}").text
    assert "先接听" in desk.press("call-in", who="120")
    assert exchange.called == []


@pytest.mark.parametrize("who", ["", "999", "13900000003", "112"])
def test_only_the_resident_s_own_people_and_the_emergency_numbers_are_called(
    desk: Desk, answered: Alarm, exchange: Exchange, who: str
) -> None:
    assert desk.send("call-in", who=who).status_code == 400
    assert exchange.called == []


@pytest.mark.parametrize("now", [status for status in AlarmStatus if status is not AlarmStatus.RAISED])
def test_only_legal_steps_are_offered_and_taken(desk: Desk, answered: Alarm, facts: Session, now: AlarmStatus) -> None:
    at(facts, answered, now)
    page = desk.client.get(f"/alarms/{answered.id}").text
    assert {step for step in STEPS if f'value="{step}"' in page} == TRANSITIONS[now] & STEPS.keys()
    for step in STEPS.keys() - TRANSITIONS[now] - {now}:
        assert "这一步现在不行" in desk.press("step", step=step)
    assert fresh(facts, answered).status is now


def test_the_steps_lead_to_the_end_each_written_down_with_who_took_it(desk: Desk, answered: Alarm, facts: Session) -> None:
    for step in ("help_on_the_way", "help_arrived"):
        assert "记下了" in desk.press("step", step=step, note="儿子在")
        line = fresh(facts, answered).history[-1]
        assert (line.happened, line.by, line.details) == (step, "chen", {"note": "儿子在"})
    assert "已结案：" in desk.press("close", outcome="helped_at_home")
    assert fresh(facts, answered).status is AlarmStatus.CLOSED


def test_what_is_pressed_twice_is_done_once_and_told_as_done(desk: Desk, answered: Alarm, facts: Session) -> None:
    for _ in range(2):
        assert "记下了" in desk.press("step", step="false_alarm")
    for _ in range(2):
        assert "已结案：" in desk.press("close", outcome="test")
    happened = [line.happened for line in fresh(facts, answered).history]
    assert (happened.count(AlarmHappened.FALSE_ALARM), happened.count(AlarmHappened.CLOSED)) == (1, 1)


@pytest.mark.parametrize("now", [AlarmStatus.ANSWERED, AlarmStatus.FALSE_ALARM, AlarmStatus.HELP_ARRIVED])
def test_an_alarm_is_closed_only_with_an_outcome_that_fits(desk: Desk, answered: Alarm, facts: Session, now: AlarmStatus) -> None:
    at(facts, answered, now)
    page = desk.client.get(f"/alarms/{answered.id}").text
    assert {one for one in AlarmOutcome if f'value="{one}"' in page} == set(OUTCOMES.get(now, ()))
    unfit = {AlarmStatus.FALSE_ALARM: "died", AlarmStatus.HELP_ARRIVED: "test"}.get(now, "test")
    for outcome in (unfit, "", "won"):
        assert "已结案：" not in desk.press("close", outcome=outcome)
    assert fresh(facts, answered).status is now


def test_a_follow_up_is_due_until_it_is_done(desk: Desk, answered: Alarm, facts: Session, clock: HandClock) -> None:
    at(facts, answered, AlarmStatus.CLOSED)
    assert "要回访" in desk.client.get("/alarms/").text
    clock.pass_time(hours=25)
    with desk.client.session_transaction() as cookie:
        cookie["active_at"] = int(clock().timestamp())
    assert "已过时" in desk.client.get("/alarms/").text
    for _ in range(2):
        assert "回访记下了" in desk.press("follow-up", note="好多了")
    fresh(facts, answered)
    assert (answered.followed_up_by, answered.follow_up_note) == ("chen", "好多了")
    assert "已过时" not in desk.client.get("/alarms/").text


def test_nothing_is_followed_up_or_found_out_where_nothing_is_due(desk: Desk, answered: Alarm) -> None:
    assert "这一步现在不行" in desk.press("follow-up", note="好多了")
    assert "这一步现在不行" in desk.press("finding", note="夜里只有一个人")


def test_why_nobody_came_is_found_out(desk: Desk, alarm: Alarm, facts: Session) -> None:
    answer_alarm(facts, CALL, "keyholder-1", NOW + timedelta(seconds=200))
    assert "要调查" in desk.client.get("/alarms/").text
    assert "请写下" in desk.press("finding", note=" ")
    assert "调查结论记下了" in desk.press("finding", note="夜里只有一个人")
    fresh(facts, alarm)
    assert (alarm.investigated_by, alarm.finding) == ("chen", "夜里只有一个人")


def test_a_note_is_added_and_its_words_stay_words(desk: Desk, alarm: Alarm) -> None:
    assert "&lt;b&gt;在家&lt;/b&gt;" in desk.press("note", note="<b>在家</b>")
    assert desk.send("note", note=" ").status_code == 400
    assert desk.send("note", note="长" * 1001).status_code == 400


def test_nothing_is_done_without_the_page_s_token_by_a_stranger_or_to_no_alarm(
    desk: Desk, stranger: FlaskClient, alarm: Alarm, exchange: Exchange, facts: Session
) -> None:
    fields = {"who": "120", "step": "answered", "outcome": "test", "note": "x"}
    for action in ("call-in", "step", "close", "note", "follow-up", "finding"):
        assert desk.client.post(f"/alarms/{alarm.id}/{action}", data=fields).status_code == 400
        assert stranger.post(f"/alarms/{alarm.id}/{action}", data=fields).status_code in (303, 400)
        assert desk.client.post(f"/alarms/9/{action}", data={"csrf_token": desk.token} | fields).status_code == 404
    assert [line.happened for line in fresh(facts, alarm).history] == [AlarmHappened.RAISED]
    assert exchange.called == []


@pytest.fixture
def recorded(answered: Alarm, settings: Settings, facts: Session) -> Alarm:
    settings.recordings_dir.mkdir(parents=True)
    write_wav(settings.recordings_dir / f"{CALL}.wav", silence(1))
    answered.attempts[0].ended_at = NOW + timedelta(minutes=5)
    facts.commit()
    return answered


def test_the_recording_is_heard_once_the_call_is_over(client: FlaskClient, recorded: Alarm, facts: Session) -> None:
    attempt = recorded.attempts[0]
    facts.commit()
    sound = f"/alarms/recordings/{attempt.id}"
    assert sound in client.get(f"/alarms/{recorded.id}").text
    with client.get(sound) as answer:
        assert answer.mimetype == "audio/wav"
    attempt.recording = "../linli.db"
    facts.commit()
    assert client.get(sound).status_code == 404
    assert client.get("/alarms/recordings/999").status_code == 404


def test_who_did_what_is_told_by_name(client: FlaskClient, answered: Alarm, operator: Operator, facts: Session) -> None:
    at(facts, answered, AlarmStatus.HELP_ON_THE_WAY)
    assert operator.name in client.get(f"/alarms/{answered.id}/live").text
