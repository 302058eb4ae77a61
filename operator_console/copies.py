"""Several processes behind one listening socket: each uses one core, and on one thirty open pages would wait for each other."""

import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

_PR_SET_PDEATHSIG = 1  # prctl(2)
_ENDS_WITHIN_S = 20  # requests that have begun are answered


class CopyEnded(RuntimeError):
    """One of the copies has ended by itself."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"控制台的一个进程自行结束了 / one process of the console has ended by itself ({exit_code})")


def serve_in_copies(count: int, serve: Callable[[], None]) -> None:
    """Run `serve` in so many forks of this process until SIGTERM or SIGINT, which is passed on to them as SIGTERM.

    It kills a fork that is still starting; `serve` asks for `let_requests_end` once it has something to end.
    Where one ends by itself all are ended, and `CopyEnded` raised: whoever watches over this process starts them anew.
    There may be no threads and no open connections yet.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    gc.collect()
    gc.freeze()  # what there is by now stays, and is shared: looking through it for rubbish would take a tenth of a second
    copies: list[BaseProcess] = []
    try:
        for _ in range(count):
            copies.append(multiprocessing.get_context("fork").Process(target=_be_a_copy, args=(os.getpid(), serve)))
            copies[-1].start()
        ended = wait([copy.sentinel for copy in copies])
    except SystemExit:
        _end(copies)
    else:
        _end(copies)
        raise CopyEnded(next(copy.exitcode for copy in copies if copy.sentinel in ended))


def _be_a_copy(parent: int, serve: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)  # also when the parent is killed and can tell nobody
    if os.getppid() != parent:  # it was killed before that
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C reaches all; the parent passes it on
    serve()


def let_requests_end() -> None:
    """From now on SIGTERM raises SystemExit in this process, upon which waitress waits for its threads."""
    signal.signal(signal.SIGTERM, _stop)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit


def _end(copies: list[BaseProcess]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # once is enough
    for copy in copies:
        copy.terminate()
    for copy in copies:
        copy.join(_ENDS_WITHIN_S)
        copy.kill()
