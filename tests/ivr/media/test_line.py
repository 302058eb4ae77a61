import asyncio
import logging
import time
from itertools import pairwise

import pytest

from ivr.errors import CallEnded, CallerHungUp
from ivr.media.line import BACKLOG_FRAMES, Digit, Frame
from ivr.media.messages import FRAME_BYTES, SILENCE, Kind
from tests.ivr.media.conftest import Call


def frames(count: int, first: int = 1) -> bytes:
    """Sound whose every frame is different."""
    return b"".join(bytes([number % 255 + 1]) * FRAME_BYTES for number in range(first, first + count))


async def sound_of(call: Call, count: int) -> list[int]:
    """The first byte of the next frames that are not silence."""
    heard: list[int] = []
    while len(heard) < count:
        frame = await call.caller.hears()
        if frame != SILENCE:
            heard.append(frame[0])
    return heard


async def test_what_the_caller_says_comes_in_frames(call: Call) -> None:
    call.caller.send(Kind.SOUND, b"\1" * FRAME_BYTES)
    assert await call.line.next(5) == Frame(b"\1" * FRAME_BYTES)


async def test_packets_of_another_length_are_cut_into_frames(call: Call) -> None:
    for size in (480, 160, 100, 220):
        call.caller.send(Kind.SOUND, b"\2" * size)
    heard = [await call.line.next(5) for _ in range(3)]
    assert heard == [Frame(b"\2" * FRAME_BYTES)] * 3


async def test_a_key_comes_before_the_sound_that_waits(call: Call) -> None:
    call.caller.send(Kind.SOUND, bytes(FRAME_BYTES))
    call.caller.send(Kind.DIGIT, b"0")
    await call.line.next(5)
    call.caller.send(Kind.SOUND, bytes(FRAME_BYTES))
    assert {type(await call.line.next(5)) for _ in range(2)} == {Frame}


async def test_when_nobody_reads_old_sound_is_dropped_and_keys_are_not(call: Call) -> None:
    for number in range(BACKLOG_FRAMES + 100):
        call.caller.send(Kind.SOUND, bytes([number % 251]) * FRAME_BYTES)
        if number % 50 == 0:
            call.caller.send(Kind.DIGIT, b"7")
    await call.caller.hang_up()
    with pytest.raises(CallerHungUp):
        await call.line.play(frames(3_000))
    heard = [await call.line.next(5) for _ in range(BACKLOG_FRAMES + 12)]
    with pytest.raises(CallerHungUp):
        await call.line.next(5)
    keys = [item for item in heard if isinstance(item, Digit)]
    sounds = [item for item in heard if isinstance(item, Frame)]
    assert len(keys) == 12
    assert len(sounds) == BACKLOG_FRAMES
    assert sounds[-1].sound[0] == (BACKLOG_FRAMES + 99) % 251


async def test_waiting_for_a_caller_who_sends_nothing_times_out(call: Call) -> None:
    with pytest.raises(TimeoutError):
        await call.line.next(0.01)


async def test_a_sound_is_played_to_its_end_in_order(call: Call) -> None:
    playback = call.line.play(frames(5) + b"\x09\x09")
    assert await sound_of(call, 6) == [2, 3, 4, 5, 6, 9]
    assert await playback == playback.duration_ms == 100
    assert playback.over


async def test_sounds_follow_each_other_without_a_gap(call: Call) -> None:
    call.line.play(frames(3))
    call.line.play(frames(3, first=10))
    await sound_of(call, 1)
    assert [(await call.caller.hears())[0] for _ in range(5)] == [3, 4, 11, 12, 13]


