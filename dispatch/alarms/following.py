"""Following Asterisk's event log, which makes alarms of it: live, or after whatever outage."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.orm import Session

from dispatch.alarms.telling import TOLD, channel_of, raise_barely, raise_from, raises, tell
from exchange.call_events import CallEvent
from exchange.faults import place
from exchange.spool import Position, Spool
from models.alarms import AlarmAttempt, AlarmEvent, SpoolPosition
from models.base import utc_now
from models.database import SessionMaker

log = logging.getLogger(__name__)

NAME = "events"
# An ordinary call's events cost no transaction; so many bytes of them are read again after a restart.
KEPT_EVERY_BYTES = 262_144
# What still comes of a call that is over: its operator's line ends after the resident's.
LIVE_FOR = timedelta(hours=1)


class AlarmFollower:
    """Reads a spool into the database. The position is kept in the transaction of what was read: nothing is lost or doubled."""

    def __init__(self, sessions: SessionMaker, spool: Spool, window: timedelta) -> None:
        self._sessions = sessions
        self._spool = spool
        self._window = window
        self._position = Position()
        self._kept: Position | None = None  # what the database holds; not known yet
        self._live: frozenset[str] = frozenset()  # alarms' channels of which more may be told

    def read_on(self) -> None:
        """Read to the spool's end, and put it aside if it is large. Raises `SQLAlchemyError` or `OSError`, with nothing lost."""
        if self._kept is None:
            self._take_up()
        while chunk := self._spool.read(self._position):
            told, live = self._concerning(chunk.events)
            if (told or self._is_far(chunk.position)) and not self._keep(told, chunk.position):
                continue  # another program has read on; from there
            self._position, self._live = chunk.position, live
        self._spool.put_aside(self._position)

    def _take_up(self) -> None:
        with self._sessions.begin() as session:
            row = session.get(SpoolPosition, NAME)
            if row is None:
                row = SpoolPosition(name=NAME, fingerprint="", offset=0)
                session.add(row)
            lately = (session.scalar(select(func.max(AlarmEvent.at))) or utc_now()) - LIVE_FOR
            live = or_(AlarmAttempt.ended_at.is_(None), AlarmAttempt.ended_at > lately)
            self._live = frozenset(session.scalars(select(AlarmAttempt.channel_id).where(live)))
            self._position = Position(row.fingerprint, row.offset)
        self._kept = self._position

    def _concerning(self, events: Iterable[CallEvent]) -> tuple[Sequence[CallEvent], frozenset[str]]:
        """The events that alarms are made of, and the channels that are alarms' after them."""
        told, live = [], set(self._live)
        for event in events:
            if raises(event):
                live.add(channel_of(event))
            elif event.name == "LINKEDID_END":
                live.discard(event.linked_id)  # a third person's own call may end before the resident's
            if raises(event) or (event.name in TOLD and (event.call_id in live or event.unique_id in live)):
                told.append(event)
        return told, frozenset(live)

    def _is_far(self, position: Position) -> bool:
        kept = self._kept or Position()
        return position.fingerprint != kept.fingerprint or position.offset - kept.offset >= KEPT_EVERY_BYTES

    def _keep(self, told: Sequence[CallEvent], position: Position) -> bool:
        """Write all that was told, and the position behind it; False if the database's position is not the one read from."""
        with self._sessions.begin() as session:
            row = session.scalars(select(SpoolPosition).where(SpoolPosition.name == NAME).with_for_update()).one()
            if Position(row.fingerprint, row.offset) != self._kept:
                log.warning("another program reads the spool too")
                self._kept = None
            else:
                for event in told:
                    self._tell(session, event)
                row.fingerprint, row.offset = position.fingerprint, position.offset
        if self._kept is None:
            self._take_up()
            return False
        self._kept = position
        return True

    def _tell(self, session: Session, event: CallEvent) -> None:
        """Write one event. What is at fault in it is left out, and an alarm never is; a database that is down is waited for."""
        try:
            with session.begin_nested():
                if raises(event):
                    raise_from(session, event, self._window)
                tell(session, event)
        except (OperationalError, InterfaceError, InternalError):
            raise
        except Exception as error:
            log.error("event %s (%s in call %s) cannot be told: %s", event.id, event.name, event.unique_id, place(error))
            if raises(event):
                with session.begin_nested():
                    raise_barely(session, event, self._window)
