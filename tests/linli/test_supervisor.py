"""A program that cannot run for hours is running again seconds after it can."""

import time
from types import SimpleNamespace

import pytest
from supervisor.states import ProcessStates

from linli.supervisor import SoonAgain


@pytest.mark.parametrize(("name", "within_s"), [("asterisk", 1), ("worker", 10)])
def test_however_often_a_program_has_failed_it_is_tried_again_soon(name: str, within_s: float) -> None:
    program = SoonAgain(SimpleNamespace(name=name))
    for _ in range(100):
        program.state = ProcessStates.STARTING
        program.change_state(ProcessStates.BACKOFF)
    assert program.delay - time.time() <= within_s
