import asyncio
import socket
import threading
from uuid import uuid4

import pytest

import ivr.media.server
from ivr.errors import CallEnded, PortTaken
from ivr.media.line import Line
from ivr.media.messages import Kind
from ivr.media.server import MediaServer
from ivr.media.thread import MediaDown, MediaThread
from tests.ivr.media.conftest import Call, Caller


async def test_each_call_gets_its_own_line(server: MediaServer) -> None:
    ids = [uuid4() for _ in range(50)]
    expected = [server.expect(call_id) for call_id in ids]
    callers = [await Caller.connecting(server.address, call_id) for call_id in reversed(ids)]
    lines = [await asyncio.wait_for(line, 60) for line in expected]
    assert [line.call_id for line in lines] == ids
    for caller in callers:
        await caller.hang_up()


@pytest.mark.parametrize(
    "first",
    [b"\x01\x00\x10" + bytes(16), b"\x01\x00\x01x", b"\x10\x01\x40" + bytes(320), b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff"],
)
async def test_who_is_not_expected_is_refused(server: MediaServer, first: bytes) -> None:
    caller = await Caller.connecting(server.address)
    caller.send_raw(first)
    assert await caller.hears_all() == []
    await caller.hang_up()


async def test_an_id_opens_one_line_only(server: MediaServer, call: Call) -> None:
    second = await Caller.connecting(server.address, call.line.call_id)
    assert await second.hears_all() == []
    await second.hang_up()
    call.caller.send(Kind.DIGIT, b"1")
    await call.line.next(60)


async def test_a_call_that_is_expected_no_longer_is_refused(server: MediaServer) -> None:
    call_id = uuid4()
    server.expect(call_id).cancel()
    await asyncio.sleep(0)
    caller = await Caller.connecting(server.address, call_id)
    assert await caller.hears_all() == []
    await caller.hang_up()


async def test_who_does_not_say_which_call_it_is_is_closed(server: MediaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ivr.media.server, "IDENTIFY_WITHIN_S", 0.05)
    caller = await Caller.connecting(server.address)
    caller.send_raw(b"\x01\x00")
    assert await caller.hears_all() == []
    await caller.hang_up()


async def test_a_huge_message_in_a_call_ends_it(call: Call) -> None:
    call.caller.send_raw(b"\x10\xff\xff")
    with pytest.raises(CallEnded):
        await call.line.next(60)


async def test_closing_the_server_closes_every_line(server: MediaServer, call: Call) -> None:
    expected = server.expect(uuid4())
    unknown = await Caller.connecting(server.address)
    hearing = asyncio.create_task(call.caller.hears_all())
    closing = asyncio.create_task(server.close())
    assert (await hearing)[-1] == (Kind.HANGUP, b"")
    await call.caller.hang_up()
    await closing
    assert expected.cancelled()
    with pytest.raises(CallEnded):
        await call.line.next(60)
    await unknown.hang_up()


async def test_a_port_that_is_taken_is_named_in_both_languages(server: MediaServer) -> None:
    port = int(server.address.partition(":")[2])
    with pytest.raises(PortTaken, match=f"端口 {port} 已被占用.*port {port} is already taken.*media_port"):
        await MediaServer(port=port).start()


def test_nobody_outside_this_machine_can_connect() -> None:
    with MediaThread(MediaServer()) as media:
        host, _, port = media.address.partition(":")
        assert host == "127.0.0.1"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", int(port)), 2)


def test_the_thread_runs_conversations_and_ends() -> None:
    before = threading.active_count()
    with MediaThread(MediaServer()) as media:
        call_id = uuid4()
        expected = media.expect(call_id)

        async def both() -> Line:
            caller = await Caller.connecting(media.address, call_id)
            line = await expected
            await caller.hang_up()
            return line

        assert media.submit(both()).result(60).call_id == call_id
    assert threading.active_count() == before


def test_the_thread_tells_that_its_port_is_taken() -> None:
    with MediaThread(MediaServer()) as media:
        port = int(media.address.partition(":")[2])
        with pytest.raises(PortTaken):
            MediaThread(MediaServer(port=port)).start()


def test_a_thread_that_has_ended_takes_no_more_calls() -> None:
    media = MediaThread(MediaServer())
    media.start()
    media.stop()
    media.stop()
    with pytest.raises(MediaDown):
        media.expect(uuid4())
