"""A call's file, in whatever order Python and Asterisk report what happened."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from ivr.record import (
    answer_call,
    begin_call,
    close_call,
    close_forgotten_calls,
    finish_call,
    hand_over_call,
    keep_collected,
    reopen_call,
)
from models.calls import Call, CallStatus
from models.database import SessionMaker

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)
ID = "1700000000.1"


@pytest.fixture
def session(sessions: SessionMaker):
    with sessions() as session:
        begin_call(session, ID, "+86 138 0000 0001", None, [])
        yield session


def the_call(session: Session) -> Call:
    session.expire_all()
    return session.query(Call).one()


def test_a_call_keeps_its_number_in_one_form_and_names_its_recording(session: Session) -> None:
    call = the_call(session)
    assert call.number == "13800000001"
    assert [(recording.kind, recording.path) for recording in call.recordings] == [
        ("call", f"{ID}.wav"),
        ("caller", f"{ID}-caller.wav"),
    ]


def test_what_was_collected_grows(session: Session) -> None:
    call_id = the_call(session).id
    keep_collected(session, call_id, {"service": "repair"})
    keep_collected(session, call_id, {"when": ["a", "b"]})
    assert the_call(session).collected == {"service": "repair", "when": ["a", "b"]}


@pytest.mark.parametrize("asterisk_first", [True, False])
def test_a_hang_up_is_told_whoever_reports_it_first(session: Session, asterisk_first: bool) -> None:
    steps = [lambda: close_call(session, ID, NOW), lambda: finish_call(session, ID, "hung_up", NOW)]
    for step in steps if asterisk_first else reversed(steps):
        step()
    call = the_call(session)
    assert (call.status, call.outcome, call.ended_at) == (CallStatus.ENDED, "hung_up", NOW)


def test_who_hangs_up_while_waiting_is_to_be_called_back(session: Session) -> None:
    hand_over_call(session, ID, "asked", NOW)
    close_call(session, ID, LATER)
    call = the_call(session)
    assert (call.status, call.outcome) == (CallStatus.ABANDONED, "operator:asked")


def test_who_hung_up_before_the_hand_over_is_to_be_called_back_too(session: Session) -> None:
    close_call(session, ID, NOW)
    hand_over_call(session, ID, "emergency", LATER)
    assert the_call(session).status is CallStatus.ABANDONED


@pytest.mark.parametrize("python_first", [True, False])
def test_a_call_whose_lease_ran_out_waits_and_did_not_hang_up(session: Session, python_first: bool) -> None:
    steps = [lambda: finish_call(session, ID, "hung_up", NOW), lambda: reopen_call(session, ID, LATER)]
    for step in steps if python_first else reversed(steps):
        step()
    call = the_call(session)
    assert (call.status, call.outcome, call.ended_at) == (CallStatus.WAITING, "operator:lease", None)


def test_an_answered_call_names_its_operator(session: Session) -> None:
    hand_over_call(session, ID, "asked", NOW)
    answer_call(session, ID, "话务台 1", LATER)
    call = the_call(session)
    assert (call.status, call.answered_by, call.operator_at) == (CallStatus.OPERATOR, "话务台 1", LATER)


def test_calls_that_ended_unseen_are_closed_and_live_ones_are_not(session: Session) -> None:
    begin_call(session, "1700000000.2", "13800000002", None, [])
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert close_forgotten_calls(session, ["1700000000.2"], begun_before=soon) == 1
    assert {call.channel_id: call.ended_at is None for call in session.query(Call)} == {ID: False, "1700000000.2": True}


def test_a_call_that_nobody_knows_of_changes_nothing(session: Session) -> None:
    close_call(session, "unknown", NOW)
    answer_call(session, "unknown", "话务台 1", NOW)
    assert the_call(session).status is CallStatus.TALKING
