"""Whatever order Asterisk tells it in, an attempt that nobody answered ends once, with its reason."""

from collections.abc import Callable
from typing import Any

import pytest

from agi_scripts.unanswered import Unanswered, UnansweredWatch
from models.care_calls import CareResult
from models.outbound_calls import OutboundResult

CHANNEL = "1790000000.07"


class Manager:
    """Takes handlers, and has them told."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Any], None]] = {}

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self.handlers[event] = handler

    def tell(self, event: str, **headers: str) -> None:
        class Event:
            def get_header(self, name: str, default: str = "") -> str:
                return headers.get(name, default)

        self.handlers[event](Event())


class Ends(list[tuple[int, Unanswered]]):
    """What was written down."""


@pytest.fixture
def manager() -> Manager:
    return Manager()


@pytest.fixture
def ends(manager: Manager) -> Ends:
    ends = Ends()

    UnansweredWatch(manager, {"care": lambda attempt, why: ends.append((attempt, why))})  # type: ignore[arg-type]
    return ends


def respond(manager: Manager, response: str = "Failure", reason: str = "0", channel: str = CHANNEL) -> None:
    manager.tell("OriginateResponse", Context="care", Exten="7", Response=response, Reason=reason, Uniqueid=channel)


def hang_up(manager: Manager, cause: str) -> None:
    manager.tell("Hangup", Uniqueid=CHANNEL, Cause=cause)


@pytest.mark.parametrize(("cause", "result"), [("17", Unanswered.BUSY), ("21", Unanswered.GONE)])
@pytest.mark.parametrize("response_first", [True, False])
def test_why_nobody_answered_is_known_in_either_order(
    manager: Manager, ends: Ends, cause: str, result: Unanswered, response_first: bool
) -> None:
    manager.tell("Newchannel", Uniqueid=CHANNEL)
    told = [lambda: respond(manager), lambda: hang_up(manager, cause)]
    for tell in told if response_first else reversed(told):
        tell()
    assert ends == [(7, result)]


def test_a_telephone_that_rang_for_long_enough_was_not_answered(manager: Manager, ends: Ends) -> None:
    manager.tell("Newchannel", Uniqueid=CHANNEL)
    respond(manager, reason="3")
    hang_up(manager, "16")
    assert ends == [(7, Unanswered.NO_ANSWER)]


def test_what_never_came_to_a_channel_is_not_there(manager: Manager, ends: Ends) -> None:
    respond(manager)
    assert ends == [(7, Unanswered.GONE)]


def test_who_answered_ends_the_attempt_in_their_conversation(manager: Manager, ends: Ends) -> None:
    manager.tell("Newchannel", Uniqueid=CHANNEL)
    respond(manager, "Success", "4")
    hang_up(manager, "16")
    manager.tell("OriginateResponse", Context="conference", Exten="7", Response="Failure", Reason="0", Uniqueid=CHANNEL)
    manager.tell("Hangup", Uniqueid="1790000000.7", Cause="17")
    assert ends == []


def test_every_kind_of_call_knows_these_ends() -> None:
    for why in Unanswered:
        assert CareResult(why) == OutboundResult(why) == why
