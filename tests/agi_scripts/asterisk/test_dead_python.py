"""Whatever becomes of Python, the caller reaches a person."""

import time

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server

pytestmark = pytest.mark.e2e


def reaches_an_operator(asterisk: RunningAsterisk, events: Events, within_s: float) -> None:
    """Call the hotline and see the call in the operators' queue in time, answered, with something to hear."""
    with asterisk.phone("carrier-demo") as phone:
        phone.call(asterisk.settings.hotline_number, "<sip:13800000001@127.0.0.1>")
        began = time.monotonic()
        events.wait_for("QueueCallerJoin", Queue="operators", CallerIDNum="13800000001")
        took = time.monotonic() - began
        phone.wait_answered()
        phone.wait_sound()
        phone.hang_up()
    print(f"operators' queue after {took:.2f} s")
    assert took < within_s


def test_python_not_running_brings_an_operator_at_once(asterisk: RunningAsterisk, events: Events) -> None:
    reaches_an_operator(asterisk, events, within_s=asterisk.settings.python_answers_within_s)


def test_python_that_accepts_and_stays_silent_brings_an_operator(asterisk: RunningAsterisk, events: Events) -> None:
    with agi_server(asterisk.settings.agi_port, lambda call: None):
        reaches_an_operator(asterisk, events, within_s=asterisk.settings.python_answers_within_s + 8)


def test_python_that_dies_after_answering_brings_an_operator(asterisk: RunningAsterisk, events: Events) -> None:
    def die(call: AgiCall) -> None:
        call.ask("ANSWER")
        call.send("GET VARI")
        call.close()

    with agi_server(asterisk.settings.agi_port, die):
        reaches_an_operator(asterisk, events, within_s=asterisk.settings.python_answers_within_s)


def test_python_that_returns_without_an_outcome_brings_an_operator(asterisk: RunningAsterisk, events: Events) -> None:
    def forget(call: AgiCall) -> None:
        call.ask('SET VARIABLE LINLI_PRIORITY "3"')
        call.close()

    with agi_server(asterisk.settings.agi_port, forget):
        reaches_an_operator(asterisk, events, within_s=asterisk.settings.python_answers_within_s)


def test_python_that_hangs_in_mid_call_brings_an_operator(asterisk: RunningAsterisk, events: Events) -> None:
    def hang(call: AgiCall) -> None:
        call.ask("ANSWER")
        call.ask(f'SET VARIABLE "TIMEOUT(absolute)" "{asterisk.settings.call_lease_s}"')

    with agi_server(asterisk.settings.agi_port, hang):
        reaches_an_operator(asterisk, events, within_s=asterisk.settings.call_lease_s + 8)
