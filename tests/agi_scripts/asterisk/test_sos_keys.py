"""Every way to call for help, and how often: the red key again and again, beside another call, a speed-dial key, and words."""

from contextlib import ExitStack

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered, registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sos_story import DUTY, KEYHOLDERS, RED_KEY, kept, rows, story
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server
from tests.e2e.town import eventually

pytestmark = pytest.mark.e2e

LANDLINE = "057188000002"


def test_a_second_press_is_a_call_of_its_own_that_rings_too(asterisk: RunningAsterisk, events: Events) -> None:
    with (
        registered_desk(asterisk, events, "desk-1") as desk,
        asterisk.phone(RED_KEY) as first,
        asterisk.phone(RED_KEY) as second,
    ):
        for resident in (first, second):
            resident.call("sos")
            resident.wait_answered()
            told = events.wait_for("UserEvent", UserEvent="LinliSOS", Device=str(DEVICE.id))
            events.seen.remove(told)
            assert story(asterisk, told["Linkedid"])[0] == ("SOS", str(DEVICE.id))
            desk.wait_ringing()
            desk.messages.clear()
        first.hang_up()
        second.hang_up()


def test_of_more_than_three_lines_the_newest_takes_the_place_of_the_one_before(asterisk: RunningAsterisk, events: Events) -> None:
    with ExitStack() as phones:
        lines = [phones.enter_context(asterisk.phone(RED_KEY)) for _ in range(5)]
        for line in lines:
            line.call("sos")
            line.wait_answered()
        lines[2].wait_hung_up()
        lines[3].wait_hung_up()
        told = events.wait_for("QueueCallerJoin", Queue="sos", Count="3")
        for line in (lines[0], lines[1], lines[4]):
            assert not [one for _, one in line.messages if one.start.startswith("BYE")]
            line.hang_up()
        assert told["CallerIDNum"] == DEVICE.number


def test_a_line_on_which_somebody_has_answered_is_left_alone(asterisk: RunningAsterisk, events: Events) -> None:
    with ExitStack() as phones:
        desk = phones.enter_context(registered_desk(asterisk, events, "desk-1"))
        lines = [phones.enter_context(asterisk.phone(RED_KEY)) for _ in range(4)]
        for line in lines[:3]:
            line.call("sos")
            line.wait_answered()
            desk.wait_ringing()
            if line is lines[2]:
                desk.answer()
                events.wait_for("BridgeEnter", BridgeNumChannels="2")
            desk.messages.clear()
        lines[3].call("sos")
        lines[3].wait_answered()
        desk.wait_ringing()
        for line in lines:
            line.hang_up()


def test_the_red_key_rings_and_is_answered_beside_an_ordinary_call_of_the_same_phone(
    asterisk: RunningAsterisk, events: Events
) -> None:
    with (
        registered_desk(asterisk, events, "desk-1") as first,
        asterisk.phone(RED_KEY) as talking,
        asterisk.phone(RED_KEY) as pressing,
    ):
        talking.call("service")  # Python is not there: an operator
        talking.wait_answered()
        first.wait_ringing()
        first.answer()
        events.wait_for("BridgeEnter", BridgeNumChannels="2")
        with registered_desk(asterisk, events, "desk-2") as second:
            pressing.call("sos")
            pressing.wait_answered()
            second.wait_ringing()
            second.answer()
            events.wait_for("AgentConnect", Queue="sos", Interface="PJSIP/desk-2")
            pressing.wait_heard(0.2)
            second.wait_heard(0.2)
            pressing.hang_up()
            second.wait_hung_up()
        talking.wait_heard(0.2)
        talking.hang_up()
        first.wait_hung_up()


def test_words_of_emergency_climb_the_same_ladder(ladder: RunningAsterisk, ladder_events: Events) -> None:
    def hear_an_emergency(call: AgiCall) -> None:
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "emergency"')
        call.close()

    with (
        kept(ladder, keyholders={f"n{LANDLINE}": KEYHOLDERS[0]}),
        registered(ladder.phone("carrier-demo")) as outside,
        agi_server(ladder.settings.agi_port, hear_an_emergency),
        ladder.phone("carrier-demo") as resident,
    ):
        resident.call(ladder.settings.hotline_number, f"<sip:+86{LANDLINE[1:]}@127.0.0.1>")
        resident.wait_answered()
        call = ladder_events.wait_for("QueueCallerJoin", Queue="sos")["Uniqueid"]
        outside.wait_ringing(number=KEYHOLDERS[0])
        resident.hang_up()
    assert story(ladder, call)[:3] == [("HELP", ""), ("RUNG", "operators"), ("RUNG_OVER", "operators,TIMEOUT")]


@pytest.mark.parametrize("dialled", ["057196110", "+8657196110"])
def test_a_speed_dial_key_of_a_plain_telephone_calls_for_help(
    ladder: RunningAsterisk, ladder_events: Events, dialled: str
) -> None:
    with ladder.phone("carrier-demo") as resident:
        resident.call(dialled, f"<sip:+86{LANDLINE[1:]}@127.0.0.1>")
        resident.wait_answered()
        told = ladder_events.wait_for("UserEvent", UserEvent="LinliSOS", Device="")
        resident.hang_up()
    call = told["Linkedid"]
    assert story(ladder, call)[0] == ("SOS", "")
    assert {row[7] for row in rows(ladder, call) if row[1] == "LINLI_SOS"} == {LANDLINE}
    eventually((ladder.settings.recordings_dir / f"{call}.wav").is_file)


def test_the_recording_runs_before_anybody_is_rung(ladder: RunningAsterisk, ladder_events: Events) -> None:
    with ladder.phone(RED_KEY) as resident:
        resident.call("sos")
        resident.wait_answered()
        ladder_events.wait_for("QueueCallerJoin", Queue="sos")
        names = [event.get("Event") for event in ladder_events.seen]
        assert names.index("MixMonitorStart") < names.index("UserEvent") < names.index("QueueCallerJoin")
        resident.hang_up()


def test_a_disk_that_takes_no_recording_loses_the_recording_alone(ladder: RunningAsterisk, ladder_events: Events) -> None:
    ladder.settings.recordings_dir.chmod(0o500)
    try:
        with ladder.phone(RED_KEY) as resident:
            resident.call("sos")
            resident.wait_answered()
            ladder_events.wait_for("QueueCallerJoin", Queue="sos")
            resident.hang_up()
    finally:
        ladder.settings.recordings_dir.chmod(0o750)


def test_an_operator_answers_on_any_rung_without_pressing_anything(ladder: RunningAsterisk, ladder_events: Events) -> None:
    with registered(ladder.phone("carrier-demo")) as outside, ladder.phone(RED_KEY) as resident:
        resident.call("sos")
        resident.wait_answered()
        outside.wait_ringing(number=DUTY)
        outside.messages.clear()
        with registered_desk(ladder, ladder_events, "desk-1") as desk:
            desk.wait_ringing()
            desk.answer()
            ladder_events.wait_for("BridgeEnter", BridgeNumChannels="2")
            resident.hang_up()
            desk.wait_hung_up()
