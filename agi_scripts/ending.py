"""How attempts of each kind are ended that nobody answered."""

from collections.abc import Callable

from agi_scripts.unanswered import Unanswered
from dispatch.care.attempts import end_attempt as end_care_attempt
from dispatch.outbound.attempts import end_attempt as end_outbound_attempt
from dispatch.queue import JobQueue
from exchange.originating import CARE, OUTBOUND
from models.base import utc_now
from models.care_calls import CareResult
from models.database import SessionMaker
from models.outbound_calls import OutboundResult
from models.settings import Settings


def ends_of_attempts(sessions: SessionMaker, queue: JobQueue, settings: Settings) -> dict[str, Callable[[int, Unanswered], None]]:
    """What writes it down, by the dialplan's context that the telephone was to be led to."""

    def end_care(attempt_id: int, why: Unanswered) -> None:
        with sessions() as session:
            end_care_attempt(session, queue, settings, attempt_id, result=CareResult(why), now=utc_now())

    def end_outbound(attempt_id: int, why: Unanswered) -> None:
        end_outbound_attempt(sessions, queue, settings, attempt_id, result=OutboundResult(why), now=utc_now())

    return {CARE: end_care, OUTBOUND: end_outbound}
