import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from asterisk.manager import Event, ManagerSocketException

import exchange.ami
from exchange.ami import AsteriskManager
from tests.exchange.fake_manager import FakeManager, Message


@pytest.fixture(autouse=True)
def quick_reconnection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange.ami, "RECONNECT_AFTER_S", 0.02)


@pytest.fixture
def asterisk() -> Iterator[FakeManager]:
    fake = FakeManager()
    yield fake
    fake.close()


@pytest.fixture
def manager(asterisk: FakeManager) -> Iterator[AsteriskManager]:
    connected = AsteriskManager("127.0.0.1", asterisk.port, "linli", "secret")
    connected.start()
    assert connected.wait_connected(30)
    yield connected
    connected.close()


def test_it_signs_in(asterisk: FakeManager, manager: AsteriskManager) -> None:
    assert manager.connected()
    assert asterisk.actions == [{"Action": "Login", "Username": "linli", "Secret": "secret", "ActionID": "login"}]


def test_pyst2s_actions_work(asterisk: FakeManager, manager: AsteriskManager) -> None:
    asterisk.answer = lambda action: {"Val": "13800000001"}
    assert manager.dbget("keyholders", "7")["Val"] == "13800000001"
    manager.originate("Local/s@x", "s", variables={"A": "1"}, run_async=True)
    assert asterisk.wait_for("Originate")[0]["Variable"] == "A=1"


def test_an_answer_of_error_is_returned(asterisk: FakeManager, manager: AsteriskManager) -> None:
    asterisk.answer = lambda action: {"Response": "Error", "Message": "No such channel"}
    assert manager.hangup("PJSIP/x")["Message"] == "No such channel"


def test_every_thread_gets_its_own_answer(asterisk: FakeManager, manager: AsteriskManager) -> None:
    asterisk.answer = lambda action: {"Echo": action["Key"]}
    keys = [str(number) for number in range(200)]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda key: manager.dbget("x", key)["Echo"], keys))
    assert answers == keys


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\r\n\r\nAction: Command\r\nCommand: core stop now", "\n\0"])
def test_a_value_cannot_become_another_header_or_action(asterisk: FakeManager, manager: AsteriskManager, value: str) -> None:
    manager.dbput("notes", value, value)
    (action,) = asterisk.actions[1:]
    assert action["Action"] == "DBPut"
    assert set(action) == {"Action", "Family", "Key", "Val", "ActionID"}


def test_a_line_longer_than_asterisk_reads_is_refused(asterisk: FakeManager, manager: AsteriskManager) -> None:
    with pytest.raises(ValueError, match="longer than"):
        manager.dbput("notes", "x", "长" * 400)
    assert manager.ping()


def test_the_lease_is_set_without_waiting_for_the_answer(asterisk: FakeManager, manager: AsteriskManager) -> None:
    asterisk.answer = lambda action: None
    manager.set_lease("PJSIP/trunk-00000001", 15)
    (action,) = asterisk.wait_for("Setvar")
    assert action["Channel"] == "PJSIP/trunk-00000001"
    assert (action["Variable"], action["Value"]) == ("TIMEOUT(absolute)", "15")


