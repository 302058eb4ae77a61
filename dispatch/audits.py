"""Call audits: in each month, two answered calls of every operator in the month before are drawn by chance, to be listened to."""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.alarms import AlarmAttempt
from models.audits import Audit
from models.calls import Call, Direction
from models.database import SessionMaker
from models.operators import Operator
from models.settings import Settings

log = logging.getLogger(__name__)

CALLS_EACH = 2


def draw_audits(
    settings: Settings, sessions: SessionMaker, now: datetime, new_seed: Callable[[], str] = lambda: secrets.token_hex(8)
) -> None:
    """Draw for every operator for whom it was not done yet; each in a transaction of its own, so that nobody is drawn for twice.

    The seed is new each time, so that nobody knows beforehand, and is kept, so that anybody can draw again afterwards.
    """
    zone = ZoneInfo(settings.timezone)
    this_month = now.astimezone(zone).date().replace(day=1)
    month = (this_month - timedelta(days=1)).replace(day=1)
    begin, end = (datetime.combine(day, time(), zone) for day in (month, this_month))
    with sessions() as session:
        drawn = select(Audit.operator_id).where(Audit.month == month)
        operator_ids = session.scalars(select(Operator.id).where(Operator.id.not_in(drawn)).order_by(Operator.id)).all()
    for operator_id in operator_ids:
        with sessions() as session:
            ordinary, emergencies = _answered(session, operator_id, begin, end)
            seed = new_seed()
            chosen = choose(seed, ordinary, emergencies)
            for place, call_id in enumerate(chosen, start=1):
                own = {"operator_id": operator_id, "month": month, "place": place, "emergency": call_id in emergencies}
                session.add(Audit(call_id=call_id, seed=seed, drawn_at=now, **own))
            try:
                session.commit()
            except IntegrityError:
                session.rollback()  # drawn elsewhere in this very moment
                continue
            if chosen:
                log.info("calls %s of operator %d are to be audited", ", ".join(map(str, chosen)), operator_id)


def choose(seed: str, ordinary: Sequence[int], emergencies: Sequence[int]) -> list[int]:
    """Two of the calls (ids in their order): an emergency and another where there are both, else two of what there is."""
    chance = Random(seed)  # noqa: S311 - it is to be drawn again by whoever doubts it
    first = chance.sample(emergencies, min(1, len(emergencies)))
    rest = ordinary or [call_id for call_id in emergencies if call_id not in first]
    return first + chance.sample(rest, min(CALLS_EACH - len(first), len(rest)))


def _answered(session: Session, operator_id: int, begin: datetime, end: datetime) -> tuple[list[int], list[int]]:
    """The operator's ended calls of that time that came in: ordinary ones, and emergencies."""
    is_emergency = select(AlarmAttempt.id).where(AlarmAttempt.channel_id == Call.channel_id).exists()
    theirs = (Call.operator_id == operator_id) & (Call.direction == Direction.IN) & Call.operator_at.is_not(None)
    ended = Call.ended_at.is_not(None) & (Call.started_at >= begin) & (Call.started_at < end)
    found = session.execute(select(Call.id, is_emergency).where(theirs, ended).order_by(Call.id)).all()
    return [one for one, urgent in found if not urgent], [one for one, urgent in found if urgent]


class AuditRound:
    """The sweep's round: once a month is drawn, nobody's calls are looked through again until the next."""

    def __init__(self, settings: Settings, sessions: SessionMaker) -> None:
        self._settings = settings
        self._sessions = sessions
        self._done: date | None = None

    def audit_round(self, now: datetime) -> None:
        """Draw where a new month has begun since the last time."""
        month = now.astimezone(ZoneInfo(self._settings.timezone)).date().replace(day=1)
        if self._done != month:
            draw_audits(self._settings, self._sessions, now)
            self._done = month
