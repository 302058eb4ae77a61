"""What becomes of care calls that nobody answers, as Asterisk tells it."""

from typing import Any

from dispatch.care.attempts import end_attempt
from dispatch.care.calling import CONTEXT
from dispatch.queue import JobQueue
from exchange.ami import AsteriskManager
from exchange.originating import NOT_ANSWERED, OUR_CHANNEL
from models.base import utc_now
from models.care_calls import CareResult
from models.database import SessionMaker
from models.settings import Settings

# How a dialling ended that nobody answered; all else is a telephone that is not there.
RESULTS = {NOT_ANSWERED: CareResult.NO_ANSWER, "NOANSWER": CareResult.NO_ANSWER, "BUSY": CareResult.BUSY}


class CareWatch:
    """Writes down how attempts ended that were not answered; made before the manager connects."""

    def __init__(self, manager: AsteriskManager, sessions: SessionMaker, queue: JobQueue, settings: Settings) -> None:
        self._sessions = sessions
        self._queue = queue
        self._settings = settings
        self._dialled: dict[str, str] = {}
        manager.on("DialEnd", self._remember)
        manager.on("OriginateResponse", self._tell)

    def _remember(self, event: Any) -> None:
        channel = event.get_header("DestUniqueid", "")
        if OUR_CHANNEL.fullmatch(channel):
            self._dialled[channel] = event.get_header("DialStatus", "")

    def _tell(self, event: Any) -> None:
        attempt = event.get_header("Exten", "")
        status = self._dialled.pop(event.get_header("Uniqueid", ""), event.get_header("Reason", ""))
        if event.get_header("Context") != CONTEXT or event.get_header("Response") == "Success" or not attempt.isdecimal():
            return
        with self._sessions() as session:
            end_attempt(
                session, self._queue, self._settings, int(attempt), result=RESULTS.get(status, CareResult.GONE), now=utc_now()
            )
