"""Drawing the calls that are listened to: by chance, once, an emergency among them."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from dispatch.audits import AuditRound, choose, draw_audits
from models.alarms import Alarm, AlarmAttempt, AlarmSource
from models.audits import Audit
from models.calls import Call, CallStatus, Direction
from models.database import SessionMaker
from models.operators import Operator
from models.settings import Settings

NOW = datetime.fromisoformat("2026-11-22T10:00+08:00")
# In UTC it is still September.
FIRST = datetime.fromisoformat("2026-10-01T00:30+08:00")
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def operator_ids(sessions: SessionMaker) -> list[int]:
    """The first answered ten calls in October, of which two were emergencies; the second one, and others that do not count."""
    with sessions.begin() as session:
        operators = [Operator(login=login, name=login, password_hash="") for login in ("a", "b", "c")]
        session.add_all(operators)
        session.flush()
        ids = [one.id for one in operators]
        facts = [(ids[0], FIRST + timedelta(days=n), Direction.IN, FIRST + timedelta(days=n)) for n in range(10)]
        facts += [
            (ids[1], FIRST, Direction.IN, FIRST),
            (ids[1], FIRST - timedelta(hours=1), Direction.IN, FIRST),
            (ids[1], FIRST, Direction.OUT, FIRST),
            (ids[1], FIRST, Direction.IN, None),
        ]
        for number, (operator_id, at, direction, answered_at) in enumerate(facts):
            who = {"operator_id": operator_id, "direction": direction, "operator_at": answered_at, "status": CallStatus.ENDED}
            session.add(Call(channel_id=str(number), number="", started_at=at, ended_at=at, **who))
        for channel_id in ("3", "7"):
            alarm = Alarm(channel_id=channel_id, source=AlarmSource.KEY, raised_at=FIRST)
            session.add(AlarmAttempt(alarm=alarm, channel_id=channel_id, source=AlarmSource.KEY, began_at=FIRST))
    return ids


def drawn(sessions: SessionMaker) -> list[Audit]:
    with sessions() as session:
        return list(session.scalars(select(Audit).order_by(Audit.operator_id, Audit.place)))


def test_two_calls_of_each_are_drawn_one_of_them_an_emergency(
    sessions: SessionMaker, settings: Settings, operator_ids: list[int]
) -> None:
    draw_audits(settings, sessions, NOW)
    audits = drawn(sessions)
    assert [(one.operator_id, one.place, one.emergency) for one in audits] == [
        (operator_ids[0], 1, True),
        (operator_ids[0], 2, False),
        (operator_ids[1], 1, False),
    ]
    assert {one.month for one in audits} == {OCTOBER}


def test_whoever_doubts_it_draws_the_same_with_the_seed(
    sessions: SessionMaker, settings: Settings, operator_ids: list[int]
) -> None:
    draw_audits(settings, sessions, NOW, new_seed=lambda: "seed")
    with sessions() as session:
        calls = {int(call.channel_id): call.id for call in session.scalars(select(Call))}
    emergencies = [calls[3], calls[7]]
    ordinary = [calls[n] for n in range(10) if n not in (3, 7)]
    assert [one.call_id for one in drawn(sessions)[:2]] == choose("seed", ordinary, emergencies)
    assert {one.seed for one in drawn(sessions)} == {"seed"}


def test_a_month_is_drawn_once(sessions: SessionMaker, settings: Settings, operator_ids: list[int]) -> None:
    draw_audits(settings, sessions, NOW)
    before = [(one.id, one.call_id) for one in drawn(sessions)]
    draw_audits(settings, sessions, NOW + timedelta(days=1))
    again = AuditRound(settings, sessions)
    for minutes in (0, 1):
        again.audit_round(NOW + timedelta(minutes=minutes))
    assert [(one.id, one.call_id) for one in drawn(sessions)] == before


@pytest.mark.parametrize(
    ("ordinary", "emergencies", "count"),
    [([], [], 0), ([], [1], 1), ([], [1, 2, 3], 2), ([1], [], 1), ([1, 2, 3], [], 2), ([1], [2], 2)],
)
def test_where_there_is_little_all_of_it_is_drawn(ordinary: list[int], emergencies: list[int], count: int) -> None:
    for seed in map(str, range(20)):
        chosen = choose(seed, ordinary, emergencies)
        assert len(chosen) == len(set(chosen)) == count
        assert not emergencies or chosen[0] in emergencies
