"""What a desk's telephone is told of a call, and whom a pause spares."""

from collections.abc import Iterator

import pytest

from exchange.ami import AsteriskManager
from exchange.rejoining import Rejoining
from exchange.seats import Seats
from exchange.switchboard import Switchboard
from tests.agi_scripts.asterisk.joined import wait_until_joined
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.desk_manager import desk_manager

pytestmark = pytest.mark.e2e


@pytest.fixture
def manager(asterisk: RunningAsterisk) -> Iterator[AsteriskManager]:
    """The console's connection."""
    with desk_manager(asterisk.settings) as manager:
        yield manager


def test_a_ring_names_the_call_and_a_pause_holds_for_ordinary_calls_alone(
    asterisk: RunningAsterisk, events: Events, manager: AsteriskManager
) -> None:
    seats = Seats(manager)
    with (
        registered_desk(asterisk, events, "desk-1") as desk,
        asterisk.phone("carrier-demo") as caller,
        asterisk.phone(f"device-{DEVICE.id}") as resident,
    ):
        assert seats.pause(1, "meal")
        caller.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        caller.wait_answered()
        waiting = events.wait_for("QueueCallerJoin", Queue="operators")
        resident.call("sos")
        ring = desk.wait_ringing()
        help_id = events.wait_for("QueueCallerJoin", Queue="sos")["Uniqueid"]
        assert dict(ring.headers)["X-Linli-Call"] == help_id
        assert dict(ring.headers)["X-Linli-Alarm"] == "1"
        resident.wait_answered()
        resident.hang_up()
        events.wait_for("Hangup", Uniqueid=help_id)
        desk.messages.clear()
        assert seats.free(1)
        headers = dict(desk.wait_ringing().headers)
        assert headers["X-Linli-Call"] == waiting["Uniqueid"]
        assert "X-Linli-Alarm" not in headers
        caller.hang_up()
        events.wait_for("Hangup", Uniqueid=waiting["Uniqueid"])


def test_a_caller_is_moved_only_for_the_seat_that_they_talk_to_and_hears_music_until_another_operator_comes(
    asterisk: RunningAsterisk, events: Events, manager: AsteriskManager
) -> None:
    with registered_desk(asterisk, events, "desk-1") as desk, asterisk.phone("carrier-demo") as caller:
        caller.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        caller.wait_answered()
        call_id = events.wait_for("QueueCallerJoin", Queue="operators")["Uniqueid"]
        desk.answer()
        events.wait_for("AgentConnect", Uniqueid=call_id)
        wait_until_joined(Switchboard(manager), call_id)
        assert not Rejoining(manager).wait(call_id, 2)
        assert not Rejoining(manager).ring(call_id, 1)  # a desk phone has no page to come back
        # As the page of seat 1 would: the browser's telephone is not there, so the caller goes on to whoever is.
        moved = manager.send_action(
            {"Action": "Redirect", "Channel": call_id, "Context": "rejoin", "Exten": "wait-1", "Priority": 1}
        )
        assert moved.get_header("Response") == "Success"
        desk.wait_hung_up()
        caller.wait_sound()
        desk.messages.clear()
        events.seen.clear()
        assert Rejoining(manager).ring(call_id, 1)
        assert events.wait_for("QueueCallerJoin", Queue="operators", Uniqueid=call_id)["Position"] == "1"
        desk.answer()
        events.wait_for("AgentConnect", Uniqueid=call_id)
        caller.hang_up()
        desk.wait_hung_up()
