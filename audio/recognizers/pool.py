"""Recognition off the event loop, bounded in how much and how long: under load it does less."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from statistics import fmean
from threading import get_ident

from audio.recognizers import HeardIn, Hearing, RecognitionError, Recognizer, RecognizerBusy
from audio.recognizers.live import LiveHearing
from audio.recognizers.paces import PACES, at_pace

log = logging.getLogger(__name__)

_DURATIONS_KEPT = 20
# A stream of Vosk's takes about a quarter of a core while somebody speaks.
_STREAMS_PER_WORKER = 4


@dataclass
class RecognitionCounts:
    """What a pool has done since it began."""

    first_hearings: int = 0
    second_hearings: int = 0
    hearings_at_paces: int = 0
    streams: int = 0
    busy: int = 0  # first hearings refused
    dropped: int = 0  # second and further hearings left away
    failed: int = 0
    recent_s: deque[float] = field(default_factory=lambda: deque(maxlen=_DURATIONS_KEPT), repr=False)  # without waiting

    @property
    def mean_s(self) -> float:
        """What one hearing took of late, without waiting."""
        return fmean(list(self.recent_s)) if self.recent_s else 0.0


class RecognitionPool:
    """Runs an engine for all conversations, `workers` utterances at a time; the others wait their turn.

    A caller who no longer wants an utterance heard cancels the awaiting task: one that had not begun frees its place at once.
    An engine cannot be stopped half-way: one that had begun keeps its thread until it is done.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        workers: int,
        patience_s: float,
        queue_patience_s: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts = RecognitionCounts()
        self._recognizer = recognizer
        self._workers = workers
        self._patience_s = patience_s
        self._queue_patience_s = queue_patience_s
        self._clock = clock
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="recognition")
        # Of their own: a stream takes a little time very often, and shall not wait behind whole utterances.
        self._stream_threads = ThreadPoolExecutor(workers, thread_name_prefix="recognition-stream")
        self._hearings: list[Future[Hearing]] = []
        self._begun_at: dict[int, float] = {}  # by thread
        self._streams: set[LiveHearing] = set()

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; raise `RecognitionError` when it fails or when waiting and working take longer than `patience_s`.

        Raises `RecognizerBusy` at once when it would have to wait longer than `queue_patience_s`.
        """
        if (expected_s := self.expected_wait_s) > self._queue_patience_s:
            self.counts.busy += 1
            log.warning("recognition is busy: the next utterance would wait %.1f s", expected_s)
            raise RecognizerBusy(f"语音识别忙 / recognition is busy: {expected_s:.1f} s to wait")
        hearing = await self._heard(partial(self._recognizer.recognize, sound, hints, answers))
        self.counts.first_hearings += 1
        return hearing

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear the same utterance another way; `first` at once when another one waits, and when the second hearing fails."""
        if self._is_wanted_elsewhere():
            return first
        try:
            hearing = await self._heard(partial(self._recognizer.recognize_again, sound, first, hints))
        except RecognitionError:
            log.warning("a second hearing failed", exc_info=True)
            return first
        self.counts.second_hearings += 1
        return hearing

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        """Hear the same utterance faster and slower, each by a worker of its own; `before` joined by what was heard so.

        `before` as it is when another utterance waits, and when both hearings fail.
        """
        if self._is_wanted_elsewhere():
            return before

        def hear(pace: HeardIn) -> Hearing:
            return self._recognizer.recognize_again(at_pace(sound, pace), Hearing(engine=before.engine), hints)

        all_heard = await asyncio.gather(*(self._heard(partial(hear, pace)) for pace in PACES), return_exceptions=True)
        joined = before
        for pace, heard in zip(PACES, all_heard, strict=True):
            if isinstance(heard, Hearing):
                self.counts.hearings_at_paces += 1
                joined = joined.with_another(pace, heard.hypotheses)
            else:
                log.warning("a hearing at another pace failed: %r", heard)
        return joined

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> LiveHearing | None:
        """Begin to hear an utterance that is still being said.

        None when the engine hears whole utterances only, when it cannot begin, or when there are too many streams: then
        `recognize` the utterance at its end.
        """
        if len(self._streams) >= self._workers * _STREAMS_PER_WORKER:
            return None
        # Its place is taken before anything is awaited.
        live = LiveHearing(self._stream_threads, self._patience_s, self._streams.discard)
        self._streams.add(live)
        if not await live.begin(partial(self._recognizer.stream, hints, answers)):
            return None
        self.counts.streams += 1
        return live

    @property
    def waiting(self) -> int:
        """How many utterances have not begun to be heard."""
        return sum(not hearing.running() for hearing in self._unfinished())

    @property
    def expected_wait_s(self) -> float:
        """How long a new utterance would wait, by what the last ones took, and by what the present ones have taken so far."""
        before = len(self._unfinished()) - self._workers + 1
        if before <= 0:
            return 0.0
        now = self._clock()
        taken_so_far = min((now - begun for begun in list(self._begun_at.values())), default=0.0)
        return max(self.counts.mean_s, taken_so_far) * before / self._workers

    def close(self) -> None:
        """Take no more utterances and forget those that wait; does not wait for the ones being heard."""
        log.info("recognition did %s, of late in %.2f s each", self.counts, self.counts.mean_s)
        for live in list(self._streams):
            live.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._stream_threads.shutdown(wait=False)

    def _is_wanted_elsewhere(self) -> bool:
        """Whether a further hearing of one utterance is to be left away: whoever waits for a first one waits for a reply."""
        if not self.waiting and self.expected_wait_s <= self._queue_patience_s:
            return False
        self.counts.dropped += 1
        log.info("a further hearing was left away: %d utterances wait", self.waiting)
        return True

    def _unfinished(self) -> "list[Future[Hearing]]":
        self._hearings = [hearing for hearing in self._hearings if not hearing.done()]
        return self._hearings

    async def _heard(self, work: Callable[[], Hearing]) -> Hearing:
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.wrap_future(self._submit(work))
        except TimeoutError as error:
            self.counts.failed += 1
            raise RecognitionError(f"语音识别超时 / recognition took over {self._patience_s} s") from error
        except RecognitionError:
            self.counts.failed += 1
            raise
        except Exception as error:
            self.counts.failed += 1
            raise RecognitionError(f"语音识别失败 / recognition failed: {error!r}") from error

    def _submit(self, work: Callable[[], Hearing]) -> "Future[Hearing]":
        def run() -> Hearing:
            thread = get_ident()
            self._begun_at[thread] = begun = self._clock()
            try:
                return work()
            finally:
                self.counts.recent_s.append(self._clock() - begun)
                del self._begun_at[thread]

        hearing = self._threads.submit(run)
        self._hearings.append(hearing)
        return hearing
