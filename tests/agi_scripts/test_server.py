import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from agi_scripts.channel import Channel
from agi_scripts.server import FastAGIServer, Script
from ivr.errors import HandOver, PortTaken
from tests.agi_scripts.fake_asterisk import FakeAsterisk


def thank(channel: Channel) -> None:
    channel.answer()
    channel.set_variable("LINLI_OUTCOME", "goodbye")


def crash(channel: Channel) -> None:
    raise RuntimeError("the resident said: my PIN is 1234")


def hand_over(channel: Channel) -> None:
    raise HandOver("asked")


def wait(channel: Channel) -> None:
    channel.noop()


SCRIPTS: dict[str, Script] = {"thank": thank, "crash": crash, "hand_over": hand_over, "wait": wait}


@pytest.fixture
def server() -> Iterator[FastAGIServer]:
    with FastAGIServer(("127.0.0.1", 0), SCRIPTS) as started:
        yield started


def address(server: FastAGIServer) -> tuple[str, int]:
    host, port = server.server_address[:2]
    assert isinstance(host, str)
    return host, port


def call(server: FastAGIServer, script: str) -> list[list[str]]:
    asterisk = FakeAsterisk.calling(address(server), script)
    assert asterisk.ended.wait(60)
    asterisk.connection.close()
    return asterisk.commands


def test_a_call_runs_its_script(server: FastAGIServer) -> None:
    assert call(server, "thank") == [["ANSWER"], ["SET", "VARIABLE", "LINLI_OUTCOME", "goodbye"]]


@pytest.mark.parametrize(
    ("script", "logged"),
    [
        ("nonsense", "a script that does not exist"),
        ("../thank", "a script that does not exist"),
        ("crash", "crashed: RuntimeError at test_server.py"),
        ("hand_over", "handed over: asked"),
    ],
)
def test_whatever_goes_wrong_the_call_goes_on_to_an_operator(
    server: FastAGIServer, caplog: pytest.LogCaptureFixture, script: str, logged: str
) -> None:
    caplog.set_level(logging.INFO)
    assert call(server, script) == []  # LINLI_OUTCOME above all
    server.stop()
    assert logged in caplog.text
    assert "1700000000.1" in caplog.text
    assert "PIN" not in caplog.text
    assert "13800000001" not in caplog.text


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\n", b"agi_network: yes\n" * 5_000, b"\n"])
def test_a_malformed_request_is_refused(server: FastAGIServer, sent: bytes) -> None:
    with socket.create_connection(address(server), 5) as connection:
        connection.sendall(sent)
        with contextlib.suppress(ConnectionResetError):  # closed with some of it unread
            assert connection.recv(100) == b""
    assert call(server, "thank")


def test_two_hundred_calls_at_once_are_all_served(server: FastAGIServer) -> None:
    together = threading.Barrier(200)

    def answer(words: list[str]) -> str:
        if words == ["ANSWER"]:
            together.wait(20)  # nobody gets an answer before all have asked
        return "200 result=0"

    calls = [FakeAsterisk.calling(address(server), "thank", answer) for _ in range(200)]
    for asterisk in calls:
        assert asterisk.ended.wait(60)
        asterisk.connection.close()
        assert len(asterisk.commands) == 2


def test_half_open_clients_keep_nobody_waiting_and_are_closed(server: FastAGIServer) -> None:
    silent = [socket.create_connection(address(server), 10) for _ in range(50)]
    assert call(server, "thank")
    for connection in silent:
        assert connection.recv(1) == b""
        connection.close()


def test_a_call_too_many_is_refused_at_once(caplog: pytest.LogCaptureFixture) -> None:
    with FastAGIServer(("127.0.0.1", 0), SCRIPTS, most_calls=1) as server:
        first = FakeAsterisk.calling(address(server), "wait", lambda words: "")
        while not first.commands:
            time.sleep(0.005)
        assert call(server, "thank") == []
        first.close()
        assert first.ended.wait(60)
        while not call(server, "thank"):
            time.sleep(0.005)
    assert "refused a call: 1" in caplog.text


def test_a_port_that_is_taken_is_named_in_both_languages(server: FastAGIServer) -> None:
    port = server.server_address[1]
    with pytest.raises(PortTaken, match=f"端口 {port} 已被占用.*port {port} is already taken"):
        FastAGIServer(("127.0.0.1", port), SCRIPTS)


def test_stopping_waits_for_the_calls_at_hand() -> None:
    server = FastAGIServer(("127.0.0.1", 0), SCRIPTS)
    server.start()
    asked, go_on = threading.Event(), threading.Event()

    def answer(words: list[str]) -> str:
        asked.set()
        go_on.wait(60)
        return "200 result=0"

    asterisk = FakeAsterisk.calling(address(server), "thank", answer)
    assert asked.wait(60)
    threading.Timer(0.1, go_on.set).start()
    server.stop()
    assert asterisk.ended.wait(60)
    asterisk.connection.close()
    assert len(asterisk.commands) == 2


def test_stopping_leaves_no_call_hanging() -> None:
    server = FastAGIServer(("127.0.0.1", 0), SCRIPTS)
    server.start()
    asterisk = FakeAsterisk.calling(address(server), "wait", lambda words: "")
    while not asterisk.commands:
        time.sleep(0.005)
    server.stop(within_s=0.1)
    assert asterisk.ended.wait(60)
    asterisk.connection.close()


def test_a_hangup_is_not_a_fault(server: FastAGIServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    asterisk = FakeAsterisk.calling(address(server), "thank", lambda words: "511 Command Not Permitted on a dead channel")
    assert asterisk.ended.wait(60)
    asterisk.connection.close()
    server.stop()
    assert "thank, the caller hung up" in caplog.text
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == []


def test_a_server_that_never_started_can_be_stopped() -> None:
    server = FastAGIServer(("127.0.0.1", 0), SCRIPTS)
    server.stop()
    server.stop()
