"""Which telephones can be reached is asked as Asterisk answers it."""

import threading
from collections.abc import Iterator

import pytest

from exchange.ami import AsteriskManager
from exchange.contacts import Contacts
from tests.exchange.fake_manager import FakeManager, Message


@pytest.fixture
def exchange() -> Iterator[FakeManager]:
    fake = FakeManager()
    yield fake
    fake.close()


@pytest.fixture
def manager(exchange: FakeManager) -> Iterator[AsteriskManager]:
    manager = AsteriskManager("127.0.0.1", exchange.port, "linli-devices", "secret")
    yield manager
    manager.close()


def listed(exchange: FakeManager, *contacts: tuple[str, str]) -> None:
    """Have the exchange list these accounts with their statuses."""

    def answer(action: Message) -> Message:
        if action["Action"] != "PJSIPShowContacts":
            return {}
        about = {"ActionID": action["ActionID"]}
        for account, status in contacts:
            exchange.event(Event="ContactList", Endpoint=account, Status=status, **about)
        exchange.event(Event="ContactListComplete", **about)
        return {"EventList": "start"}

    exchange.answer = answer


def test_only_who_has_answered_is_reachable(exchange: FakeManager, manager: AsteriskManager) -> None:
    listed(exchange, ("device-1", "Reachable"), ("device-2", "Unreachable"), ("device-3", "NonQualified"))
    contacts = Contacts(manager, changed=lambda: None, began=lambda: None)
    manager.start()
    assert manager.wait_connected(30)
    assert contacts.reachable() == {"device-1"}
    assert contacts.reachable() == {"device-1"}


def test_nobody_registered_is_nobody_and_no_answer_is_unknown(exchange: FakeManager, manager: AsteriskManager) -> None:
    contacts = Contacts(manager, changed=lambda: None, began=lambda: None)
    assert contacts.reachable() is None
    manager.start()
    assert manager.wait_connected(30)
    exchange.answer = lambda _action: {"Response": "Error", "Message": "No Contacts found"}
    assert contacts.reachable() == set()
    exchange.answer = lambda _action: {"Response": "Error", "Message": "Permission denied"}
    assert contacts.reachable() is None


def test_changes_and_beginnings_are_told(exchange: FakeManager, manager: AsteriskManager) -> None:
    changed, began = threading.Event(), threading.Event()
    Contacts(manager, changed=changed.set, began=began.set)
    manager.start()
    assert manager.wait_connected(30)
    exchange.event(Event="FullyBooted", Status="Fully Booted")
    assert began.wait(60)
    assert not changed.is_set()
    exchange.event(Event="ContactStatus", EndpointName="device-1", ContactStatus="Unreachable")
    assert changed.wait(60)
