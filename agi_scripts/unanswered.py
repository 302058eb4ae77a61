"""What becomes of telephones that we ring and nobody answers, as Asterisk tells it."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from exchange.ami import AsteriskManager
from exchange.originating import BUSY, NOT_ANSWERED, OUR_CHANNEL


class Unanswered(StrEnum):
    """Why there was no conversation; every kind of call has these among its results."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    GONE = "gone"  # it is not to be reached


class UnansweredWatch:
    """Ends attempts that were not answered; made before the manager connects. `ends` are by the dialplan's context.

    `OriginateResponse` says that nobody answered, `Hangup` says why; either may come first, and the second only where it rang.
    """

    def __init__(self, manager: AsteriskManager, ends: Mapping[str, Callable[[int, Unanswered], None]]) -> None:
        self._ends = ends
        self._ringing: set[str] = set()
        self._causes: dict[str, str] = {}
        self._refused: dict[str, Callable[[Unanswered], None]] = {}
        self._answered: set[str] = set()
        manager.on("Newchannel", self._begun)
        manager.on("OriginateResponse", self._responded)
        manager.on("Hangup", self._hung_up)

    def _begun(self, event: Any) -> None:
        channel = event.get_header("Uniqueid", "")
        if OUR_CHANNEL.fullmatch(channel):
            self._ringing.add(channel)

    def _responded(self, event: Any) -> None:
        attempt, channel = event.get_header("Exten", ""), event.get_header("Uniqueid", "")
        end_attempt = self._ends.get(event.get_header("Context", ""))
        if end_attempt is None or not attempt.isdecimal():
            return

        def end(why: Unanswered) -> None:
            end_attempt(int(attempt), why)

        if event.get_header("Response") == "Success":
            self._answered.add(channel)
        elif event.get_header("Reason") == NOT_ANSWERED:
            end(Unanswered.NO_ANSWER)
            if self._causes.pop(channel, None) is None:
                self._answered.add(channel)  # its hang-up has nothing more to tell
        elif channel in self._ringing:
            self._refused[channel] = end
        else:  # it is over already, or never came to a channel
            end(_reason(self._causes.pop(channel, "")))

    def _hung_up(self, event: Any) -> None:
        channel, cause = event.get_header("Uniqueid", ""), event.get_header("Cause", "")
        if channel not in self._ringing:
            return
        self._ringing.discard(channel)
        if channel in self._answered:
            self._answered.discard(channel)
        elif channel in self._refused:
            self._refused.pop(channel)(_reason(cause))
        else:
            self._causes[channel] = cause


def _reason(cause: str) -> Unanswered:
    return Unanswered.BUSY if cause == BUSY else Unanswered.GONE
