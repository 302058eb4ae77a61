"""An alarm's life: where it may go, what closing asks for, and that its history only grows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.alarms import OUTCOMES, TRANSITIONS, Alarm, AlarmHappened, AlarmOutcome, AlarmSource, AlarmStatus
from models.database import SessionMaker, open_database
from models.migrating import alembic_config, migrate
from models.orders import IllegalTransition

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
S = AlarmStatus


def new_alarm(status: AlarmStatus = S.RAISED) -> Alarm:
    return Alarm(channel_id="1.1", source=AlarmSource.KEY, status=status, raised_at=NOW, outcome="")


def test_the_table_of_transitions_has_every_status() -> None:
    assert set(TRANSITIONS) == set(AlarmStatus)
    assert all(status not in following for status, following in TRANSITIONS.items())
    assert {AlarmHappened(status.value) for status in AlarmStatus} <= set(AlarmHappened)


@pytest.mark.parametrize(
    "way",
    [
        [S.RAISED, S.ANSWERED, S.FALSE_ALARM, S.CLOSED],
        [S.RAISED, S.ANSWERED, S.HELP_ON_THE_WAY, S.HELP_ARRIVED, S.CLOSED],
        [S.ANSWERED, S.HELP_ON_THE_WAY, S.FALSE_ALARM, S.CLOSED],
        [S.FALSE_ALARM, S.RAISED],
    ],
)
def test_an_alarm_can_go_the_ways_that_are_meant(way: list[AlarmStatus]) -> None:
    assert all(there in TRANSITIONS[here] for here, there in pairwise(way))


def test_from_every_status_there_is_a_way_to_the_end() -> None:
    reaching = {S.CLOSED}
    while more := {status for status, following in TRANSITIONS.items() if following & reaching} - reaching:
        reaching |= more
    assert reaching == set(AlarmStatus)


def test_every_outcome_can_be_reached_and_only_where_an_alarm_can_be_closed() -> None:
    assert {outcome for outcomes in OUTCOMES.values() for outcome in outcomes} == set(AlarmOutcome)
    assert set(OUTCOMES) == {status for status, following in TRANSITIONS.items() if S.CLOSED in following}


@pytest.mark.parametrize(("here", "there"), list(product(AlarmStatus, sorted(set(AlarmStatus) - {S.CLOSED}))))
def test_an_alarm_moves_only_where_the_table_leads(here: AlarmStatus, there: AlarmStatus) -> None:
    alarm = new_alarm(here)
    if there in TRANSITIONS[here]:
        alarm.move(there, NOW, "li", note="x")
        assert alarm.status is there
        assert [(line.happened.value, line.by, line.details) for line in alarm.history] == [(there.value, "li", {"note": "x"})]
    else:
        with pytest.raises(IllegalTransition, match=f"不能从 {here} 到 {there} / .* cannot go from {here} to {there}"):
            alarm.move(there, NOW, "li")
        assert (alarm.status, alarm.history) == (here, [])


@pytest.mark.parametrize("status", list(AlarmStatus))
def test_closing_needs_an_outcome_that_fits(status: AlarmStatus) -> None:
    for outcome in ("", "whatever", *set(AlarmOutcome) - set(OUTCOMES.get(status, ()))):
        alarm = new_alarm(status)
        with pytest.raises(IllegalTransition, match="结案"):
            alarm.close(outcome, NOW, "li")
        assert (alarm.status, alarm.outcome, alarm.follow_up_due_at) == (status, "", None)
    with pytest.raises(IllegalTransition):
        new_alarm(status).move(S.CLOSED, NOW, "li")


def test_closing_makes_a_follow_up_due_within_a_day() -> None:
    alarm = new_alarm(S.HELP_ARRIVED)
    alarm.close("taken_to_hospital", NOW, "li", "市一医院")
    assert (alarm.status, alarm.outcome, alarm.closed_at) == (S.CLOSED, "taken_to_hospital", NOW)
    assert alarm.follow_up_due_at == NOW + timedelta(hours=24)
    assert alarm.history[-1].details == {"outcome": "taken_to_hospital", "note": "市一医院"}


def test_no_line_of_an_alarms_history_can_be_changed_or_deleted(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        alarm = new_alarm()
        alarm.record(AlarmHappened.RAISED, NOW, "resident")
        session.add(alarm)
    for spoil in (lambda session, line: setattr(line, "by", "nobody"), lambda session, line: session.delete(line)):
        with sessions() as session:
            spoil(session, session.get_one(Alarm, 1).history[0])
            with pytest.raises(IllegalTransition, match="cannot be changed"):
                session.commit()


def test_alarms_of_before_keep_their_call_and_take_no_new_presses(database_url: str) -> None:
    command.downgrade(alembic_config(database_url), "0002")
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO alarms (id, channel_id, source, status, words, raised_at, answered_at, answered_by, outcome)"
                " VALUES (1, '9.1', 'words', 'answered', '救命', '2026-11-22 02:30:00', '2026-11-22 02:30:04', '话务台 1', '')"
            )
        )
    migrate(database_url)
    with Session(engine) as session:
        alarm = session.query(Alarm).one()
        [attempt] = alarm.attempts
        assert (alarm.gathers, alarm.pressed_at, alarm.waiting) == (None, NOW, [])
        assert (attempt.channel_id, attempt.words, attempt.answered_by, attempt.ended_at) == ("9.1", "救命", "话务台 1", NOW)
    engine.dispose()
