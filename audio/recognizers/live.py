"""One utterance heard while it is being said, off the event loop."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress

from audio.recognizers import Hearing, RecognitionError, Stream
from audio.sound import FRAME_BYTES

log = logging.getLogger(__name__)

# Handing every frame to a thread by itself would cost more than it hastens.
_AT_A_TIME_BYTES = FRAME_BYTES * 5


class LiveHearing:
    """A stream that never blocks the event loop; `on_end` is told once, when it is finished or given up."""

    def __init__(self, threads: Executor, patience_s: float, on_end: Callable[["LiveHearing"], None]) -> None:
        self._threads = threads
        self._patience_s = patience_s
        self._on_end = on_end
        self._stream: Stream | None = None
        self._ended = False
        self._waiting = bytearray()
        self._feeding: asyncio.Task[None] | None = None
        self._partial = ""
        self._failure: Exception | None = None

    async def begin(self, opening: Callable[[], Stream | None]) -> bool:
        """Open the stream, which may take a connection; False if there is none to be had."""
        opened: Future[Stream | None] = Future()
        try:
            opened = self._threads.submit(opening)
            async with asyncio.timeout(self._patience_s):
                self._stream = await asyncio.wrap_future(opened)
        except Exception:
            log.warning("an utterance will be heard only at its end", exc_info=True)
        finally:
            if self._stream is None:
                self.close()
                opened.add_done_callback(_close_opened)
        return self._stream is not None

    def feed(self, sound: bytes) -> str:
        """Take the next piece of sound; give what was heard up to some tenths of a second ago, which may still change."""
        self._waiting += sound
        idle = self._feeding is None or self._feeding.done()
        if idle and len(self._waiting) >= _AT_A_TIME_BYTES and not self._ended and not self._failure:
            self._feeding = asyncio.create_task(self._feed_waiting())
        return self._partial

    async def finish(self) -> Hearing:
        """What was said in all; raises `RecognitionError`, also when that takes longer than the patience."""
        if self._stream is None or self._ended:
            raise RecognitionError("识别已结束 / this utterance was given up")
        try:
            async with asyncio.timeout(self._patience_s):
                if self._feeding:
                    await self._feeding
                await self._feed_waiting()
                if self._failure:
                    raise self._failure
                return await asyncio.wrap_future(self._threads.submit(self._stream.finish))
        except TimeoutError as error:
            raise RecognitionError(f"语音识别超时 / recognition took over {self._patience_s} s") from error
        except RecognitionError:
            raise
        except Exception as error:
            raise RecognitionError(f"语音识别失败 / recognition failed: {error!r}") from error
        finally:
            self.close()

    def close(self) -> None:
        """Give the utterance up; the engine's part is closed on a thread."""
        if self._ended:
            return
        self._ended = True
        self._on_end(self)
        if self._feeding:
            self._feeding.cancel()
        if self._stream:
            self._threads.submit(_close, self._stream)

    async def _feed_waiting(self) -> None:
        assert self._stream  # noqa: S101 - nobody is given a stream that did not begin
        while self._waiting and not self._failure:
            sound, self._waiting = bytes(self._waiting), bytearray()
            try:
                self._partial = await asyncio.wrap_future(self._threads.submit(self._stream.feed, sound))
            except Exception as error:
                self._failure = error


def _close(stream: Stream) -> None:
    with suppress(RecognitionError):
        stream.close()


def _close_opened(opened: "Future[Stream | None]") -> None:
    """Close what was opened too late, or after the caller had gone."""
    if not opened.cancelled() and not opened.exception() and (stream := opened.result()):
        _close(stream)