def test_a_lease_that_cannot_be_set_is_logged(
    asterisk: FakeManager, manager: AsteriskManager, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    asterisk.answer = lambda action: {"Response": "Error", "Message": "No such channel"}
    manager.set_lease("PJSIP/trunk-00000001", 15)
    manager.ping()
    assert "not renewed: No such channel" in caplog.text
    manager.close()
    manager.set_lease("PJSIP/trunk-00000001", 15)
    assert "no connection" in caplog.text


def collect(manager: AsteriskManager, event_name: str, count: int) -> tuple[list[Event], threading.Event]:
    came: list[Event] = []
    enough = threading.Event()

    def take(event: Event) -> None:
        came.append(event)
        if len(came) == count:
            enough.set()

    manager.on(event_name, take)
    return came, enough


def test_events_reach_their_handlers_in_order_on_one_thread(asterisk: FakeManager, manager: AsteriskManager) -> None:
    threads = set()
    manager.on("UserEvent", lambda event: threads.add(threading.current_thread()))
    came, enough = collect(manager, "UserEvent", 100)
    for number in range(100):
        asterisk.event(Event="UserEvent", Number=str(number))
        asterisk.event(Event="Newchannel")
    assert enough.wait(60)
    assert [event["Number"] for event in came] == [str(number) for number in range(100)]
    assert len(threads) == 1
    assert threads != {threading.current_thread()}


def test_a_handler_that_crashes_does_not_stop_the_others(
    asterisk: FakeManager, manager: AsteriskManager, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(event: Event) -> None:
        raise RuntimeError(event["CallerIDNum"])

    manager.on("*", crash)
    came, enough = collect(manager, "*", 2)
    asterisk.event(Event="Hangup", CallerIDNum="13800000001")
    asterisk.event(**{"Event": "Newchannel", "CallerIDNum": "1", "ChanVariable(PJSIP/x)": "A=b"})
    assert enough.wait(60)
    assert [event.name for event in came] == ["Hangup", "Newchannel"]
    assert "handler of Hangup crashed: RuntimeError" in caplog.text
    assert "13800000001" not in caplog.text


def test_a_handler_may_act_and_may_close(asterisk: FakeManager, manager: AsteriskManager) -> None:
    closed = threading.Event()

    def act(event: Event) -> None:
        manager.ping()
        manager.close()
        closed.set()

    manager.on("Shutdown", act)
    asterisk.event(Event="Shutdown")
    assert closed.wait(60)
    assert not manager.connected()


def test_it_comes_back_by_itself_and_still_takes_events(asterisk: FakeManager, manager: AsteriskManager) -> None:
    came, enough = collect(manager, "FullyBooted", 1)
    asterisk.drop()
    asterisk.wait_for("Login", 2)
    assert manager.wait_connected(30)
    assert manager.ping()["Response"] == "Success"
    asterisk.event(Event="FullyBooted")
    assert enough.wait(60)
    assert len(came) == 1


def test_who_waits_for_an_answer_is_told_that_the_connection_broke(asterisk: FakeManager, manager: AsteriskManager) -> None:
    def vanish(action: Message) -> None:
        asterisk.drop()

    asterisk.answer = vanish
    with pytest.raises(ManagerSocketException, match="Connection Terminated"):
        manager.ping()


def test_an_answer_that_does_not_come_is_not_waited_for_for_ever(
    asterisk: FakeManager, manager: AsteriskManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange.ami, "REPLY_WITHIN_S", 0.05)
    asterisk.answer = lambda action: None
    with pytest.raises(ManagerSocketException):
        manager.ping()
    assert manager._waiting == {}


def test_it_waits_for_an_asterisk_that_is_not_there_yet_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    once = FakeManager()
    once.close()
    manager = AsteriskManager("127.0.0.1", once.port, "linli", "secret")
    manager.start()
    assert not manager.wait_connected(0.2)
    with pytest.raises(ManagerSocketException):
        manager.ping()
    asterisk = FakeManager(once.port)
    assert manager.wait_connected(30)
    manager.close()
    asterisk.close()
    assert caplog.text.count("no connection to Asterisk's manager") == 1


def test_a_wrong_secret_is_said(asterisk: FakeManager, caplog: pytest.LogCaptureFixture) -> None:
    asterisk.answer = lambda action: {"Response": "Error", "Message": "Authentication failed"}
    manager = AsteriskManager("127.0.0.1", asterisk.port, "linli", "wrong")
    manager.start()
    asterisk.wait_for("Login", 2)
    manager.close()
    assert not manager.connected()
    assert "the name or the secret is wrong" in caplog.text
    assert "'wrong'" not in caplog.text


def test_a_connection_gone_silent_is_asked_and_then_given_up(
    asterisk: FakeManager, manager: AsteriskManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange.ami, "PING_AFTER_S", 0.05)
    asterisk.drop()  # the next connection has the shorter patience
    asterisk.wait_for("Ping", 2)
    asterisk.answer = lambda action: None if action["Action"] == "Ping" else {}
    asterisk.wait_for("Login", 3)


def test_the_output_of_a_command_is_kept_whole() -> None:
    message = exchange.ami.Message(["Response: Success", "Output: one", "Output: two: three"])
    assert message.data == "one\ntwo: three"


def test_closing_leaves_no_thread_behind(asterisk: FakeManager) -> None:
    before = threading.active_count()
    manager = AsteriskManager("127.0.0.1", asterisk.port, "linli", "secret")
    manager.start()
    assert manager.wait_connected(30)
    manager.close()
    manager.close()
    assert threading.active_count() == before
