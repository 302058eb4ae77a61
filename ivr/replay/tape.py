"""The sound that a recorded caller's phone sent."""

from pathlib import Path

from audio.sealing import find_recording
from audio.sound import SoundError, read_wav
from ivr.media.playback import BYTES_PER_MS
from ivr.replay.errors import ReplayError
from models.calls import Call


class Tape:
    """A caller's side of a call, by the line's clock."""

    def __init__(self, sound: bytes) -> None:
        self._sound = sound

    def cut(self, from_ms: int, to_ms: int) -> bytes:
        """The sound between two moments; raise `ReplayError` where the recording ends before."""
        piece = self._sound[max(from_ms, 0) * BYTES_PER_MS : to_ms * BYTES_PER_MS]
        if len(piece) < (to_ms - max(from_ms, 0)) * BYTES_PER_MS or not piece:
            raise ReplayError(
                f"录音缺了这一段 / the recording lacks this piece: {from_ms}-{to_ms} ms of {len(self._sound) // BYTES_PER_MS} ms"
            )
        return piece

    def between(self, from_ms: int, to_ms: int | None) -> bytes:
        """What there is between two moments, or to the end."""
        return self._sound[max(from_ms, 0) * BYTES_PER_MS : None if to_ms is None else to_ms * BYTES_PER_MS]


def load_tape(call: Call, folder: Path) -> Tape:
    """The caller's side of a call; raise `ReplayError` where there is none or it is broken."""
    kept = next((recording for recording in call.recordings if recording.kind == "caller"), None)
    path = folder / kept.path if kept else None
    if path is None or find_recording(path) is None:
        raise ReplayError(f"来电 {call.id} 没有来电人的录音 / call {call.id} has no recording of the caller's side")
    try:
        return Tape(read_wav(path))
    except SoundError as error:
        raise ReplayError(f"来电 {call.id} 的录音坏了 / the recording of call {call.id} is broken: {error}") from error
