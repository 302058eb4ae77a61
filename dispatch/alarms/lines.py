"""Which lines are up, asked of Asterisk: an alarm's call whose end was never written is not left open for ever."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asterisk.manager import ManagerException
from sqlalchemy import select

from dispatch.alarms.finding import lock_attempt
from exchange.ami import AsteriskManager
from models.alarms import AlarmAttempt, AlarmHappened
from models.database import SessionMaker

log = logging.getLogger(__name__)

ASK_EVERY = timedelta(seconds=30)
# What was up so long ago and is not now has had its end written, if ever.
WRITTEN_WITHIN = timedelta(seconds=2)


@dataclass(frozen=True)
class LinesUp:
    """Every channel that was up at a moment, by unique id."""

    at: datetime
    channel_ids: frozenset[str]


class LineCheck:
    """Asks which lines are up while there is an alarm to ask for; made before the manager connects."""

    def __init__(self, manager: AsteriskManager, sessions: SessionMaker, clock: Callable[[], datetime]) -> None:
        self._manager = manager
        self._sessions = sessions
        self._clock = clock
        self._asked_at: datetime | None = None
        self._hearing: set[str] = set()
        self._heard: LinesUp | None = None
        manager.on("CoreShowChannel", self._is_up)
        manager.on("CoreShowChannelsComplete", self._all_told)

    def check(self) -> None:
        """Use the last answer, and ask again when it is time. To be called when the spool has been read to its end."""
        now = self._clock()
        heard = self._heard
        if heard and heard.at < now - WRITTEN_WITHIN:
            self._heard = None
            end_forgotten(self._sessions, heard)
        if (self._asked_at is None or self._asked_at < now - ASK_EVERY) and self._is_wanted():
            self._ask(now)

    def _is_wanted(self) -> bool:
        with self._sessions() as session:
            return session.scalar(select(AlarmAttempt.id).where(AlarmAttempt.ended_at.is_(None)).limit(1)) is not None

    def _ask(self, now: datetime) -> None:
        self._asked_at, self._hearing = now, set()
        try:
            self._manager.send_action({"Action": "CoreShowChannels"})
        except ManagerException:
            log.info("which calls are up could not be asked")

    def _is_up(self, event: Any) -> None:
        self._hearing.add(event.get_header("Uniqueid", ""))

    def _all_told(self, event: Any) -> None:
        if self._asked_at:
            self._heard = LinesUp(self._asked_at, frozenset(self._hearing))


def end_forgotten(sessions: SessionMaker, up: LinesUp) -> None:
    """End the alarms' calls that began before `up` and are not in it, each as of then, and commit."""
    begun = select(AlarmAttempt.channel_id).where(AlarmAttempt.ended_at.is_(None), AlarmAttempt.began_at < up.at)
    with sessions() as session:
        for channel_id in session.scalars(begun.where(AlarmAttempt.channel_id.not_in(up.channel_ids))).all():
            attempt = lock_attempt(session, channel_id)
            if attempt and attempt.ended_at is None:
                attempt.ended_at = up.at
                attempt.alarm.record(AlarmHappened.HUNG_UP, up.at, "linli", result="unseen")
                log.warning("alarm %s: call %s had ended unseen", attempt.alarm_id, channel_id)
            session.commit()
