"""The line to one caller: what they say and press comes in, what Linli says goes out."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from ivr.errors import CallEnded, CallerHungUp
from ivr.media.messages import FRAME_BYTES, FRAME_MS, SILENCE, Kind, pack
from ivr.media.playback import Playback

log = logging.getLogger(__name__)

# What the caller says while nobody listens (a recogniser at work, say) is kept for this long.
BACKLOG_FRAMES = 10_000 // FRAME_MS
# When the machine stood still for longer than this, the clock goes on from now: Asterisk drops what comes in a heap.
MOST_LATE_S = 0.1
CLOSE_WITHIN_S = 1.0
# What Asterisk may leave unread before we stop sending: half a second of sound.
MOST_UNSENT_BYTES = 8_000
# Sound that came in is set beside the sound that went out meanwhile, one frame beside one frame, whatever the network's jitter.
# Only where the two run further apart (a phone that sends nothing in silence) are they set beside each other anew.
MOST_APART_FRAMES = 6
SENT_KEPT_FRAMES = 2 * MOST_APART_FRAMES
# A phone that has sent nothing for longer than this was silent; less is the network's jitter.
SENDS_NOTHING_MS = 200
DIGITS = "0123456789*#ABCD"


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of the caller's sound (320 bytes), what went out to them meanwhile, and when it ended: `Line.clock_ms`, no jitter."""

    sound: bytes
    sent: bytes = field(default=SILENCE, compare=False, repr=False)
    at_ms: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Digit:
    """A key the caller pressed: one of 0 to 9, * and #, or A to D."""

    key: str


class Line:
    """One call's sound. To be used on the media server's loop only, and read by one task at a time.

    A frame goes out every 20 ms from first to last, silence when nothing plays: the caller's phone and the recording keep step.
    """

    def __init__(self, call_id: UUID, transport: asyncio.Transport) -> None:
        self.call_id = call_id
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._heard: deque[Frame] = deque(maxlen=BACKLOG_FRAMES)
        self._pressed: deque[Digit] = deque()
        self._part = b""
        self._arrived = asyncio.Event()
        self._playing: deque[Playback] = deque()
        self._ending: type[CallEnded] | None = None
        self._faults: set[str] = set()
        self._readers = 0
        self._sent: deque[bytes] = deque([SILENCE] * SENT_KEPT_FRAMES, maxlen=SENT_KEPT_FRAMES)
        self._behind = MOST_APART_FRAMES // 2  # how many of the frames sent have no frame that came in beside them
        self._began = self._loop.time()
        self._used = self._due = self._began
        self._came_ms: int | None = None
        self._tap: Callable[[Frame], None] | None = None
        self._clock = self._loop.call_soon(self._tick)

    async def next(self, timeout_s: float) -> Frame | Digit:
        """Wait for the caller's next frame or key; keys come first.

        Raises `TimeoutError`, and, once all that came before is read, `CallerHungUp` or `CallEnded`.
        """
        self._readers += 1
        try:
            async with asyncio.timeout(timeout_s):
                while not (self._pressed or self._heard or self._ending):
                    self._arrived.clear()
                    await self._arrived.wait()
        finally:
            self._readers -= 1
            self._used = self._loop.time()
        if self._pressed:
            return self._pressed.popleft()
        if self._heard:
            return self._heard.popleft()
        assert self._ending  # noqa: S101 - the loop above ends for these three reasons only
        raise self._ending

    def play(self, sound: bytes, more_to_come: bool = False) -> Playback:
        """Play a sound to the caller, without a gap after what is playing already."""
        playback = Playback(sound, more_to_come)
        if self._ending:
            playback.end(self._ending)
        else:
            self._playing.append(playback)
        return playback

    def close(self) -> None:
        """End the sound and give the call back to the AGI script; Asterisk keeps the channel up. Repeating it does nothing."""
        if self._ending:
            return
        self._end(CallEnded)
        self._transport.write(pack(Kind.HANGUP))
        # Only half of the connection: closing all of it with the caller's sound unread would take our last message with it.
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._loop.call_later(CLOSE_WITHIN_S, self._transport.abort)

    def tap(self, listener: Callable[[Frame], None]) -> None:
        """Let every frame that came in, and every one to come, be heard by another too, whether anybody reads it or not."""
        for frame in self._heard:
            listener(frame)
        self._tap = listener

    @property
    def clock_ms(self) -> int:
        """How long the line has been open."""
        return round((self._loop.time() - self._began) * 1000)

    def idle_s(self) -> float:
        """How long nobody has listened to the caller nor played anything to them."""
        return 0.0 if self._readers or self._playing else self._loop.time() - self._used

    # What the media server calls.

    def receive(self, kind: int, payload: bytes) -> None:
        """Take one message from Asterisk."""
        if self._ending:
            return
        if kind == Kind.SOUND and len(payload) % 2 == 0:
            self._hear(payload)
        elif kind == Kind.DIGIT and len(payload) == 1 and chr(payload[0]) in DIGITS:
            self._pressed.append(Digit(chr(payload[0])))
            self._arrived.set()
        elif kind == Kind.HANGUP:
            self.lose()
        else:
            self._report(f"a message of kind {kind:#04x} with {len(payload)} bytes was left out")

    def lose(self) -> None:
        """Take note that Asterisk closed the connection, as it does when the caller hangs up."""
        self._end(CallerHungUp)
        self._transport.close()

    def _hear(self, sound: bytes) -> None:
        if self._part or len(sound) != FRAME_BYTES:  # the phone's packets are not of 20 ms
            sound = self._part + sound
            whole = len(sound) - len(sound) % FRAME_BYTES
            self._part = sound[whole:]
            for start in range(0, whole, FRAME_BYTES):
                self._take(sound[start : start + FRAME_BYTES])
        else:
            self._take(sound)
        self._arrived.set()

    def _take(self, sound: bytes) -> None:
        if not 0 <= self._behind < MOST_APART_FRAMES:
            self._behind = MOST_APART_FRAMES // 2
        now_ms = self.clock_ms
        due_ms = now_ms if self._came_ms is None else self._came_ms + FRAME_MS
        self._came_ms = now_ms if now_ms - due_ms > SENDS_NOTHING_MS else due_ms
        frame = Frame(sound, self._sent[-1 - self._behind], self._came_ms)
        self._heard.append(frame)
        if self._tap:
            self._tap(frame)
        self._behind -= 1

    def _tick(self) -> None:
        frame = self._next_frame()
        self._sent.append(frame)
        self._behind = min(self._behind + 1, SENT_KEPT_FRAMES)
        if self._transport.get_write_buffer_size() < MOST_UNSENT_BYTES:
            self._transport.write(pack(Kind.SOUND, frame))
        else:
            self._report("Asterisk does not read, sound was left out")
        self._due = max(self._due + FRAME_MS / 1000, self._loop.time() - MOST_LATE_S)
        self._clock = self._loop.call_at(self._due, self._tick)

    def _next_frame(self) -> bytes:
        while self._playing:
            self._used = self._loop.time()
            if frame := self._playing[0].next_frame():
                return frame
            self._playing.popleft()
        return SILENCE

    def _end(self, ending: type[CallEnded]) -> None:
        if self._ending:
            return
        self._ending = ending
        self._clock.cancel()
        for playback in self._playing:
            playback.end(ending)
        self._playing.clear()
        self._arrived.set()

    def _report(self, fault: str) -> None:
        if fault not in self._faults and len(self._faults) < 10:  # a call of an hour has 180,000 frames
            self._faults.add(fault)
            log.warning("media %s: %s", self.call_id, fault)
