"""Calling somebody into a call when the exchange refuses, or is not there: nobody is rung, nothing is moved by halves."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from exchange.ami import AsteriskManager
from exchange.conference import Conference
from exchange.obstacles import CannotAct, Obstacle
from exchange.switchboard import Switchboard
from tests.exchange.fake_manager import FakeManager, Message

CALL, RESIDENT, DESK = "1790000000.1", "PJSIP/device-7-00000001", "PJSIP/desk-1-00000002"
REFUSED = {"Response": "Error", "Message": "refused"}


@contextmanager
def an_exchange_that_refuses(refused: str) -> Iterator[tuple[FakeManager, Conference]]:
    """A resident and an operator talk; `refused` is the action that fails."""
    said = {(CALL, "CHANNEL(name)"): RESIDENT, (CALL, "BRIDGEPEER"): DESK, (DESK, "BRIDGEPEER"): RESIDENT}

    def answer(action: Message) -> Message:
        if action["Action"] == refused:
            return REFUSED
        if action["Action"] != "Getvar":
            return {}
        if "CONFBRIDGE_INFO" in action["Variable"]:
            moved = any(one["Action"] == "Redirect" for one in fake.actions)
            return {"Value": "" if not moved else "2" if "parties" in action["Variable"] else "1"}
        value = said.get((action["Channel"], action["Variable"]))
        return REFUSED if value is None and action["Variable"] == "CHANNEL(name)" else {"Value": value or ""}

    fake = FakeManager(answer=answer)
    manager = AsteriskManager("127.0.0.1", fake.port, "linli-desk", "secret")
    manager.start()
    assert manager.wait_connected(30)
    yield fake, Conference(Switchboard(manager))
    manager.close()
    fake.close()


@pytest.mark.parametrize(("refused", "begun"), [("Redirect", []), ("Originate", ["Redirect"])])
def test_what_the_exchange_refuses_is_said_and_nobody_is_rung(refused: str, begun: list[str]) -> None:
    with an_exchange_that_refuses(refused) as (fake, conference):
        with pytest.raises(CannotAct, match=Obstacle.REFUSED):
            conference.call_in(CALL, "120", "120")
        assert [one["Action"] for one in fake.actions if one["Action"] in ("Redirect", "Originate")] == [*begun, refused]


def test_a_number_is_digits_before_it_reaches_the_exchange() -> None:
    with an_exchange_that_refuses("nothing") as (fake, conference):
        conference.call_in(CALL, "17", "+86 139-0000 0001,\r\nAction: Command")
        [originate] = fake.wait_for("Originate")
        assert originate["ChannelId"] == f"{CALL}-2147483647.+8613900000001z"


def test_without_an_exchange_that_is_said() -> None:
    with pytest.raises(CannotAct, match=Obstacle.NO_EXCHANGE):
        Conference(Switchboard(AsteriskManager("127.0.0.1", 1, "linli-desk", "secret"))).call_in(CALL, "120", "120")
