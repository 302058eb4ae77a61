"""Time that passes only when nothing is left to do: conversations are held as fast as they can be, and always the same way."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class TimelessLoop(asyncio.SelectorEventLoop):
    """An event loop that never waits: when nothing is left to do, the next timer is due; threads' work is done at once."""

    def __init__(self) -> None:
        super().__init__(_Impatient(self))
        self.passed_s = 0.0

    def time(self) -> float:
        return self.passed_s

    def run_in_executor(self, executor: Any, work: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            future.set_result(work(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class _Impatient(selectors.SelectSelector):
    def __init__(self, loop: TimelessLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self._loop.passed_s += timeout or 0
        return []


def run_timeless(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        return runner.run(work)
