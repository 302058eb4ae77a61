import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID

import pytest

import agi_scripts.conversing
from agi_scripts.channel import Channel
from agi_scripts.conversing import converse
from ivr.errors import CallEnded, CallerHungUp, HandOver
from ivr.media.line import Digit, Line
from ivr.media.messages import Kind, pack
from ivr.media.server import MediaServer
from ivr.media.thread import MediaThread
from tests.agi_scripts.fake_asterisk import FakeAsterisk, environment


class Exchange:
    """An Asterisk whose AudioSocket really connects. `caller` is what happens on the line, and tells how the command ends."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        theirs.sendall(environment())
        self.ours = ours
        self.channel = Channel(ours)
        self.asterisk = FakeAsterisk(theirs, self.answer).start()
        self.caller: Callable[[socket.socket], str] = until_closed
        self.connects = True

    def answer(self, words: list[str]) -> str:
        if words[0] == "CHANNEL":
            return "511 Command Not Permitted on a dead channel" if self.channel.hung_up else "200 result=6"
        assert words[:2] == ["EXEC", "AudioSocket"]
        call_id, address = words[2].split(",")
        if not self.connects:
            return "200 result=-1"
        host, _, port = address.partition(":")
        with socket.create_connection((host, int(port)), 10) as media:
            media.sendall(pack(Kind.UUID, UUID(call_id).bytes))
            return self.caller(media)


def until_closed(media: socket.socket) -> str:
    while received := media.recv(65_536):
        last = received
    assert last.endswith(pack(Kind.HANGUP))
    return "200 result=0"


def hang_up(media: socket.socket) -> str:
    media.recv(1)
    return "HANGUP\n200 result=-1"


def break_off(media: socket.socket) -> str:
    media.recv(1)
    return "200 result=-1"


@pytest.fixture
def media() -> Iterator[MediaThread]:
    with MediaThread(MediaServer()) as started:
        yield started


@pytest.fixture
def exchange(media: MediaThread) -> Iterator[Exchange]:
    connected = Exchange()
    yield connected
    connected.ours.close()
    assert connected.asterisk.ended.wait(60)
    connected.asterisk.connection.close()
    assert media.submit(left_behind(media)).result(60) == (0, 0, 1)


async def left_behind(media: MediaThread) -> tuple[int, int, int]:
    """Connections, expected calls and tasks that the loop still has; this one and the server's own are the tasks of always."""
    server = media._server
    for _ in range(2000):
        found = len(server._connections), len(server._expected), len(asyncio.all_tasks()) - 1
        if found == (0, 0, 1):
            break
        await asyncio.sleep(0.01)
    return found


async def listen(line: Line) -> str:
    """Listen until the call ends."""
    while True:
        await line.next(10)


def test_a_conversation_returns_what_its_dialogue_returns(exchange: Exchange, media: MediaThread) -> None:
    async def greet(line: Line) -> str:
        return f"played {await line.play(bytes(640))} ms"

    assert converse(exchange.channel, media, greet) == "played 40 ms"


def test_the_caller_and_the_dialogue_hear_each_other(exchange: Exchange, media: MediaThread) -> None:
    def press(media: socket.socket) -> str:
        media.sendall(pack(Kind.DIGIT, b"0"))
        return until_closed(media)

    exchange.caller = press

    async def ask(line: Line) -> str:
        heard = await line.next(5)
        assert isinstance(heard, Digit)
        return heard.key

    assert converse(exchange.channel, media, ask) == "0"


def test_a_hangup_ends_the_conversation_and_the_dialogue_may_write_it_down(exchange: Exchange, media: MediaThread) -> None:
    exchange.caller = hang_up
    written = []

    async def take_note(line: Line) -> None:
        try:
            await listen(line)
        finally:
            await asyncio.sleep(0.05)
            written.append("order not confirmed")

    with pytest.raises(CallerHungUp):
        converse(exchange.channel, media, take_note)
    assert written == ["order not confirmed"]


def test_sound_that_breaks_off_brings_an_operator(exchange: Exchange, media: MediaThread) -> None:
    exchange.caller = break_off
    with pytest.raises(HandOver, match="media"):
        converse(exchange.channel, media, listen)


def test_media_that_cannot_be_reached_brings_an_operator(exchange: Exchange, media: MediaThread) -> None:
    exchange.connects = False
    with pytest.raises(HandOver, match="media"):
        converse(exchange.channel, media, listen)


