"""An operator dials from the desk: their own telephone rings first, and then whoever is called."""

from collections.abc import Iterator
from itertools import count

import pytest

from exchange.conference import Conference
from exchange.desk_calls import DeskCalls, new_call_id
from exchange.switchboard import Switchboard
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered, registered_desk
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.desk_manager import desk_manager
from tests.e2e.town import eventually

pytestmark = pytest.mark.e2e

DAUGHTER = "13900000001"
ACTS = count(41)


@pytest.fixture(scope="module")
def desk_calls(asterisk: RunningAsterisk) -> Iterator[DeskCalls]:
    with desk_manager(asterisk.settings) as manager:
        switchboard = Switchboard(manager)
        yield DeskCalls(switchboard, Conference(switchboard))


def test_both_talk_the_hotline_s_number_is_shown_and_the_call_is_recorded(
    asterisk: RunningAsterisk, events: Events, desk_calls: DeskCalls
) -> None:
    with (
        registered_desk(asterisk, events, "desk-1") as operator,
        registered(asterisk.phone("carrier-demo")) as daughter,
    ):
        act = next(ACTS)
        call_id = new_call_id(act)
        desk_calls.dial(call_id, act, 1, DAUGHTER)
        ringing = operator.wait_ringing()
        assert (ringing["X-Linli-Answer"], ringing["X-Linli-Call"]) == ("auto", call_id)
        assert not daughter.invites
        operator.answer()
        ringing = daughter.wait_ringing()
        assert ringing.start.startswith(f"INVITE sip:{DAUGHTER}@")
        assert asterisk.settings.hotline_number in ringing["From"]
        assert "X-Linli-Answer" not in dict(ringing.headers)
        daughter.answer()
        events.wait_for("UserEvent", UserEvent="LinliDesk", Act=str(act), Outcome="ANSWER")
        events.wait_for("BridgeEnter", Linkedid=call_id, BridgeNumChannels="2")
        eventually((asterisk.settings.recordings_dir / f"{call_id}.wav").is_file)
        operator.hang_up()
        daughter.wait_hung_up()
        events.wait_for("Hangup", Uniqueid=call_id)
