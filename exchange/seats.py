"""Operators' seats in the exchange: whom the queue of ordinary calls leaves alone. Calls for help ring every seat."""

import logging

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager

log = logging.getLogger(__name__)

QUEUE = "operators"


class Seats:
    """The manager interface as operators' states use it; threads may share it."""

    def __init__(self, manager: AsteriskManager) -> None:
        self._manager = manager

    def pause(self, seat: int, reason: str) -> bool:
        """Ring neither telephone of a seat for ordinary calls; whether the exchange has heard it."""
        return self._tell(seat, paused=True, reason=reason)

    def free(self, seat: int) -> bool:
        """Ring the seat again; whether the exchange has heard it."""
        return self._tell(seat, paused=False, reason="")

    def _tell(self, seat: int, *, paused: bool, reason: str) -> bool:
        for kind in ("desk", "operator"):
            action = {
                "Action": "QueuePause",
                "Interface": f"PJSIP/{kind}-{seat}",
                "Queue": QUEUE,
                "Paused": str(paused).lower(),
                "Reason": reason,
            }
            try:
                answer = self._manager.send_action(action)
            except ManagerException as error:
                log.warning("seat %d could not be %s: %s", seat, "paused" if paused else "freed", error)
                return False
            if answer.get_header("Response") == "Error":
                log.warning("seat %d was not %s: %s", seat, "paused" if paused else "freed", answer.get_header("Message"))
                return False
        return True
