"""What becomes of care calls that nobody answers, as Asterisk tells it."""

from typing import Any

from dispatch.care.attempts import end_attempt
from dispatch.care.calling import CONTEXT
from dispatch.queue import JobQueue
from exchange.ami import AsteriskManager
from exchange.originating import BUSY, NOT_ANSWERED, OUR_CHANNEL
from models.base import utc_now
from models.care_calls import CareResult
from models.database import SessionMaker
from models.settings import Settings


class CareWatch:
    """Writes down how attempts ended that were not answered; made before the manager connects.

    `OriginateResponse` says that nobody answered, `Hangup` says why; either may come first, and the second only where it rang.
    """

    def __init__(self, manager: AsteriskManager, sessions: SessionMaker, queue: JobQueue, settings: Settings) -> None:
        self._sessions = sessions
        self._queue = queue
        self._settings = settings
        self._ringing: set[str] = set()
        self._causes: dict[str, str] = {}
        self._refused: dict[str, int] = {}
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
        if event.get_header("Context") != CONTEXT or not attempt.isdecimal():
            return
        if event.get_header("Response") == "Success":
            self._answered.add(channel)
        elif event.get_header("Reason") == NOT_ANSWERED:
            self._end(int(attempt), CareResult.NO_ANSWER)
            if self._causes.pop(channel, None) is None:
                self._answered.add(channel)  # its hang-up has nothing more to tell
        elif channel in self._ringing:
            self._refused[channel] = int(attempt)
        else:  # it is over already, or never came to a channel
            self._end(int(attempt), _result(self._causes.pop(channel, "")))

    def _hung_up(self, event: Any) -> None:
        channel, cause = event.get_header("Uniqueid", ""), event.get_header("Cause", "")
        if channel not in self._ringing:
            return
        self._ringing.discard(channel)
        if channel in self._answered:
            self._answered.discard(channel)
        elif channel in self._refused:
            self._end(self._refused.pop(channel), _result(cause))
        else:
            self._causes[channel] = cause

    def _end(self, attempt_id: int, result: CareResult) -> None:
        with self._sessions() as session:
            end_attempt(session, self._queue, self._settings, attempt_id, result=result, now=utc_now())


def _result(cause: str) -> CareResult:
    return CareResult.BUSY if cause == BUSY else CareResult.GONE
