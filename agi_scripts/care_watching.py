"""What becomes of care calls that nobody answers, as Asterisk tells it."""

from typing import Any

from dispatch.care.attempts import end_attempt
from dispatch.care.calling import CONTEXT
from dispatch.queue import JobQueue
from exchange.ami import AsteriskManager
from exchange.originating import BUSY, NO_ANSWER
from models.base import utc_now
from models.care_calls import CareResult
from models.database import SessionMaker
from models.settings import Settings

RESULTS = {NO_ANSWER: CareResult.NO_ANSWER, BUSY: CareResult.BUSY}


class CareWatch:
    """Writes down how attempts ended that were not answered; made before the manager connects."""

    def __init__(self, manager: AsteriskManager, sessions: SessionMaker, queue: JobQueue, settings: Settings) -> None:
        self._sessions = sessions
        self._queue = queue
        self._settings = settings
        manager.on("OriginateResponse", self._tell)

    def _tell(self, event: Any) -> None:
        attempt = event.get_header("Exten", "")
        if event.get_header("Context") != CONTEXT or event.get_header("Response") == "Success" or not attempt.isdecimal():
            return
        result = RESULTS.get(event.get_header("Reason", ""), CareResult.GONE)
        with self._sessions() as session:
            end_attempt(session, self._queue, self._settings, int(attempt), result=result, now=utc_now())
