"""What else may listen to a line."""

from pathlib import Path

from audio.sound import frames, read_wav
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.media.line import SENDS_NOTHING_MS, Frame
from ivr.media.messages import FRAME_BYTES, FRAME_MS, Kind
from ivr.recorder import Recorder
from ivr.replay.tape import Tape
from tests.ivr.media.conftest import Call


async def test_a_tap_hears_every_frame_also_those_before_it_and_those_that_nobody_reads(call: Call) -> None:
    heard: list[Frame] = []
    call.line.receive(Kind.SOUND, b"\1" * FRAME_BYTES)
    call.line.tap(heard.append)
    call.line.receive(Kind.SOUND, b"\2" * FRAME_BYTES * 3)
    read = [await call.line.next(5) for _ in range(4)]
    assert heard == read
    call.line.receive(Kind.SOUND, b"\3" * FRAME_BYTES)
    assert len(heard) == 5


async def test_frames_follow_one_another_by_the_phones_clock_whatever_the_network_does(call: Call) -> None:
    heard: list[Frame] = []
    call.line.tap(heard.append)
    call.line.receive(Kind.SOUND, bytes(FRAME_BYTES) * 25)  # half a second in a heap
    began = heard[0].at_ms
    assert [frame.at_ms for frame in heard] == [began + n * FRAME_MS for n in range(25)]


async def test_after_a_silence_in_which_a_phone_sent_nothing_the_clock_goes_on_from_now(call: Call) -> None:
    heard: list[Frame] = []
    call.line.tap(heard.append)
    call.line.receive(Kind.SOUND, bytes(FRAME_BYTES))
    silent_until = heard[0].at_ms + FRAME_MS + SENDS_NOTHING_MS
    while call.line.clock_ms <= silent_until:
        await call.caller.hears()
    call.line.receive(Kind.SOUND, bytes(FRAME_BYTES))
    assert silent_until < heard[1].at_ms <= call.line.clock_ms


async def test_what_a_turn_heard_can_be_cut_out_of_the_recording_exactly(call: Call, speech: bytes, tmp_path: Path) -> None:
    recorder, ear = Recorder(tmp_path), Endpointer(VoiceActivity())
    with recorder.begin("caller.wav") as side:
        call.line.tap(side.take)
        for piece in frames(bytes(16_000) + speech + bytes(16_000)):
            call.caller.send(Kind.SOUND, piece)
        while not (ear.begun and ear.is_speech and ear.quiet_ms > 300):
            item = await call.line.next(5)
            assert isinstance(item, Frame)
            ear.take(item)
    recorder.close()
    tape = Tape(read_wav(tmp_path / "caller.wav"))
    assert tape.cut(ear.sound_from_ms, ear.sound_from_ms + ear.sound_ms) == ear.sound
