"""Wrapping up begins when an operator's part of a call is over, whatever becomes of the call; not when their page is reloaded."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agi_scripts.desk_keeping import DeskKeeper
from agi_scripts.watching import CallWatch
from dispatch.desks import enter_state, present_span
from exchange.ami import AsteriskManager
from models.base import utc_now
from models.calls import Call, CallStatus
from models.database import SessionMaker, session_maker
from models.desks import DeskPage, DeskState
from models.operators import Operator
from models.settings import Settings
from tests.exchange.fake_manager import FakeManager

CALL, OTHER = "1795312800.1", "1795312800.7"
BROWSER = "PJSIP/operator-1-00000002"
AGAIN = "PJSIP/operator-1-00000003"
Tell = Callable[..., DeskState]


@pytest.fixture
def sessions(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SessionMaker]:
    """A ready operator, who talks with somebody."""
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    maker = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    with maker.begin() as session:
        session.add(Operator(id=1, login="chen", name="陈静", seat=1, password_hash="x"))
        session.flush()
        session.add(DeskPage(operator_id=1, page="a page", seen_at=utc_now()))
        enter_state(session, 1, DeskState.READY, utc_now())
        session.add(Call(channel_id=CALL, number="13900000001", status=CallStatus.OPERATOR, operator_id=1, collected={}))
    yield maker
    maker.kw["bind"].dispose()


@pytest.fixture
def tell(sessions: SessionMaker, settings: Settings) -> Iterator[Tell]:
    """Have Asterisk tell of an event; return what the operator is doing after it."""
    asterisk = FakeManager()
    manager = AsteriskManager("127.0.0.1", asterisk.port, "linli", "secret")
    watch = CallWatch(manager, sessions)
    watch.start()
    keeper = DeskKeeper(settings, sessions, manager)
    keeper.start()
    done = threading.Event()
    manager.on("Done", lambda event: done.set())
    manager.start()
    assert manager.wait_connected(30)

    def once(name: str, **headers: str) -> DeskState:
        done.clear()
        asterisk.event(Event=name, **headers)
        asterisk.event(Event="Done")
        assert done.wait(60)
        with sessions() as session:
            span = present_span(session, 1)
            assert span
            return span.state

    yield once
    keeper.stop()
    watch.stop()
    manager.close()
    asterisk.close()


def hangs_up(tell: Tell, channel: str = BROWSER, *, context: str = "operators", cause: str = "16", call: str = CALL) -> DeskState:
    """A telephone is gone from a call."""
    facts = {"Uniqueid": f"{call}-2147483647.1", "Linkedid": call, "ChannelState": "6", "Context": context, "Cause": cause}
    return tell("Hangup", Channel=channel, **facts)


def caller_hangs_up(tell: Tell, call: str = CALL) -> DeskState:
    return tell("Hangup", Channel="PJSIP/carrier-demo-00000001", Uniqueid=call, Linkedid=call, ChannelState="6", Cause="16")


def talks(tell: Tell, channel: str) -> DeskState:
    return tell("CEL", EventName="BRIDGE_ENTER", Channel=channel, Linkedid=CALL)


def test_wrapping_up_begins_when_the_call_is_over(tell: Tell) -> None:
    talks(tell, BROWSER)
    assert hangs_up(tell) is DeskState.READY  # the caller may be waiting for a page that is reloaded
    assert caller_hangs_up(tell) is DeskState.WRAP_UP


def test_who_leaves_others_together_wraps_up_at_once(tell: Tell) -> None:
    talks(tell, BROWSER)
    assert hangs_up(tell, context="conference") is DeskState.WRAP_UP


def test_a_page_that_is_lost_in_a_room_may_come_back(tell: Tell) -> None:
    talks(tell, BROWSER)
    assert hangs_up(tell, context="conference", cause="44") is DeskState.READY
    talks(tell, AGAIN)
    assert hangs_up(tell, AGAIN, context="conference") is DeskState.WRAP_UP


def test_what_a_reloaded_page_has_left_behind_ends_nothing(tell: Tell) -> None:
    talks(tell, BROWSER)
    talks(tell, AGAIN)
    assert hangs_up(tell, BROWSER, context="conference") is DeskState.READY
    assert hangs_up(tell, AGAIN, context="conference") is DeskState.WRAP_UP


def test_a_caller_who_is_on_hold_is_talked_to_before_anything_is_wrapped_up(tell: Tell, sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        session.add(Call(channel_id=OTHER, number="1", status=CallStatus.OPERATOR, operator_id=1, collected={}))
    talks(tell, BROWSER)
    talks(tell, AGAIN)  # a call for help, for which the first one is held
    hangs_up(tell, AGAIN, call=OTHER, context="conference")
    assert caller_hangs_up(tell, OTHER) is DeskState.READY
    hangs_up(tell, BROWSER)
    assert caller_hangs_up(tell) is DeskState.WRAP_UP
