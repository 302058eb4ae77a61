"""What becomes of a call after Python is read from Asterisk's events: also of an SOS that is answered outside of the queue."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from agi_scripts.watching import CallWatch
from exchange.ami import AsteriskManager
from models.calls import Call, CallStatus
from models.database import SessionMaker, session_maker
from tests.exchange.fake_manager import FakeManager

CALL = "1795312800.1"
Tell = Callable[..., Call]


@pytest.fixture
def sessions(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SessionMaker]:
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    maker = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    yield maker
    maker.kw["bind"].dispose()


@pytest.fixture
def tell(sessions: SessionMaker) -> Iterator[Tell]:
    """Have Asterisk tell of an event; return the call's file after it."""
    asterisk = FakeManager()
    manager = AsteriskManager("127.0.0.1", asterisk.port, "linli", "secret")
    watch = CallWatch(manager, sessions)
    watch.start()
    done = threading.Event()
    manager.on("Done", lambda event: done.set())
    manager.start()
    assert manager.wait_connected(30)

    def once(event: str, **headers: str) -> Call:
        done.clear()
        asterisk.event(Event=event, **headers)
        asterisk.event(Event="Done")
        assert done.wait(60)
        with sessions() as session:
            return session.scalars(select(Call)).one()

    yield once
    watch.stop()
    manager.close()
    asterisk.close()


def waits(tell: Tell, queue: str = "sos") -> Call:
    return tell("QueueCallerJoin", Queue=queue, Uniqueid=CALL, Channel="PJSIP/carrier-0000001a", CallerIDNum="13800000001")


@pytest.mark.parametrize(("queue", "outcome"), [("sos", "operator:sos"), ("operators", "operator:direct")])
def test_a_call_that_waits_has_a_file_that_says_why(tell: Tell, queue: str, outcome: str) -> None:
    call = waits(tell, queue)
    assert (call.status, call.outcome, call.number) == (CallStatus.WAITING, outcome, "13800000001")


@pytest.mark.parametrize(
    ("event", "by"),
    [
        ({"EventName": "BRIDGE_ENTER", "Channel": "PJSIP/desk-2-0000001b", "Extra": "{}"}, "desk-2"),
        (
            {"EventName": "LINLI_ACCEPTED", "Channel": "PJSIP/carrier-1", "Extra": '{"extra":"keyholder-1,13800000002"}'},
            "keyholder-1",
        ),
    ],
)
def test_an_sos_that_is_answered_outside_of_the_queue_is_not_abandoned(tell: Tell, event: dict[str, str], by: str) -> None:
    waits(tell)
    call = tell("CEL", **event, LinkedID=CALL)
    assert (call.status, call.answered_by) == (CallStatus.OPERATOR, by)
    assert tell("Hangup", Uniqueid=CALL).status is CallStatus.ENDED


def test_the_residents_own_line_in_a_bridge_answers_nothing(tell: Tell) -> None:
    waits(tell)
    assert tell("CEL", EventName="BRIDGE_ENTER", Channel="PJSIP/carrier-0000001a", LinkedID=CALL).status is CallStatus.WAITING


def test_the_queues_own_name_for_who_answered_stays(tell: Tell) -> None:
    waits(tell)
    tell("AgentConnect", Uniqueid=CALL, MemberName="话务台 2")
    call = tell("CEL", EventName="BRIDGE_ENTER", Channel="PJSIP/desk-2-0000001b", LinkedID=CALL)
    assert call.answered_by == "话务台 2"
