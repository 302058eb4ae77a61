"""Recognition off the event loop, bounded in how much and how long."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from audio.recognizers import Hearing, RecognitionError, Recognizer


class RecognitionPool:
    """Runs an engine for all conversations, `workers` utterances at a time; the others wait their turn."""

    def __init__(self, recognizer: Recognizer, workers: int, patience_s: float) -> None:
        self._recognizer = recognizer
        self._patience_s = patience_s
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="recognition")

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance; raise `RecognitionError` when it fails or when waiting and working take longer than the patience.

        An engine cannot be stopped half-way: an utterance given up keeps its thread until it is done, unless it had not begun.
        """
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.wrap_future(self._threads.submit(self._recognizer.recognize, sound, hints, answers))
        except TimeoutError as error:
            raise RecognitionError(f"语音识别超时 / recognition took over {self._patience_s} s") from error
        except RecognitionError:
            raise
        except Exception as error:
            raise RecognitionError(f"语音识别失败 / recognition failed: {error!r}") from error

    def close(self) -> None:
        """Take no more utterances and forget those that wait; does not wait for the ones being heard."""
        self._threads.shutdown(wait=False, cancel_futures=True)
