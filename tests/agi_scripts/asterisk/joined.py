"""When two are joined: who hears whom, and when the exchange, which knows a moment later, is ready for what an operator does."""

import time
from collections.abc import Callable

import numpy as np

from exchange.obstacles import CannotAct
from exchange.switchboard import Switchboard
from linli.softphone import Call
from tests.e2e.town import eventually

WORDS = np.random.default_rng(4).normal(0, 4000, 4000).astype("<i2").tobytes()  # half a second that is no telephone tone
HARDLY_S = 0.02


def wait_until_joined(switchboard: Switchboard, call_id: str) -> None:
    """Asterisk tells of two who enter a bridge before their channels name each other, which it does not tell of."""
    _wait_while_refused(lambda: switchboard.sides(call_id))


def wait_until_free(switchboard: Switchboard, seat: int) -> None:
    """A telephone that has registered, or hung up, is free for others only after a moment."""
    _wait_while_refused(lambda: switchboard.own_phone(seat))


def wait_until_aside(switchboard: Switchboard, call_id: str) -> None:
    """Whoever is asked may be rung before the operator, who was sent there first, has come to where they are to talk."""
    eventually(lambda: any(switchboard.in_room(f"aside-{call_id}")))


def hears(listener: Call, speaker: Call) -> None:
    """Have one speak until the other has heard it: they may not be joined yet when the first word is said."""
    began_s = listener.now_s
    for _ in range(20):
        speaker.say(WORDS)
        if listener.phone.wait_for(lambda: listener.speech and listener.speech[-1].end_s > began_s, 0.5):
            return
    raise AssertionError("not heard")


def _wait_while_refused(ask: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            ask()
        except CannotAct:
            assert time.monotonic() < deadline, "still refused"
            time.sleep(HARDLY_S)
        else:
            return
