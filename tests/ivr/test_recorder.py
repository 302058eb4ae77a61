"""The caller's side of a call, on its way to the disk."""

import os
import resource
import stat
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio.sound import read_wav
from ivr import recorder as recorder_module
from ivr.media.line import Frame
from ivr.media.messages import FRAME_BYTES, FRAME_MS
from ivr.recorder import MOST_PIECES_WAITING, CallersSide, Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    started = Recorder(tmp_path / "recordings")
    yield started
    started.close()


def frames(count: int, from_ms: int = 0) -> list[Frame]:
    """Frames that are all different, one after the other."""
    return [Frame(bytes([n % 250 + 1, n // 250]) * (FRAME_BYTES // 2), at_ms=from_ms + (n + 1) * FRAME_MS) for n in range(count)]


def record(recorder: Recorder, *coming: Frame) -> None:
    with recorder.begin("1.1-caller.wav") as side:
        for frame in coming:
            side.take(frame)
    recorder.close()


def test_what_came_in_is_kept_sample_by_sample(recorder: Recorder, tmp_path: Path) -> None:
    coming = frames(173)
    record(recorder, *coming)
    kept = tmp_path / "recordings" / "1.1-caller.wav"
    assert read_wav(kept) == b"".join(frame.sound for frame in coming)
    assert stat.S_IMODE(kept.stat().st_mode) & 0o777 == 0o644 & ~_umask()


def test_each_frame_is_at_its_time_also_after_a_gap(recorder: Recorder, tmp_path: Path) -> None:
    early, late = frames(60, from_ms=130), frames(10, from_ms=60_000)
    record(recorder, *early, *late)
    sound = read_wav(tmp_path / "recordings" / "1.1-caller.wav")
    assert sound[: 130 * 16] == bytes(130 * 16)
    assert sound[130 * 16 :][: 60 * FRAME_BYTES] == b"".join(frame.sound for frame in early)
    assert sound[60_000 * 16 :] == b"".join(frame.sound for frame in late)


def test_a_recording_can_be_read_while_it_is_made(recorder: Recorder, tmp_path: Path) -> None:
    side = recorder.begin("1.1-caller.wav")
    for frame in frames(160):  # 3.2 s: three pieces were passed on
        side.take(frame)
    recorder.close()  # as if the process ended here, without the side's own last word
    with wave.open(str(tmp_path / "recordings" / "1.1-caller.wav")) as kept:
        assert kept.getnframes() == 3 * 8_000


def test_a_full_disk_loses_the_recording_and_says_so_once(
    recorder: Recorder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "1.1-caller.wav").symlink_to("/dev/full")  # O_NOFOLLOW refuses it: any fault of the disk is one
    record(recorder, *frames(500))
    assert [entry.message.partition(" is lost")[0] for entry in caplog.records] == ["the caller's side 1.1-caller.wav"]


def test_a_file_that_may_not_grow_keeps_what_it_has(recorder: Recorder, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
    try:
        record(recorder, *frames(500))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(caplog.records) == 1
    with wave.open(str(tmp_path / "recordings" / "1.1-caller.wav")) as kept:
        assert kept.getnframes() == 2 * 8_000


def test_a_disk_that_stands_still_costs_recordings_and_no_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    waiting: recorder_module.Queue[recorder_module.Piece | None] = recorder_module.Queue(MOST_PIECES_WAITING)
    side = CallersSide(tmp_path / "1.1-caller.wav", waiting)
    for frame in frames((MOST_PIECES_WAITING + 20) * 50):
        side.take(frame)
    assert waiting.qsize() == MOST_PIECES_WAITING
    assert len(caplog.records) == 1


def test_a_minute_of_a_call_costs_next_to_nothing(recorder: Recorder) -> None:
    coming = frames(3_000)
    began = time.process_time()
    record(recorder, *coming)
    assert time.process_time() - began < 0.6  # 0.02 s; 1 % of a core at the very most


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
