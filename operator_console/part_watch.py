"""Which of Linli's parts do their work now, looked at in the background: what the pages tell operators when one does not."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
# A part that is started again within this is no news to anybody.
TOLD_AFTER_S = 3.0

Probe = Callable[[], bool | None]  # whether the part does its work; None where that cannot be known now


class PartWatch:
    """Asks each part's probe every second, on a thread of its own; `down` may be asked by any thread."""

    def __init__(self, probes: Mapping[str, Probe], now_s: Callable[[], float] = time.monotonic) -> None:
        self._probes = probes
        self._now_s = now_s
        self._silent_since: dict[str, float] = {}
        self._down: tuple[str, ...] = ()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="part-watch", daemon=True)

    def start(self) -> None:
        """Look until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join(5)

    def down(self) -> tuple[str, ...]:
        """The names of the parts that have not done their work for some seconds, in the order of the probes."""
        return self._down

    def look(self) -> None:
        """Ask all of them once."""
        now_s = self._now_s()
        for name, probe in self._probes.items():
            if _works(name, probe):
                self._silent_since.pop(name, None)
            else:
                self._silent_since.setdefault(name, now_s)
        down = tuple(name for name in self._probes if now_s - self._silent_since.get(name, now_s) >= TOLD_AFTER_S)
        for name in {*down} ^ {*self._down}:
            log.warning("%s %s", name, "is down" if name in down else "is up again")
        self._down = down

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(LOOK_EVERY_S)


def _works(name: str, probe: Probe) -> bool:
    try:
        return probe() is not False
    except Exception:  # a probe's own fault is no fault of the part, and stops no other probe
        log.exception("%s could not be looked at", name)
        return True