async def test_stopping_cuts_within_a_frame_and_tells_how_much_was_played(call: Call) -> None:
    playback = call.line.play(frames(200))
    await sound_of(call, 3)
    played = playback.stop()
    assert await playback == played
    assert played % 20 == 0
    after = [await call.caller.hears() for _ in range(played // 20 + 2)]
    assert len([frame for frame in after if frame != SILENCE]) == played // 20 - 3


async def test_a_sound_stopped_before_its_turn_is_not_played(call: Call) -> None:
    call.line.play(frames(3))
    assert call.line.play(frames(3, first=10)).stop() == 0
    call.line.play(frames(2, first=20))
    assert await sound_of(call, 5) == [2, 3, 4, 21, 22]


async def test_silence_keeps_the_line_alive(call: Call) -> None:
    assert [await call.caller.hears() for _ in range(5)] == [SILENCE] * 5


async def test_playing_takes_as_long_as_the_sound(call: Call) -> None:
    began = time.monotonic()
    await call.line.play(bytes(50 * FRAME_BYTES))
    assert 0.97 <= time.monotonic() - began < 5  # how exactly is measured by benchmarks, not on a busy machine


async def test_after_a_stall_the_clock_goes_on_without_a_burst(call: Call) -> None:
    await call.caller.hears()
    time.sleep(0.6)  # noqa: ASYNC251 - the loop stands still, as on a machine that swaps
    began = time.monotonic()
    for _ in range(20):
        await call.caller.hears()
    assert time.monotonic() - began > 0.2


async def test_hanging_up_ends_the_reader_and_the_players(call: Call) -> None:
    playing = call.line.play(frames(500))
    call.caller.send(Kind.SOUND, bytes(FRAME_BYTES))
    await call.caller.hang_up()
    with pytest.raises(CallerHungUp):
        await playing
    assert await call.line.next(5) == Frame(SILENCE)
    for _ in range(2):
        with pytest.raises(CallerHungUp):
            await call.line.next(5)
    with pytest.raises(CallerHungUp):
        await call.line.play(b"1")


async def test_a_playback_that_was_over_is_not_touched_by_a_hangup(call: Call) -> None:
    playback = call.line.play(frames(2))
    await playback
    await call.caller.hang_up()
    assert await playback == 40


async def test_asterisks_own_goodbye_is_a_hangup(call: Call) -> None:
    call.caller.send(Kind.HANGUP)
    with pytest.raises(CallerHungUp):
        await call.line.next(5)


async def test_closing_tells_asterisk_first(call: Call) -> None:
    playing = call.line.play(frames(500))
    call.caller.send(Kind.SOUND, bytes(FRAME_BYTES))
    call.line.close()
    call.line.close()
    assert (await call.caller.hears_all())[-1] == (Kind.HANGUP, b"")
    with pytest.raises(CallEnded) as ended:
        await playing
    assert not isinstance(ended.value, CallerHungUp)
    with pytest.raises(CallEnded):
        await call.line.next(1)


async def test_messages_that_make_no_sense_are_left_out_and_reported_once(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        call.caller.send(Kind.SOUND, b"odd")
        call.caller.send(Kind.DIGIT, b"x")
        call.caller.send(Kind.DIGIT, b"12")
        call.caller.send(0x77, b"new")
        call.caller.send(Kind.ERROR, b"\1")
        call.caller.send(Kind.UUID, bytes(16))
    call.caller.send(Kind.DIGIT, b"#")
    assert await call.line.next(5) == Digit("#")
    assert len(caplog.records) == 6


async def test_an_asterisk_that_does_not_read_costs_no_memory(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    class Stuck:
        written = 0

        def get_write_buffer_size(self) -> int:
            return self.written

        def write(self, sent: bytes) -> None:
            self.written += len(sent)

    transport, call.line._transport = call.line._transport, Stuck()  # type: ignore[assignment]
    for _ in range(100):
        call.line._clock.cancel()
        call.line._tick()
    written = call.line._transport.get_write_buffer_size()
    call.line._transport = transport
    assert written < 10_000
    assert "does not read" in caplog.text


async def test_a_line_is_idle_when_nobody_listens_or_speaks(call: Call) -> None:
    playback = call.line.play(frames(500))
    assert call.line.idle_s() == 0
    playback.stop()
    while call.line.idle_s() == 0:
        await call.caller.hears()
    listening = asyncio.create_task(call.line.next(5))
    await asyncio.sleep(0)
    assert call.line.idle_s() == 0
    call.caller.send(Kind.DIGIT, b"1")
    await listening
    assert call.line.idle_s() > 0


async def test_what_came_in_is_set_beside_what_went_out_meanwhile(call: Call) -> None:
    call.line.play(frames(50))
    beside = []
    for _ in range(30):
        await call.caller.hears()
        call.caller.send(Kind.SOUND, bytes(FRAME_BYTES))
        beside.append((await call.line.next(5)).sent)
    numbers = [sound[0] for sound in beside if sound != SILENCE]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    assert len(steps) >= 19
    assert len(steps) - steps.count(1) <= 3  # on a machine that stands still for a moment they are set beside each other anew
