"""What became of the acts of a desk is read from Asterisk's events."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agi_scripts.desk_acts import DeskActWatch
from exchange.ami import AsteriskManager
from models.base import utc_now
from models.calls import Call, CallStatus, Direction
from models.database import SessionMaker, session_maker
from models.desks import DeskAct, DeskActKind
from models.operators import Operator
from tests.exchange.fake_manager import FakeManager

CALL = "1795312800.0001"
Tell = Callable[..., tuple[DeskAct, Call]]


@pytest.fixture
def sessions(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SessionMaker]:
    """An operator who has dialled."""
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    maker = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    with maker.begin() as session:
        session.add(Operator(id=1, login="chen", name="陈静", seat=1, password_hash="x"))
        session.flush()
        direction = {"direction": Direction.OUT, "status": CallStatus.OPERATOR, "operator_id": 1}
        session.add(Call(id=1, channel_id=CALL, number="13900000001", collected={}, **direction))
        session.flush()
        session.add(DeskAct(id=7, kind=DeskActKind.DIAL, operator_id=1, call_id=1, target="contact:5", at=utc_now(), outcome=""))
    yield maker
    maker.kw["bind"].dispose()


@pytest.fixture
def tell(sessions: SessionMaker) -> Iterator[Tell]:
    """Have Asterisk tell of an event; return the act and the call's file after it."""
    asterisk = FakeManager()
    manager = AsteriskManager("127.0.0.1", asterisk.port, "linli", "secret")
    DeskActWatch(manager, sessions)
    done = threading.Event()
    manager.on("Done", lambda event: done.set())
    manager.start()
    assert manager.wait_connected(30)

    def once(name: str, **headers: str) -> tuple[DeskAct, Call]:
        done.clear()
        asterisk.event(Event="UserEvent", UserEvent=name, **headers)
        asterisk.event(Event="Done")
        assert done.wait(60)
        with sessions() as session:
            return session.get_one(DeskAct, 7), session.get_one(Call, 1)

    yield once
    manager.close()
    asterisk.close()


def test_a_dialled_call_that_is_answered_is_with_its_operator(tell: Tell) -> None:
    act, call = tell("LinliDesk", Act="7", Outcome="ANSWER")
    assert act.outcome == "answered"
    assert (call.status, call.answered_by, call.outcome) == (CallStatus.OPERATOR, "operator-1", "dialled:answered")
    assert call.operator_at is not None


@pytest.mark.parametrize(("told", "outcome"), [("NOANSWER", "no_answer"), ("BUSY", "busy"), ("SILENT", "own_phone")])
def test_why_nobody_was_reached_is_kept(tell: Tell, told: str, outcome: str) -> None:
    act, call = tell("LinliDesk", Act="7", Outcome=told)
    assert (act.outcome, call.outcome) == (outcome, f"dialled:{outcome}")


def test_the_end_of_a_talk_aside_hides_nothing_that_is_known_better(tell: Tell) -> None:
    tell("LinliDesk", Act="7", Outcome="BUSY")
    assert tell("LinliDesk", Act="7", Outcome="BACK")[0].outcome == "busy"


def test_a_caller_who_comes_back_waits_for_a_person(tell: Tell) -> None:
    assert tell("LinliBack", Uniqueid=CALL)[1].status is CallStatus.WAITING


@pytest.mark.parametrize("headers", [{"Act": "x"}, {"Act": "8", "Outcome": "ANSWER"}, {"Act": "7", "Outcome": "rubbish"}])
def test_what_is_not_understood_changes_nothing(tell: Tell, headers: dict[str, str]) -> None:
    assert tell("LinliDesk", **headers)[0].outcome == ""
