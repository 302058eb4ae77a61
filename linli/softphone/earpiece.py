"""The sound of a call inside the phone's process: what is played into it, what is heard from it."""

import threading
from collections import deque
from collections.abc import Callable

import pjsua2 as pj

from linli.softphone.messages import Event, Heard, Played

FRAME_BYTES = 320
SILENT_FRAME = bytes(FRAME_BYTES)


class Earpiece(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 has no type information
    """A port on the conference bridge, made once a phone and connected to each of its calls in turn.

    The bridge's clock calls it every 20 ms from a thread of its own: first for a frame to send, then with a frame
    that was heard.
    """

    def __init__(self, report: Callable[[Event], None]) -> None:
        super().__init__()
        self.report = report
        self.lock = threading.Lock()
        self.call = ""
        self.heard_frames = 0
        self.to_play: deque[bytes] = deque()
        self.playing: deque[bytes] = deque()
        self.first_frame = 0
        self.is_playing = False
        sound_format = pj.MediaFormatAudio()
        sound_format.init(pj.PJMEDIA_FORMAT_PCM, 8000, 1, 20000, 16)
        self.createPort("earpiece", sound_format)

    def listen_to(self, call: str) -> None:
        """From now on what is heard belongs to this call; an empty name is no call, and drops what was to be played."""
        with self.lock:
            self.to_play.clear()
            self.playing.clear()
            self.is_playing = False
            self.heard_frames = 0
            self.call = call

    def play(self, sound: bytes) -> None:
        """Play this once, after what is playing already."""
        with self.lock:
            self.to_play.append(sound)

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:  # noqa: N802  # pjsua2's name
        """Hand over the next 20 ms of what is to be played, or silence."""
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = pj.ByteVector(self._next_frame())

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:  # noqa: N802  # pjsua2's name
        """Report 20 ms of what is heard; a frame without sound (nothing arrived) is silence."""
        heard = bytes(frame.buf) if frame.size == FRAME_BYTES else SILENT_FRAME
        with self.lock:
            if self.call:
                self.heard_frames += 1
                self.report(Heard(self.call, heard))

    def _next_frame(self) -> bytes:
        with self.lock:
            if self.is_playing and not self.playing:
                # Said one frame late on purpose: only now has the last frame gone out.
                self.report(Played(self.call, self.first_frame, self.heard_frames))
                self.is_playing = False
            if self.to_play and not self.is_playing:
                sound = self.to_play.popleft()
                self.playing.extend(sound[start : start + FRAME_BYTES] for start in range(0, len(sound), FRAME_BYTES))
                self.first_frame = self.heard_frames
                self.is_playing = True
            return self.playing.popleft().ljust(FRAME_BYTES, b"\0") if self.playing else SILENT_FRAME