def test_a_dialogue_that_crashes_brings_an_operator(
    exchange: Exchange, media: MediaThread, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash(line: Line) -> None:
        raise KeyError("what the resident said")

    with pytest.raises(HandOver, match="fault"):
        converse(exchange.channel, media, crash)
    assert "KeyError at test_conversing.py" in caplog.text
    assert "resident said" not in caplog.text


@pytest.mark.parametrize("ending", [HandOver("asked", urgent=True), CallEnded("enough")])
def test_a_dialogue_may_end_the_call_itself(exchange: Exchange, media: MediaThread, ending: Exception) -> None:
    async def end(line: Line) -> None:
        raise ending

    with pytest.raises(type(ending)) as raised:
        converse(exchange.channel, media, end)
    assert raised.value is ending


def test_an_order_placed_as_the_caller_hangs_up_stays_placed(exchange: Exchange, media: MediaThread) -> None:
    exchange.caller = hang_up

    async def place(line: Line) -> str:
        try:
            await listen(line)
        except CallerHungUp:
            return "order 7"
        return "never"

    assert converse(exchange.channel, media, place) == "order 7"


def test_a_media_loop_that_has_ended_brings_an_operator(exchange: Exchange) -> None:
    ended = MediaThread(MediaServer())
    ended.start()
    ended.stop()
    with pytest.raises(HandOver, match="media"):
        converse(exchange.channel, ended, listen)
    assert exchange.asterisk.commands == []


def test_asterisk_dying_ends_the_conversation(exchange: Exchange, media: MediaThread) -> None:
    def die(media: socket.socket) -> str:
        media.recv(1)
        exchange.asterisk.connection.shutdown(socket.SHUT_RDWR)
        return ""

    exchange.caller = die
    with pytest.raises(CallEnded):
        converse(exchange.channel, media, listen)


def test_a_dialogue_that_never_ends_after_a_hangup_is_left(
    exchange: Exchange, media: MediaThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agi_scripts.conversing, "WIND_DOWN_S", 0.1)
    exchange.caller = hang_up

    async def hang(line: Line) -> None:
        await asyncio.Event().wait()

    with pytest.raises(CallerHungUp):
        converse(exchange.channel, media, hang)


def test_an_asterisk_that_does_not_go_on_is_left(exchange: Exchange, media: MediaThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agi_scripts.conversing, "REPLY_WITHIN_S", 0.1)
    exchange.caller = lambda media: until_closed(media)[:0]

    async def greet(line: Line) -> None:
        await line.play(bytes(320))

    with pytest.raises(CallEnded, match="does not go on"):
        converse(exchange.channel, media, greet)


def leases_of(
    dialogue: Callable[[Line], Awaitable[None]], exchange: Exchange, media: MediaThread, enough: int, for_s: float = 20
) -> int:
    """How many times the lease was renewed until `enough`, or in that time."""
    renewed = 0
    reached = threading.Event()

    def renew() -> None:
        nonlocal renewed
        renewed += 1
        if renewed == enough:
            reached.set()

    def wait(media: socket.socket) -> str:
        reached.wait(for_s)
        return hang_up(media)

    exchange.caller = wait
    with pytest.raises(CallerHungUp):
        converse(exchange.channel, media, dialogue, renew)
    return renewed


def test_the_lease_is_renewed_while_the_dialogue_listens(
    exchange: Exchange, media: MediaThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agi_scripts.conversing, "RENEW_EVERY_S", 0.02)
    assert leases_of(listen, exchange, media, enough=4) >= 4


async def neither_listen_nor_speak(line: Line) -> None:
    await asyncio.Event().wait()


def test_the_lease_is_renewed_while_the_dialogue_waits_for_a_slow_recogniser(
    exchange: Exchange, media: MediaThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agi_scripts.conversing, "RENEW_EVERY_S", 0.02)
    monkeypatch.setattr(agi_scripts.conversing, "WIND_DOWN_S", 0.1)
    assert leases_of(neither_listen_nor_speak, exchange, media, enough=6) >= 6


def test_the_lease_runs_out_when_the_dialogue_neither_listens_nor_speaks_for_too_long(
    exchange: Exchange, media: MediaThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agi_scripts.conversing, "RENEW_EVERY_S", 0.02)
    monkeypatch.setattr(agi_scripts.conversing, "HANGS_AFTER_S", 0.04)
    monkeypatch.setattr(agi_scripts.conversing, "WIND_DOWN_S", 0.1)
    assert leases_of(neither_listen_nor_speak, exchange, media, enough=6, for_s=0.5) < 6
