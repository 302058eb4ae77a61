"""What an operator does with an alarm: calls somebody in, takes its steps, closes it, follows it up, says why nobody came."""

import logging
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from dispatch.alarms import close_alarm, move_alarm, note_alarm, record_follow_up, record_investigation
from exchange.obstacles import CannotAct, Obstacle
from models.alarms import Alarm, AlarmOutcome, AlarmStatus
from models.carrier import carrier_for_calls
from models.orders import IllegalTransition
from operator_console.alarm_pages import on_the_line
from operator_console.alarm_story import STEPS, Person, people
from operator_console.context import facts, parts, signed_in
from operator_console.obstacle_words import OBSTACLES
from operator_console.words import ALARM, ALARM_OUTCOME, Said

log = logging.getLogger(__name__)
alarm_actions = Blueprint("alarm_actions", __name__, url_prefix="/alarms")

LONGEST_NOTE = 1000


@alarm_actions.post("/<int:alarm_id>/call-in")
def call_in(alarm_id: int) -> ResponseReturnValue:
    """Have a keyholder, a family member or an emergency service called into the resident's call."""
    alarm = _alarm(alarm_id)
    person = next((one for one in people(alarm) if one.who == request.form.get("who", "")), None)
    if person is None:
        abort(400)
    try:
        _ring(alarm, person)
    except CannotAct as cannot:
        _tell("trouble", *OBSTACLES[cannot.obstacle])
        return _back(alarm_id)
    whom = f"{person.name}（{person.relation.zh}）" if person.name else person.relation.zh
    note_alarm(facts(), alarm_id, f"呼叫 {whom}", signed_in().login, parts().clock())
    log.info("alarm %d: %s called in by operator %d", alarm_id, person.who, signed_in().id)
    _tell(
        "done", f"正在呼叫{person.name or person.relation.zh}，居民一直在线。", "Calling them in; the resident stays on the line."
    )
    return _back(alarm_id)


def _ring(alarm: Alarm, person: Person) -> None:
    call, conference = on_the_line(alarm), parts().conference
    if call is None:
        raise CannotAct(Obstacle.NOBODY if alarm.waiting else Obstacle.OVER)
    if conference is None or not carrier_for_calls(parts().settings):
        raise CannotAct(Obstacle.NO_EXCHANGE)
    channel_id = call.channel_id
    facts().commit()  # no transaction waits for the exchange
    conference.call_in(channel_id, person.who, person.number)


@alarm_actions.post("/<int:alarm_id>/step")
def step(alarm_id: int) -> ResponseReturnValue:
    """Take the alarm's next step."""
    chosen = request.form.get("step", "")
    if chosen not in set(STEPS):
        abort(400)
    status = AlarmStatus(chosen)
    return _write(
        alarm_id,
        lambda note: move_alarm(facts(), alarm_id, status, signed_in().login, parts().clock(), note=note),
        lambda alarm: alarm.status is status,
        Said(f"记下了：{ALARM[status].zh}。", f"Noted: {ALARM[status].en}."),
    )


@alarm_actions.post("/<int:alarm_id>/close")
def close(alarm_id: int) -> ResponseReturnValue:
    """Close the alarm with an outcome."""
    outcome = request.form.get("outcome", "")
    if outcome not in set(AlarmOutcome):
        _tell("trouble", "请先选结果，再结案。", "Choose an outcome, then close it.")
        return _back(alarm_id)
    said = ALARM_OUTCOME[AlarmOutcome(outcome)]
    return _write(
        alarm_id,
        lambda note: close_alarm(facts(), alarm_id, outcome, signed_in().login, parts().clock(), note=note),
        lambda alarm: alarm.outcome == outcome,
        Said(f"已结案：{said.zh}。24 小时内要回访。", f"Closed: {said.en}. A follow-up is due within 24 hours."),
    )


@alarm_actions.post("/<int:alarm_id>/note")
def note(alarm_id: int) -> ResponseReturnValue:
    """Add a note to the alarm's history."""
    if not request.form.get("note", "").strip():
        abort(400)
    return _write(
        alarm_id,
        lambda note: note_alarm(facts(), alarm_id, note, signed_in().login, parts().clock()),
        lambda _alarm: False,
        Said("记下了。", "Noted."),
    )


@alarm_actions.post("/<int:alarm_id>/follow-up")
def follow_up(alarm_id: int) -> ResponseReturnValue:
    """Note that the resident was asked how they are."""
    return _write(
        alarm_id,
        lambda note: record_follow_up(facts(), alarm_id, note, signed_in().login, parts().clock()),
        lambda alarm: alarm.followed_up_at is not None,
        Said("回访记下了。", "The follow-up is noted."),
    )


@alarm_actions.post("/<int:alarm_id>/finding")
def finding(alarm_id: int) -> ResponseReturnValue:
    """Note why nobody came in time."""
    if not request.form.get("note", "").strip():
        _tell("trouble", "请写下调查的结论。", "Write down what was found.")
        return _back(alarm_id)
    return _write(
        alarm_id,
        lambda note: record_investigation(facts(), alarm_id, note, signed_in().login, parts().clock()),
        lambda alarm: alarm.investigated_at is not None,
        Said("调查结论记下了。", "The finding is noted."),
    )


def _write(alarm_id: int, write: Callable[[str], object], is_so: Callable[[Alarm], bool], done: Said) -> ResponseReturnValue:
    """Do it with the form's note, and say whether it was done; a button pressed twice, or by two, is told as done."""
    note = request.form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        abort(400)
    try:
        write(note)
    except NoResultFound:
        abort(404)
    except IllegalTransition:
        facts().rollback()
        alarm = _alarm(alarm_id)
        if not is_so(alarm):
            said = ALARM[alarm.status]
            _tell("trouble", f"这一步现在不行：求助{said.zh}。", f"Not possible now: the alarm is “{said.en}”.")
            return _back(alarm_id)
    else:
        log.info("alarm %d: %s by operator %d", alarm_id, request.endpoint, signed_in().id)
    _tell("done", *done[:2])
    return _back(alarm_id)


def _alarm(alarm_id: int) -> Alarm:
    alarm = facts().get(Alarm, alarm_id)
    if alarm is None:
        abort(404)
    return alarm


def _tell(tone: str, zh: str, en: str) -> None:
    flash(f"{zh}\n{en}", tone)


def _back(alarm_id: int) -> ResponseReturnValue:
    """To where the button was: the alarm's page, or the desk with its call."""
    if channel := request.form.get("desk", ""):
        return redirect(url_for("desk.show", channel=channel), 303)
    return redirect(url_for("alarms.show", alarm_id=alarm_id), 303)
